"""What travels about organizations."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organizations.domain.naming import Planned
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind, OrganizationRecord, Sector, Tier

_EXAMPLE: dict[str, Any] = {
    "parent_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a10",
    "kind": "branch",
    "sector": "rural",
    "tier": "village",
    "name": "中共获嘉县城关镇四街村支部委员会",
    "short_name": "四街村党支部",
    "founded_on": "2016-07-31",
    "division_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01",
    "credit_code": None,
    "sort": 18,
    "generated": False,
}


def _no_default(schema: dict[str, Any]) -> None:
    """Describe a patch's property: left out, it stays as it is."""
    schema.pop("default", None)


class OrganizationView(OrganizationRecord):
    """一个党组织。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _EXAMPLE
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
                "county_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
                "path": "/019ab0c4-…7a0f/019ab0c4-…7a10/019ab0c4-…7a11/",
                "division_code": "410724100201",
                "dissolved_on": None,
                "successor_id": None,
                "deleted": False,
                "version": 1,
            }
        },
    )

    division_id: UUID | None
    credit_code: str | None = Field(description="统一社会信用代码，没有的为空")
    generated: bool = Field(description="是否为演示生成的数据")
    version: int


class OrganizationDraft(BaseModel):
    """登记一个组织所需的内容。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _EXAMPLE}
    )

    parent_id: UUID | None = Field(description="上级组织；只有县委没有上级")
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    name: str = Field(min_length=2, max_length=100, description="全称；会重名，不作为标识")
    short_name: str = Field(min_length=1, max_length=60)
    founded_on: date
    division_id: UUID | None = None
    credit_code: str | None = Field(default=None, description="统一社会信用代码（GB 32100）")
    sort: int = Field(default=0, ge=0, le=1_000_000)
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class OrganizationPatch(BaseModel):
    """要更正的内容；不改的项不要提交。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"short_name": "四街村支部"}},
    )

    kind: OrganizationKind = Field(default=OrganizationKind.BRANCH, json_schema_extra=_no_default)
    sector: Sector = Field(default=Sector.RURAL, json_schema_extra=_no_default)
    name: str = Field(default="", min_length=2, max_length=100, json_schema_extra=_no_default)
    short_name: str = Field(default="", min_length=1, max_length=60, json_schema_extra=_no_default)
    founded_on: date = Field(default=date.min, json_schema_extra=_no_default)
    division_id: UUID | None = None
    credit_code: str | None = None
    sort: int = Field(default=0, ge=0, le=1_000_000, json_schema_extra=_no_default)


class Dissolution(BaseModel):
    """撤销一个组织。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "example": {
                "dissolved_on": "2026-07-01",
                "successor_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a12",
                "reason": "并村，经镇党委会议决定",
            }
        },
    )

    dissolved_on: date = Field(description="自该日起不再存在")
    successor_id: UUID | None = Field(default=None, description="承接其结果和待遇的组织")
    reason: str = Field(min_length=2, max_length=500)


class FromDivisions(BaseModel):
    """按行政区划建立一个县的组织树。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"county_code": "410724000000", "founded_on": "2016-07-31"}},
    )

    county_code: str = Field(pattern=r"^[0-9]{12}$")
    founded_on: date | None = Field(default=None, description="默认取区划登记的起始日期")
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class FromDivisionsDone(BaseModel):
    """新建了多少个组织；已有的组织不变。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "county_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
                "counties": 1,
                "townships": 15,
                "villages": 226,
            }
        }
    )

    county_id: UUID = Field(description="县委的组织编号")
    counties: int
    townships: int
    villages: int

    @classmethod
    def of(cls, planned: Planned) -> "FromDivisionsDone":
        """Count what was added."""
        return cls(
            county_id=planned.county.id,
            counties=planned.count(Tier.COUNTY),
            townships=planned.count(Tier.TOWNSHIP),
            villages=planned.count(Tier.VILLAGE),
        )


def view(organization: Organization) -> OrganizationView:
    """Return an organization as it travels."""
    return OrganizationView.model_validate(organization)
