"""What travels about dated changes of the tree."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.organizations.domain import commands
from services.registry.organizations.domain.changes import Renaming
from services.registry.organizations.domain.events import Action, Done, Part, Preview, Told
from services.registry.organizations.schemas.organizations import OrganizationView, view
from shared.contracts.registry import OrganizationKind, Sector
from shared.errors import Problem

_A, _B, _C = (f"019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a{last}" for last in ("11", "12", "10"))
_WHEN: dict[str, Any] = {"effective_on": "2026-07-01", "reason": "经镇党委会议决定"}
_PART: dict[str, Any] = {
    "kind": "branch",
    "sector": "rural",
    "name": "中共获嘉县城关镇新街村支部委员会",
    "short_name": "新街村党支部",
}


def _example(**members: object) -> ConfigDict:
    return ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _WHEN | members}
    )


class Dated(BaseModel):
    """每次变动都要有的内容。"""

    effective_on: date = Field(
        description="自该日起生效；可以早于今天（须晚于相关组织上一次变动），也可以晚于今天"
    )
    reason: str = Field(min_length=2, max_length=500, description="依据和理由")


class RenameBody(Dated):
    """更名或改建；不改的项不要提交。"""

    model_config = _example(short_name="四街社区党支部", sector="community")

    name: str | None = Field(default=None, min_length=2, max_length=100)
    short_name: str | None = Field(default=None, min_length=1, max_length=60)
    kind: OrganizationKind | None = None
    sector: Sector | None = None
    division_id: UUID | None = None

    def command(self, organization_id: UUID) -> commands.Rename:
        """Return what is asked for."""
        said = self.model_dump(exclude={"effective_on", "reason"})
        return commands.Rename(organization_id, self.effective_on, self.reason, Renaming(**said))


class MoveBody(Dated):
    """变更隶属关系，连同全部下级。"""

    model_config = _example(parent_id=_C)

    parent_id: UUID = Field(description="新的上级组织")

    def command(self, organization_id: UUID) -> commands.Move:
        """Return what is asked for."""
        return commands.Move(organization_id, self.effective_on, self.reason, self.parent_id)


class NewPart(BaseModel):
    """分设或合并后新设立的组织；层级与原组织相同。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _PART}
    )

    kind: OrganizationKind
    sector: Sector
    name: str = Field(min_length=2, max_length=100)
    short_name: str = Field(min_length=1, max_length=60)
    division_id: UUID | None = None
    credit_code: str | None = None
    sort: int = Field(default=0, ge=0, le=1_000_000)
    children: list[UUID] = Field(
        default=[], max_length=1_000, description="划入的直接下级（仅用于分设）"
    )


class SplitBody(Dated):
    """分设出一个或多个新组织。"""

    model_config = _example(parts=[_PART])

    parts: list[NewPart] = Field(min_length=1, max_length=50)
    successor: int | None = Field(
        default=None,
        ge=0,
        description="原组织随之撤销时，由 parts 中第几个（从 0 起）承接；原组织保留则不填",
    )

    @model_validator(mode="after")
    def _names_a_part(self) -> "SplitBody":
        if self.successor is not None and self.successor >= len(self.parts):
            message = "successor 应是 parts 中的序号，从 0 起"
            raise ValueError(message)
        return self

    def command(self, organization_id: UUID) -> commands.Split:
        """Return what is asked for."""
        parts = [commands.NewPart(**part.model_dump()) for part in self.parts]
        return commands.Split(
            organization_id, self.effective_on, self.reason, parts, self.successor
        )


class MergeBody(Dated):
    """并入已有组织（successor_id），或合并新设一个组织（new）。"""

    model_config = _example(organization_ids=[_A], successor_id=_B)

    organization_ids: list[UUID] = Field(min_length=1, max_length=100, description="被合并的组织")
    successor_id: UUID | None = Field(default=None, description="并入的组织，承接结果和待遇")
    new: NewPart | None = Field(default=None, description="合并新设的组织")
    parent_id: UUID | None = Field(
        default=None, description="新设组织的上级，默认同第一个被合并组织"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "MergeBody":
        if (self.successor_id is None) == (self.new is None):
            message = "successor_id 与 new 应填且只填一项"
            raise ValueError(message)
        return self

    def command(self) -> commands.Merge:
        """Return what is asked for."""
        new = commands.NewPart(**self.new.model_dump()) if self.new else None
        return commands.Merge(
            self.organization_ids,
            self.effective_on,
            self.reason,
            self.successor_id,
            self.parent_id if new else None,
            new,
        )


class Dissolution(BaseModel):
    """撤销一个组织。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "example": {
                "dissolved_on": "2026-07-01",
                "successor_id": _B,
                "reason": "并村，经镇党委会议决定",
            }
        },
    )

    dissolved_on: date = Field(description="自该日起不再存在")
    successor_id: UUID | None = Field(default=None, description="承接其结果和待遇的组织")
    reason: str = Field(min_length=2, max_length=500)

    def command(self, organization_id: UUID) -> commands.Dissolve:
        """Return what is asked for."""
        return commands.Dissolve(organization_id, self.dissolved_on, self.reason, self.successor_id)


class Withdrawal(BaseModel):
    """撤回尚未生效的变动。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "镇党委会议改期"}},
    )

    reason: str = Field(min_length=2, max_length=500)


class AttributesView(BaseModel):
    """一段时间内有效的登记内容。"""

    model_config = ConfigDict(from_attributes=True)

    valid_from: date
    valid_until: date | None = Field(description="自该日起不再有效")
    parent_id: UUID | None
    path: str
    kind: OrganizationKind
    sector: Sector
    name: str
    short_name: str
    division_id: UUID | None


class VersionsView(BaseModel):
    """一个组织历来的登记内容，含将来的。"""

    items: list[AttributesView]


class PartView(BaseModel):
    """一个组织在一次变动中的地位。"""

    organization_id: UUID
    name: str | None = Field(description="现在的名称；已删除的为空")
    part: Part


class EventView(BaseModel):
    """一次变动。"""

    id: UUID
    action: Action
    effective_on: date
    reason: str
    recorded_at: datetime | None
    recorded_by: UUID | None = Field(description="办理账号")
    withdrawn_at: datetime | None = Field(description="撤回时间；未撤回的为空")
    parts: list[PartView]

    @classmethod
    def of(cls, told: Told) -> "EventView":
        """Name the organizations of an event."""
        event = told.event
        parts = [
            PartView(organization_id=each, name=told.names.get(each), part=part)
            for each, part in event.parts.items()
        ]
        said = {name: getattr(event, name) for name in cls.model_fields if name != "parts"}
        return cls(**said, parts=parts)


class DoneView(BaseModel):
    """办理好的分设或合并：各组织现在的登记内容。"""

    event_id: UUID
    effective_on: date
    ended: list[OrganizationView] = Field(description="撤销的组织，已指明承接组织")
    kept: list[OrganizationView] = Field(description="保留的原组织或并入的组织")
    made: list[OrganizationView] = Field(description="新设立的组织")
    carried: int = Field(description="随之变更隶属关系的下级组织数")

    @classmethod
    def of(cls, done: Done) -> "DoneView":
        """Sort the organizations of an event by what became of them."""
        named = [*done.of(Part.SUBJECT), *done.of(Part.ORIGIN), *done.of(Part.SUCCESSOR)]
        return cls(
            event_id=done.event.id,
            effective_on=done.event.effective_on,
            ended=[view(each) for each in named if each.dissolved_on is not None],
            kept=[view(each) for each in named if each.dissolved_on is None],
            made=[view(each) for each in done.of(Part.MADE)],
            carried=len(done.event.of(Part.CARRIED)),
        )


class BlockView(BaseModel):
    """办理的障碍。"""

    type: str
    title: str
    detail: str

    @classmethod
    def of(cls, problem: Problem) -> "BlockView":
        """Say a problem in Chinese."""
        return cls(type=problem.type, title=problem.title.zh, detail=problem.detail.zh)


class EffectView(BaseModel):
    """一个组织在生效日前后的登记内容。"""

    organization_id: UUID
    part: Part
    before: AttributesView | None = Field(description="新设立的为空")
    after: AttributesView | None = Field(description="撤销的为空；不变的与 before 相同")


class PreviewView(BaseModel):
    """预演：会改变什么、有什么障碍；没有保存任何内容。"""

    action: Action
    effective_on: date
    possible: bool
    blocked: list[BlockView]
    organizations: list[EffectView]
    references: dict[str, int] = Field(
        description="指向这些组织的记录数（任期、授权只计生效日仍有效的）；均保留不动"
    )
    results: str = Field(description="对考评结果的影响")

    @classmethod
    def of(cls, preview: Preview) -> "PreviewView":
        """Say what a change would do."""
        event = preview.outcome.event
        gone = preview.outcome.dissolved or {}
        effects = []
        for each, part in event.parts.items():
            before = preview.before.get(each)
            after = None if each in gone else preview.after.get(each, before)
            effects.append(
                EffectView(
                    organization_id=each,
                    part=part,
                    before=AttributesView.model_validate(before) if before else None,
                    after=AttributesView.model_validate(after) if after else None,
                )
            )
        return cls(
            action=event.action,
            effective_on=event.effective_on,
            possible=not preview.outcome.blocked,
            blocked=[BlockView.of(each) for each in preview.outcome.blocked],
            organizations=effects,
            references=dict(preview.references),
            results="以往结果按组织编号保存，仍指向当时的组织；撤销的组织由其承接组织继续享受待遇。",
        )
