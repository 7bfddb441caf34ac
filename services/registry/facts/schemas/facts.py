"""What travels about facts."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.facts.domain.catalogue import LARGEST_VALUE
from services.registry.facts.domain.ledger import LARGEST_BATCH, MOST_CODES, MOST_ORGANIZATIONS
from shared.contracts.registry import FactRecord, FactValue

Code = Annotated[str, Field(min_length=1, max_length=50, description="见 /v1/fact-definitions")]

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
    """要登记的数值；按目录规定的单位和小数位写成整数，如金额以分计。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _FACT}
    )

    organization_id: UUID
    code: Code
    value: int = Field(ge=0, le=LARGEST_VALUE, strict=True, description="按目录的小数位写成整数")
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


_VALUE = _FACT | {
    "unit": "元",
    "decimals": 2,
    "current": True,
    "derived": False,
    "entry_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8101",
    "filled_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
    "filled_at": "2026-01-05T02:00:00Z",
}


class FactQuestion(BaseModel):
    """一次取多个组织、多项数据。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "organization_ids": [_FACT["organization_id"]],
                "codes": ["pay.secretary", "life_rhythm_percent"],
                "as_of": "2026-03-02",
            }
        },
    )

    organization_ids: list[UUID] = Field(min_length=1, max_length=MOST_ORGANIZATIONS)
    codes: list[Code] = Field(min_length=1, max_length=MOST_CODES)
    as_of: date | None = Field(default=None, description="所查日期；默认今天")


class FactAnswer(BaseModel):
    """当日有效的数值及其来历；没有登记的不在其中，也不算零。"""

    model_config = ConfigDict(
        json_schema_extra={"example": {"as_of": "2026-03-02", "items": [_VALUE]}}
    )

    as_of: date
    items: list[FactValue]
