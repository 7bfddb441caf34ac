"""What travels about demands for facts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.facts.domain.demands import Burden, Demand
from services.registry.facts.domain.ledger import LARGEST_BATCH, MOST_CODES
from services.registry.facts.schemas.burden import BurdenView
from services.registry.facts.schemas.facts import Code

_DEMAND: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
    "reference": "five-star-2026",
    "title": "2026 年度五星创建基础数据",
    "codes": ["residents_70", "collective_income"],
    "as_of": "2026-03-02",
    "due_on": "2026-03-31",
}


class DemandDraft(BaseModel):
    """需要某组织及其全部下级的哪些数据。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _DEMAND}
    )

    organization_id: UUID
    organization_ids: list[UUID] | None = Field(
        default=None,
        min_length=1,
        max_length=LARGEST_BATCH,
        description="只问其中这些组织；默认该组织及其全部下级",
    )
    reference: str = Field(min_length=1, max_length=100, description="本县内不重复的编号")
    title: str = Field(min_length=1, max_length=100, description="用来做什么")
    codes: list[Code] = Field(min_length=1, max_length=MOST_CODES)
    as_of: date | None = Field(default=None, description="哪一天的数据；默认今天")
    due_on: date | None = Field(default=None, description="填报期限")


class DemandView(BaseModel):
    """一次数据需求。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _DEMAND
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8301",
                "county_id": _DEMAND["organization_id"],
                "asked_on": "2026-03-02",
                "asked_at": "2026-03-02T01:00:00Z",
            }
        },
    )

    id: UUID
    county_id: UUID
    organization_id: UUID
    reference: str
    title: str
    codes: list[str]
    as_of: date
    due_on: date | None
    asked_on: date
    asked_at: datetime


class AskedView(BaseModel):
    """登记好的需求及其负担。"""

    demand: DemandView
    burden: BurdenView

    @classmethod
    def of(cls, made: tuple[Demand, Burden]) -> "AskedView":
        """Show a new demand with what it came to."""
        return cls(demand=DemandView.model_validate(made[0]), burden=BurdenView.of(made[1]))


class MissingView(BaseModel):
    """一个组织还要填的数据。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
                "name": "四街村党支部",
                "codes": ["residents_70"],
            }
        }
    )

    organization_id: UUID
    name: str
    codes: list[str]
