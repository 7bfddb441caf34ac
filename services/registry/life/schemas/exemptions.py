"""What travels about meetings that a branch need not hold."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.life.domain.rhythm import Kind

_EXEMPTION: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
    "kind": "group_meeting",
    "valid_from": "2026-01-01",
    "valid_until": None,
    "reason": "党员 12 名，未划分党小组",
}


class ExemptionDraft(BaseModel):
    """某支部不需要召开的一类会议。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _EXEMPTION}
    )

    organization_id: UUID
    kind: Kind
    valid_from: date
    valid_until: date | None = Field(default=None, description="最后一日；长期的留空")
    reason: str = Field(min_length=1, max_length=200)


class ExemptionEnd(BaseModel):
    """结束一项免开。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_until": "2026-12-31"}}
    )

    valid_until: date = Field(description="最后一日")


class ExemptionView(BaseModel):
    """一项免开。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _EXEMPTION
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8501",
                "decided_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "decided_at": "2026-01-05T02:00:00Z",
            }
        },
    )

    id: UUID
    organization_id: UUID
    kind: Kind
    valid_from: date
    valid_until: date | None
    reason: str
    decided_by: UUID | None
    decided_at: datetime
