"""What scoring tells the others. All its events belong to the aggregate of their cycle."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.events import Event


class StarName(BaseModel):
    """A star's code and Chinese name, as the policy has them."""

    model_config = ConfigDict(frozen=True)
    code: str
    name: str


class AwardEntry(BaseModel):
    """One branch's outcome: its level and the stars it holds (codes and names)."""

    model_config = ConfigDict(frozen=True)
    result_id: UUID
    organization_id: UUID
    township_id: UUID
    level: int
    stars: list[StarName]


class CycleOpened(Event):
    """A cycle opened; every organization in it may apply until `apply_until`."""

    type: ClassVar[str] = "cycle.opened"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    title: str
    year: int
    apply_until: date
    organization_ids: list[UUID]


class ApplicationReturned(Event):
    """A township returned an application; the village has until `due_on` to resubmit."""

    type: ClassVar[str] = "application.returned"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    application_id: UUID
    organization_id: UUID
    reason: str
    due_on: date


class StageOutcome(BaseModel):
    """What a completed stage brought one branch."""

    model_config = ConfigDict(frozen=True)
    organization_id: UUID
    level: int
    stars: list[StarName]


class StageCompleted(Event):
    """A stage (of the whole cycle or of one township) closed; outcomes are told to villages."""

    type: ClassVar[str] = "stage.completed"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    stage: str
    stage_name: str
    organization_id: UUID
    outcomes: list[StageOutcome] = []


class DeadlineNear(Event):
    """Whoever owes something is told before its last day: what, until when, what comes after.

    Told are those with `role` at one of the organizations, for `department` where it is named.
    """

    type: ClassVar[str] = "deadline.near"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    title: str
    duty: str
    duty_name: str
    duty_name_en: str
    afterwards: str
    afterwards_en: str
    due_on: date
    role: str
    department: str | None
    organization_ids: list[UUID]


class StepOverdue(Event):
    """The committee or the publisher let its last day pass; the inspector has a finding.

    `waiting` says in Chinese who owes what; nothing was decided by time.
    """

    type: ClassVar[str] = "step.overdue"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    county_id: UUID
    inspection_id: UUID
    title: str
    step_name: str
    due_on: date
    until: date
    waiting: list[str]


class RefillProposed(Event):
    """A place fell free and a branch is next for it: the committee settles that, nothing else.

    `left` are the names of those who left by upheld objections; nothing is public yet.
    """

    type: ClassVar[str] = "refill.proposed"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    county_id: UUID
    refill_id: UUID
    title: str
    quota_name: str
    name: str
    left: list[str]


class ResultsDetermined(Event):
    """A determination was confirmed: draft the notice for `listed` (one star or more).

    `not_listed` are in the cycle without a star: an objection may say they were omitted,
    but the notice never names them. `policy_title` and `basis` are printed on the notice.
    """

    type: ClassVar[str] = "results.determined"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    cycle_id: UUID
    determination_id: UUID
    title: str
    year: int
    policy_title: str
    policy_hash: str
    snapshot_hash: str
    working_days: int
    first_day_counts: bool
    listed: list[AwardEntry]
    not_listed: list[UUID]


class ResultsEffective(Event):
    """These results took effect; every branch is told its own."""

    type: ClassVar[str] = "results.effective"
    consumers: ClassVar[tuple[str, ...]] = ("notifications", "scoring")
    cycle_id: UUID
    determination_id: UUID
    effective_on: date
    entries: list[AwardEntry]


class ResultsCorrected(Event):
    """An upheld objection changed one result; the notice shows the correction."""

    type: ClassVar[str] = "results.corrected"
    consumers: ClassVar[tuple[str, ...]] = ("notifications", "scoring")
    cycle_id: UUID
    determination_id: UUID
    objection_id: UUID
    entry: AwardEntry
