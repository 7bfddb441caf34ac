"""What travels about facts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.facts.domain import LARGEST_BATCH, LARGEST_VALUE
from shared.contracts.registry import FactCode, FactRecord

_FACT: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
    "code": "pay.secretary",
    "value": 200_000,
    "valid_from": "2026-01-01",
    "source": "县财政局 2026 年村干部报酬表",
    "generated": False,
}


class FactView(FactRecord):
    """一个基础数据及其来源。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _FACT
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8101",
                "filled_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "filled_at": "2026-01-05T02:00:00Z",
            }
        },
    )

    id: UUID
    filled_by: UUID | None = Field(description="填报账号")
    filled_at: datetime


class FactDraft(BaseModel):
    """要登记的数值；金额以分为单位，人数以人为单位。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _FACT}
    )

    organization_id: UUID
    code: FactCode
    value: int = Field(ge=0, le=LARGEST_VALUE, strict=True, description="金额为分，人数为人")
    valid_from: date = Field(description="自该日起有效，到下一个数值为止")
    source: str = Field(min_length=1, max_length=200, description="数据来源")
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class FactsDraft(BaseModel):
    """成批登记。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"items": [_FACT]}})

    items: list[FactDraft] = Field(min_length=1, max_length=LARGEST_BATCH)


class FactsView(BaseModel):
    """登记好的数据，顺序与提交时相同。"""

    items: list[FactView]
