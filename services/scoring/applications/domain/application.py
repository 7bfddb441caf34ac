"""申报: what a village says about itself, how often it said it, and what counts.

Clause: 五星创建 第二版 · 村级申报.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.scoring.applications.domain.sheet import Sheet
from services.scoring.cycles.domain import Participant
from services.scoring.kernel.said import Said
from shared.caller import Role
from shared.errors import Conflict, Forbidden, Text
from shared.transitions import Machine, Transition


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOT_APPLIED = "not_applied"


_S = ApplicationState
_VILLAGE = frozenset({Role.VILLAGE})
_OFFICE = frozenset({Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM})

APPLICATION = Machine(
    Text("申报", "application"),
    {
        _S.DRAFT: "草稿",
        _S.SUBMITTED: "已提交",
        _S.RETURNED: "已退回",
        _S.WITHDRAWN: "已撤回",
        _S.CLOSED: "已定稿",
        _S.NOT_APPLIED: "未申报",
    },
    (
        Transition("edit", _VILLAGE, frozenset({_S.DRAFT}), _S.DRAFT, guard="in time"),
        Transition("edit", _VILLAGE, frozenset({_S.RETURNED}), _S.RETURNED, guard="in time"),
        Transition("edit", _VILLAGE, frozenset({_S.WITHDRAWN}), _S.WITHDRAWN, guard="in time"),
        Transition(
            "submit",
            _VILLAGE,
            frozenset({_S.DRAFT, _S.RETURNED, _S.WITHDRAWN}),
            _S.SUBMITTED,
            guard="complete, in time, and every star applied for reaches the lines",
            effect="a receipt with the hash of what was received",
        ),
        Transition(
            "withdraw",
            _VILLAGE,
            frozenset({_S.SUBMITTED}),
            _S.WITHDRAWN,
            guard="in time, and the township has not returned it before",
            effect="nothing counts until it is submitted again",
        ),
        Transition(
            "return",
            frozenset({Role.TOWNSHIP}),
            frozenset({_S.SUBMITTED}),
            _S.RETURNED,
            guard="a reason is given and the limit of returns is not reached",
            effect="the village has at least the policy's extension",
        ),
        Transition(
            "lapse",
            _OFFICE,
            frozenset({_S.RETURNED}),
            _S.SUBMITTED,
            guard="not submitted again in time",
            effect="the version submitted last counts",
        ),
        Transition(
            "close",
            _OFFICE | {Role.TOWNSHIP},
            frozenset({_S.SUBMITTED}),
            _S.CLOSED,
            guard="the township has signed off",
            effect="it can no longer be returned",
        ),
        Transition(
            "abandon",
            _OFFICE,
            frozenset({_S.DRAFT, _S.WITHDRAWN}),
            _S.NOT_APPLIED,
            guard="the time to apply is over",
            effect="无星, confirmed by a person before pay follows",
        ),
    ),
)

# In these states something the village submitted counts.
COUNTING = frozenset({_S.SUBMITTED, _S.RETURNED, _S.CLOSED})


class DeadlinePassed(Conflict):
    """The time in which this could be done is over."""

    slug = "deadline-passed"
    title = Text("已过截止时间", "The deadline has passed")


class DraftNotVisible(Forbidden):
    """Only the unit that writes a draft (and the inspector) may read it."""

    slug = "draft-not-visible"
    title = Text("草稿不对外开放", "A draft is visible to its writer only")


class NotYetVisible(Forbidden):
    """The reader's own step has not begun: what others scored is hidden until then."""

    slug = "not-yet-visible"
    title = Text("环节尚未开始，暂不能查看", "Not visible before your step begins")


class ApplicationExists(Conflict):
    """The branch has an application in this cycle already."""

    slug = "application-exists"
    title = Text("申报已经建立", "The application exists already")


class NotAssessed(Conflict):
    """The branch is 未参评 in this cycle and has nothing to apply for."""

    slug = "not-assessed"
    title = Text("本组织不参评", "This organization is not assessed")


class ReturnLimitReached(Conflict):
    """The township has returned the application as often as it may: it must score now."""

    slug = "return-limit-reached"
    title = Text("退回次数已用完", "It cannot be returned again")


class TownshipHasActed(Conflict):
    """The township has dealt with the application: it can no longer be withdrawn."""

    slug = "township-has-acted"
    title = Text("乡镇已经办理", "The township has already acted")


class ApplicationsOpen(Conflict):
    """Not every branch has submitted: applying cannot be closed before its last day."""

    slug = "applications-open"
    title = Text("还有组织没有提交申报", "Not every branch has submitted")


@dataclass(frozen=True)
class Application:
    """One branch's application in one cycle.

    `sheet` is what the village works on, `submitted` what it handed in last (null when it
    never did, or withdrew it). `due_on` is the last day after a return, set on `returned_on`.
    `numbers` counts submissions, `returns` how often the township sent it back.
    """

    id: UUID
    cycle_id: UUID
    organization_id: UUID
    township_id: UUID
    county_id: UUID
    path: str
    state: ApplicationState
    version: int
    sheet: Sheet
    submitted: Sheet | None = None
    submitted_at: datetime | None = None
    receipt_hash: str | None = None
    numbers: int = 0
    returns: int = 0
    return_reason: str | None = None
    returned_on: date | None = None
    due_on: date | None = None

    @property
    def counts(self) -> bool:
        """Whether something was submitted that counts (false: 无星 "not applied" at the end)."""
        return self.state in COUNTING and self.submitted is not None

    @property
    def applied(self) -> tuple[str, ...]:
        """The stars applied for in what was submitted last; empty where nothing counts."""
        return self.submitted.applied if self.counts and self.submitted is not None else ()

    @property
    def self_scores(self) -> Mapping[str, Said]:
        """Item → what was said in the last submission; empty where nothing counts."""
        return self.submitted.words if self.counts and self.submitted is not None else {}


@dataclass(frozen=True)
class Change:
    """One change of an application: who did what when; `before`/`after` as stored."""

    id: UUID
    application_id: UUID
    county_id: UUID
    version: int
    at: datetime
    actor_id: UUID | None
    action: str
    star: str | None = None
    item: str | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Submission:
    """What was received once, never changed: the receipt's number, content and hash."""

    id: UUID
    application_id: UUID
    county_id: UUID
    number: int
    received_at: datetime
    submitted_by: UUID | None
    content: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class Reading:
    """An application as one reader may see it.

    `sheet` is what the village works on (`working`) for its writer and the inspector, and
    what was submitted last for everyone else.
    """

    application: Application
    sheet: Sheet
    working: bool
    last_day: date
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Which applications of a cycle are asked for."""

    state: ApplicationState | None
    township_id: UUID | None


@dataclass(frozen=True)
class Listed:
    """An application in a list, with the village's last day (pauses counted)."""

    application: Application
    last_day: date


def blank(participant: Participant, application_id: UUID, state: ApplicationState) -> Application:
    """Return a participant's new application with nothing in it."""
    return Application(
        id=application_id,
        cycle_id=participant.cycle_id,
        organization_id=participant.organization_id,
        township_id=participant.township_id,
        county_id=participant.county_id,
        path=participant.path,
        state=state,
        version=1,
        sheet=Sheet(),
    )
