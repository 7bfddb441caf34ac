"""What travels about cycles, participants and inspections."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.cycles.domain import (
    Absence,
    Cycle,
    CycleState,
    Inspection,
    InspectionState,
    Participant,
    PauseRecord,
    Refreshed,
    Standing,
)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
# What an inspection may be about: table names of this service, in the singular.
Entity = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,40}$")]
_ID = "01990000-0000-7000-8000-000000000001"


class NewCycle(BaseModel):
    """A draft; deadlines left out follow from the policy's working days, counted from today."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"policy_id": _ID, "title": "获嘉县2026年五星支部创建", "year": 2026}]
        },
    )

    policy_id: UUID = Field(description="已发布或待发布的方案；周期属于方案所在的县")
    title: Title
    year: int = Field(ge=2000, le=2100)
    snapshot_on: date | None = Field(
        default=None, description="快照日，其后成立的支部不参评；不填则为启动之日"
    )
    apply_until: date | None = None
    recommend_until: date | None = None
    review_until: date | None = None
    clear_until: date | None = None
    determine_until: date | None = None


class CycleChange(BaseModel):
    """What is to change; deadlines of a running cycle may only be put off, with a reason."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"clear_until": "2026-12-31", "reason": "汛期顺延"}]},
    )

    title: Title | None = None
    snapshot_on: date | None = None
    apply_until: date | None = None
    recommend_until: date | None = None
    review_until: date | None = None
    clear_until: date | None = None
    determine_until: date | None = None
    reason: Reason | None = None


class WithReason(BaseModel):
    """A decision that needs its reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "方案有误，重新组织"}]}
    )

    reason: Reason


class CycleView(BaseModel):
    """A cycle; `seed` stays hidden until the draw of the spot check has been made."""

    id: UUID
    county_id: UUID
    policy_id: UUID
    policy_hash: str
    title: str
    year: int
    state: CycleState
    version: int
    snapshot_on: date | None
    apply_until: date
    recommend_until: date
    review_until: date
    clear_until: date
    determine_until: date
    publish_until: date | None
    resettle_until: date | None
    paused_until: date | None
    opened_at: datetime | None
    seed: str | None

    @classmethod
    def of(cls, cycle: Cycle) -> Self:
        """Show a cycle."""
        hidden = cycle.state in _BEFORE_DRAW
        names = set(cls.model_fields) - {"seed"}
        return cls(
            **{name: getattr(cycle, name) for name in names}, seed=None if hidden else cycle.seed
        )


_BEFORE_DRAW = frozenset({CycleState.DRAFT, CycleState.APPLYING, CycleState.RECOMMENDING})


class ParticipantView(BaseModel):
    """One branch of the frozen list; `absence` says why it is 未参评."""

    organization_id: UUID
    township_id: UUID
    name: str
    kind: str
    sector: str
    standing: Standing
    absence: Absence | None

    @classmethod
    def of(cls, participant: Participant) -> Self:
        """Show a participant."""
        return cls(**{name: getattr(participant, name) for name in cls.model_fields})


class MissingFact(BaseModel):
    """A fact that the policy reads and registry does not know, or no longer."""

    organization_id: UUID
    code: str


class RefreshedView(BaseModel):
    """What was taken over from registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-26",
                    "changed": 12,
                    "missing": [{"organization_id": _ID, "code": "life_rhythm_percent"}],
                }
            ]
        }
    )

    as_of: date = Field(description="取哪一天的数值，不晚于被评年度的最后一天")
    changed: int = Field(description="数值有变化的组织数")
    missing: list[MissingFact] = Field(description="组织库还没有或已经过期的；不按0计算")

    @classmethod
    def of(cls, refreshed: Refreshed) -> Self:
        """Show what was taken over."""
        missing = [
            MissingFact(organization_id=organization, code=code)
            for organization, code in refreshed.missing
        ]
        return cls(as_of=refreshed.as_of, changed=refreshed.changed, missing=missing)


class NewInspection(BaseModel):
    """A finding on one thing in the cycle's present step."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"entity": "application", "entity_id": _ID, "text": "佐证材料与实际不符，请核实"}
            ]
        },
    )

    entity: Entity = Field(description="针对什么：cycle、application、recommendation 等")
    entity_id: UUID
    text: Reason


class NewPause(BaseModel):
    """A pause ordered for a finding."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "核实举报线索", "working_days": 3}]},
    )

    reason: Reason
    working_days: int = Field(ge=1, le=366, description="暂停的工作日数，当日不计")


class Outcome(BaseModel):
    """How a finding ended."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "已整改，材料补正"}]}
    )

    outcome: Reason


class InspectionView(BaseModel):
    """A finding as inspectors and the office read it."""

    id: UUID
    cycle_id: UUID
    step: CycleState
    entity: str
    entity_id: UUID
    text: str
    state: InspectionState
    opened_at: datetime
    opened_by: UUID | None
    outcome: str | None
    closed_at: datetime | None

    @classmethod
    def of(cls, inspection: Inspection) -> Self:
        """Show a finding."""
        return cls(**{name: getattr(inspection, name) for name in cls.model_fields})


class PauseView(BaseModel):
    """A pause: its last day, and how many working days the deadlines moved."""

    id: UUID
    cycle_id: UUID
    inspection_id: UUID
    reason: str
    started_on: date
    until: date
    working_days: int

    @classmethod
    def of(cls, record: PauseRecord) -> Self:
        """Show a pause."""
        return cls(
            id=record.id,
            cycle_id=record.cycle_id,
            inspection_id=record.inspection_id,
            reason=record.reason,
            started_on=record.pause.started_on,
            until=record.pause.until,
            working_days=record.pause.working_days,
        )
