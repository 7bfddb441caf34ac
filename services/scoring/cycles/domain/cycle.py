"""The cycle and its state machine.

Clause: 五星创建 第二版 · 工作程序.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.scoring.cycles.domain.schedule import Pause, Schedule, extended
from shared.caller import Role
from shared.errors import Conflict, Text
from shared.transitions import Machine, Transition
from shared.workdays import Calendar


class CycleState(StrEnum):
    """Which step the cycle is in."""

    DRAFT = "draft"
    APPLYING = "applying"
    RECOMMENDING = "recommending"
    REVIEWING = "reviewing"
    DETERMINING = "determining"
    ANNOUNCING = "announcing"
    ANNOUNCED = "announced"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


_S = CycleState
_OFFICE = frozenset({Role.ORGANIZATION_DEPARTMENT})
_CLOCK = frozenset({Role.SYSTEM})

CYCLE = Machine(
    Text("创建周期", "cycle"),
    {
        _S.DRAFT: "草稿",
        _S.APPLYING: "村级申报",
        _S.RECOMMENDING: "乡镇推荐",
        _S.REVIEWING: "部门评审",
        _S.DETERMINING: "联审与县委确定",
        _S.ANNOUNCING: "待公示",
        _S.ANNOUNCED: "公示中",
        _S.CONCLUDED: "已办结",
        _S.CANCELLED: "已取消",
    },
    (
        Transition("edit", _OFFICE, frozenset({_S.DRAFT}), _S.DRAFT),
        *(
            Transition("put_off", _OFFICE, frozenset({state}), state, guard="a reason is given")
            for state in (_S.APPLYING, _S.RECOMMENDING, _S.REVIEWING, _S.DETERMINING)
        ),
        *(
            Transition("refresh_facts", _OFFICE, frozenset({state}), state)
            for state in (_S.APPLYING, _S.RECOMMENDING, _S.REVIEWING, _S.DETERMINING)
        ),
        Transition(
            "open",
            _OFFICE,
            frozenset({_S.DRAFT}),
            _S.APPLYING,
            guard="the policy is published and the schedule lies ahead",
            effect="pins the policy's hash, freezes the participants",
        ),
        Transition(
            "close_applications",
            _OFFICE | _CLOCK,
            frozenset({_S.APPLYING}),
            _S.RECOMMENDING,
            guard="every assessed branch has submitted, or apply_until has passed",
        ),
        Transition(
            "close_recommendations",
            _OFFICE | _CLOCK | {Role.TOWNSHIP},
            frozenset({_S.RECOMMENDING}),
            _S.REVIEWING,
            guard="every township has signed off",
            effect="the spot check is drawn",
        ),
        Transition(
            "close_reviews",
            _OFFICE | _CLOCK | {Role.DEPARTMENT},
            frozenset({_S.REVIEWING}),
            _S.DETERMINING,
            guard="every department has completed its reviews and spot checks",
        ),
        *(
            Transition(
                "overrun",
                _CLOCK,
                frozenset({state}),
                state,
                guard="its last day has passed and nobody took the step",
                effect="a finding for the inspector, a new last day; nothing is decided by time",
            )
            for state in (_S.DETERMINING, _S.ANNOUNCING, _S.ANNOUNCED)
        ),
        Transition(
            "announce",
            _CLOCK | {Role.COMMITTEE},
            frozenset({_S.DETERMINING, _S.ANNOUNCED}),
            _S.ANNOUNCING,
            guard="a determination was confirmed by a second person",
        ),
        Transition("publish", _CLOCK, frozenset({_S.ANNOUNCING}), _S.ANNOUNCED),
        Transition(
            "conclude",
            _CLOCK,
            frozenset({_S.ANNOUNCED}),
            _S.CONCLUDED,
            guard="no result is held or open any more",
        ),
        Transition(
            "cancel",
            _OFFICE,
            frozenset({_S.DRAFT, _S.APPLYING, _S.RECOMMENDING, _S.REVIEWING, _S.DETERMINING}),
            _S.CANCELLED,
            guard="a reason is given",
        ),
    ),
)

# The steps an inspector may pause.
PAUSABLE = frozenset({_S.APPLYING, _S.RECOMMENDING, _S.REVIEWING, _S.DETERMINING})


class CyclePaused(Conflict):
    """An inspector has paused the cycle: only reading is possible."""

    slug = "cycle-paused"
    title = Text("周期已被纪委监委暂停", "The cycle is paused by the inspector")


class CycleNotOpen(Conflict):
    """The cycle is not in the step in which this is done."""

    slug = "cycle-step-mismatch"
    title = Text("周期不在相应环节", "The cycle is in another step")


class CycleExists(Conflict):
    """The county already runs a cycle of this policy for this year."""

    slug = "cycle-exists"
    title = Text("该年度周期已经存在", "There is such a cycle already")


class PolicyNotPublished(Conflict):
    """A cycle can only be opened on a published policy."""

    slug = "policy-not-published"
    title = Text("方案尚未发布", "The policy is not published")


class OnlyDeadlines(Conflict):
    """A running cycle's deadlines may be put off with a reason; nothing else may change."""

    slug = "only-deadlines-may-change"
    title = Text("只能说明理由后延后截止日", "Only deadlines may change, with a reason")


class HasToday(Protocol):
    """Whatever knows the business date (shared.clock.Moment does)."""

    @property
    def today(self) -> date:
        """The business date."""


@dataclass(frozen=True)
class Cycle:
    """One yearly cycle of a county, pinned to one policy.

    Dates are last days (business dates, already put off by pauses); `paused_until` is the
    last day of a running pause; `publish_until` is set while a notice waits to be published,
    `resettle_until` while the committee must settle void results again;
    `policy_hash` is final from opening on. `seed` drives the draw of the spot check.
    """

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
    seed: str
    created_at: datetime
    opened_at: datetime | None = None
    paused_until: date | None = None
    publish_until: date | None = None
    resettle_until: date | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """The deadlines together."""
        return Schedule(
            self.apply_until,
            self.recommend_until,
            self.review_until,
            self.clear_until,
            self.determine_until,
        )

    def with_schedule(self, schedule: Schedule) -> "Cycle":
        """Return the cycle with these deadlines."""
        return replace(self, **vars(schedule))

    def is_paused(self, today: date) -> bool:
        """Whether a pause still lasts on this day."""
        return self.paused_until is not None and today <= self.paused_until

    def extended(self, day: date, since: date, calendar: Calendar) -> date:
        """Return another deadline of this cycle (set on `since`), put off by its pauses.

        For dates that higher capabilities keep themselves; the cycle's own are moved already.
        """
        return extended(day, since, self.pauses, calendar)


def require_running(cycle: Cycle, moment: HasToday) -> None:
    """Raise CyclePaused while an inspector's pause lasts."""
    if cycle.is_paused(moment.today):
        raise CyclePaused(
            f"纪委监委已暂停本周期，最迟到{cycle.paused_until}结束，期间只能查看；各截止日相应顺延。",
            f"The inspector has paused this cycle until {cycle.paused_until} at the latest; "
            "deadlines move by the same time.",
            paused_until=cycle.paused_until,
        )


def require_state(cycle: Cycle, *states: CycleState) -> None:
    """Raise CycleNotOpen unless the cycle is in one of these steps."""
    if cycle.state not in states:
        wanted = "、".join(CYCLE.labels[state] for state in states)
        raise CycleNotOpen(
            f"此事项在“{wanted}”环节办理，周期现为“{CYCLE.labels[cycle.state]}”。",
            f"This is done while the cycle is {', '.join(states)}; it is {cycle.state.value}.",
            state=cycle.state.value,
            needed=[state.value for state in states],
        )
