"""What travels about pairs of branches."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.schemas.people import COUNTY, VILLAGE

_PAIR: dict[str, Any] = {
    "strong_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a12",
    "weak_id": VILLAGE,
    "starts_on": "2026-03-01",
    "ends_on": None,
    "purpose": "带动发展大棚蔬菜，规范三会一课",
    "reason": "两村相邻，产业相近；弱村上年无星",
}


class PairDraft(BaseModel):
    """登记一个结对。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _PAIR}
    )

    strong_id: UUID = Field(description="强的一方")
    weak_id: UUID = Field(description="弱的一方")
    starts_on: date
    ends_on: date | None = Field(default=None, description="最后一日；长期的留空")
    purpose: str = Field(min_length=1, max_length=200, description="共建内容")
    reason: str = Field(min_length=1, max_length=200, description="为什么这样结对")


class PairEnd(BaseModel):
    """结束一个结对。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"ends_on": "2026-12-31", "reason": "弱村已达三星"}},
    )

    ends_on: date = Field(description="最后一日")
    reason: str = Field(min_length=1, max_length=200)


class PairView(BaseModel):
    """一个结对。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _PAIR
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8a01",
                "county_id": COUNTY,
                "end_reason": None,
                "entered_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "entered_at": "2026-03-01T02:00:00Z",
                "version": 1,
            }
        },
    )

    id: UUID
    county_id: UUID
    strong_id: UUID
    weak_id: UUID
    starts_on: date
    ends_on: date | None
    purpose: str
    reason: str
    end_reason: str | None = Field(description="结束的理由")
    entered_by: UUID | None
    entered_at: datetime
    version: int
