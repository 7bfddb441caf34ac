"""What travels about organizations as such."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organizations.domain.tree import Counts, Organization
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
                "origin_id": None,
                "deleted": False,
                "version": 1,
            }
        },
    )

    division_id: UUID | None
    credit_code: str | None = Field(description="统一社会信用代码，没有的为空")
    generated: bool = Field(description="是否为演示生成的数据")
    version: int = Field(description="用于 If-Match；查询以往（as_of）时为 0")


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


class Line(BaseModel):
    """一个组织的各级上级和它自己。"""

    model_config = ConfigDict(json_schema_extra={"example": {"items": []}})

    items: list[OrganizationView] = Field(description="由上到下，最后一个是所查组织")


class Group(BaseModel):
    """同一层级、类型和领域的组织数。"""

    tier: Tier
    kind: OrganizationKind
    sector: Sector
    count: int


class CountsView(BaseModel):
    """一个组织及其全部下级在所查日期的数目。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "as_of": "2026-03-02",
                "total": 226,
                "kinds": {"branch": 226},
                "sectors": {"rural": 224, "community": 2},
                "groups": [
                    {"tier": "village", "kind": "branch", "sector": "rural", "count": 224},
                    {"tier": "village", "kind": "branch", "sector": "community", "count": 2},
                ],
            }
        }
    )

    as_of: date
    total: int
    kinds: dict[OrganizationKind, int]
    sectors: dict[Sector, int]
    groups: list[Group]

    @classmethod
    def of(cls, counts: Counts) -> "CountsView":
        """Add up the groups."""
        kinds: dict[OrganizationKind, int] = {}
        sectors: dict[Sector, int] = {}
        groups = []
        for tier, kind, sector, number in counts.groups:
            kinds[kind] = kinds.get(kind, 0) + number
            sectors[sector] = sectors.get(sector, 0) + number
            groups.append(Group(tier=tier, kind=kind, sector=sector, count=number))
        return cls(
            as_of=counts.as_of,
            total=sum(kinds.values()),
            kinds=kinds,
            sectors=sectors,
            groups=groups,
        )


def view(organization: Organization) -> OrganizationView:
    """Return an organization as it travels."""
    return OrganizationView.model_validate(organization)
