"""What travels about reserve cadres."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.reserve import ReserveKind, ReserveState
from services.registry.people.schemas.people import COUNTY, PERSON, VILLAGE

_RESERVE: dict[str, Any] = {
    "organization_id": VILLAGE,
    "person_id": PERSON,
    "kind": "secretary",
    "starts_on": "2026-03-01",
    "ends_on": "2028-02-29",
    "source": "返乡大学生",
}


class ReserveDraft(BaseModel):
    """列为后备干部。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _RESERVE}
    )

    organization_id: UUID = Field(description="为哪个组织后备")
    person_id: UUID
    kind: ReserveKind = Field(description="secretary 书记后备，committee 两委后备")
    starts_on: date
    ends_on: date | None = Field(default=None, description="最后一日；长期的留空")
    source: str = Field(min_length=1, max_length=100, description="来源，如返乡大学生、退役军人")


class ReservePatch(BaseModel):
    """更正来源和期限。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"source": "退役军人", "ends_on": "2028-02-29"}},
    )

    source: str = Field(min_length=1, max_length=100)
    ends_on: date | None = Field(description="最后一日；长期的填 null")


class ReserveReason(BaseModel):
    """出库或重新入库的理由。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "外出务工，不再参与村务"}},
    )

    reason: str = Field(min_length=1, max_length=200)


class ReserveView(BaseModel):
    """一条后备干部记录。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _RESERVE
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8801",
                "county_id": COUNTY,
                "state": "in_reserve",
                "reason": None,
                "term_id": None,
                "entered_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "entered_at": "2026-03-01T02:00:00Z",
                "version": 1,
            }
        },
    )

    id: UUID
    county_id: UUID
    organization_id: UUID
    person_id: UUID
    kind: ReserveKind
    starts_on: date
    ends_on: date | None
    source: str
    state: ReserveState = Field(description="在库、已任用、已出库")
    reason: str | None = Field(description="最近一次出库或重新入库的理由")
    term_id: UUID | None = Field(description="任用后的任期")
    entered_by: UUID | None
    entered_at: datetime
    version: int
