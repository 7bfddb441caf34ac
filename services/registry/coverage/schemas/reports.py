"""What travels about the sums of 两新 units."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.coverage.domain.reports import Tally
from services.registry.organizations.domain.tree import Organization

_TOTAL: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a10",
    "name": "城关镇党委",
    "units": 40,
    "enterprises": 31,
    "social_organizations": 9,
    "employees": 2150,
    "members": 61,
    "qualifying": 9,
    "own": 7,
    "joint": 12,
    "covered": 19,
    "missing": 1,
    "covered_percent": 4750,
    "built_percent": 8889,
}


class TallyView(BaseModel):
    """一个乡镇或县的两新单位合计。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _TOTAL})

    organization_id: UUID
    name: str
    units: int = Field(description="共有几家")
    enterprises: int = Field(description="其中非公企业")
    social_organizations: int = Field(description="其中社会组织")
    employees: int = Field(description="从业人员")
    members: int = Field(description="正式党员")
    qualifying: int = Field(description="应建：正式党员满 3 名的")
    own: int = Field(description="有自己的党组织的（单独组建）")
    joint: int = Field(description="由联合支部覆盖的")
    covered: int = Field(description="已覆盖：单独和联合组建之和")
    missing: int = Field(description="应建而未覆盖的；名单见明细账 cover=none&qualifying=true")
    covered_percent: int | None = Field(description="覆盖率，万分之一；没有单位的为空")
    built_percent: int | None = Field(description="应建已覆盖的比例，万分之一；没有应建的为空")

    @classmethod
    def of(cls, row: tuple[Organization, Tally]) -> Self:
        """Show the sums of an organization."""
        place, tally = row
        return cls(
            organization_id=place.id,
            name=place.short_name,
            covered=tally.covered,
            covered_percent=tally.covered_share,
            built_percent=tally.built_share,
            **vars(tally),
        )


class CoverageView(BaseModel):
    """所查组织及其各乡镇的合计。"""

    model_config = ConfigDict(
        json_schema_extra={"example": {"as_of": "2026-06-30", "items": [_TOTAL]}}
    )

    as_of: date
    items: list[TallyView]
