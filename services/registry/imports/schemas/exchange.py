"""What travels between the register and upper platforms."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.imports.domain.exchange import LARGEST_BATCH, Incoming, Outgoing
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.pagination import encode

_RECORD: dict[str, Any] = {
    "code": "HN-410724-0018",
    "upper_code": "HN-410724-0001",
    "name": "中共获嘉县城关镇四街村支部委员会",
    "short_name": "四街村党支部",
    "kind": "branch",
    "sector": "rural",
    "tier": "village",
    "founded_on": "2016-07-31",
    "division_code": "410724100201",
    "credit_code": None,
    "sort": 18,
    "deleted": False,
}


class OutgoingRecord(BaseModel):
    """一个组织的交换记录。"""

    cursor: str = Field(description="读到这里的游标")
    id: UUID = Field(description="本系统的组织编号")
    upper_id: UUID | None = Field(description="本系统中上级组织的编号")
    code: str | None = Field(description="该编号体系中的编号；还没有的为空")
    upper_code: str | None = Field(description="上级组织在该编号体系中的编号")
    name: str
    short_name: str
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    founded_on: date
    dissolved_on: date | None
    member_count: int | None = Field(description="党员数；没有填报的为空")
    contact: str | None = Field(description="联系人：现任书记的姓名")
    unit: str | None = Field(description="所在单位：所在区划的名称")
    division_code: str | None
    sort: int
    deleted: bool = Field(description="是否已删除（登记错误）；撤销的看 dissolved_on")
    updated_at: datetime

    @classmethod
    def of(cls, given: Outgoing) -> "OutgoingRecord":
        """Say an organization as upper platforms take it."""
        own = given.organization
        same = {name: getattr(own, name) for name in cls.model_fields if hasattr(own, name)}
        told = {
            "cursor": encode([str(given.sequence)]),
            "upper_id": own.parent_id,
            "member_count": given.members,
            "updated_at": given.changed_at,
        }
        said = {name: getattr(given, name) for name in ("code", "upper_code", "contact", "unit")}
        return cls(**(same | told | said))


class OutgoingPage(BaseModel):
    """变更流的一段：用 next_cursor 继续，直到 items 为空。"""

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [], "next_cursor": "WyIyNDIiXQ"}}
    )

    items: list[OutgoingRecord]
    next_cursor: str | None


class IncomingRecord(BaseModel):
    """上级平台的一条记录；已登记的组织，没有写的项不变。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _RECORD}
    )

    code: str = Field(min_length=1, max_length=100, description="该平台的编号，或本系统的组织编号")
    upper_code: str | None = Field(default=None, max_length=100, description="上级组织的编号")
    name: str = Field(min_length=2, max_length=100)
    short_name: str = Field(min_length=1, max_length=60)
    kind: OrganizationKind
    sector: Sector | None = None
    tier: Tier | None = None
    founded_on: date | None = None
    division_code: str | None = None
    credit_code: str | None = None
    sort: int | None = Field(default=None, ge=0, le=1_000_000)
    deleted: bool = Field(default=False, description="平台上已删除：自生效日起撤销")

    def record(self) -> Incoming:
        """Return what is said."""
        return Incoming(**self.model_dump())


class IncomingBatch(BaseModel):
    """上级平台的一批记录。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"system": "province", "items": [_RECORD]}},
    )

    system: str = Field(
        min_length=1, max_length=40, pattern=r"^[a-z0-9_.-]+$", description="编号体系的名字"
    )
    effective_on: date | None = Field(default=None, description="变更自该日起生效；默认今天")
    items: list[IncomingRecord] = Field(min_length=1, max_length=LARGEST_BATCH)


class TakenView(BaseModel):
    """一批记录的办理结果。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {"created": 1, "changed": 0, "ended": 0, "unchanged": 0, "ids": {}}
        },
    )

    created: int
    changed: int
    ended: int = Field(description="撤销的")
    unchanged: int
    ids: dict[str, UUID] = Field(description="平台编号对应的组织编号")
