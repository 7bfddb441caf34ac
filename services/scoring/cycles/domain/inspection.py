"""监督意见: what 纪委监委 finds on a step, and the pause it may order.

Clause: 五星创建 第二版 · 纪委监委监督.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.cycles.domain.cycle import CYCLE, PAUSABLE, Cycle, CycleState, require_state
from services.scoring.cycles.domain.schedule import Pause, Schedule, moved, working_days
from shared.caller import Role
from shared.errors import Conflict, Invalid, Text
from shared.transitions import Machine, Transition
from shared.workdays import Calendar


class InspectionState(StrEnum):
    """Whether the inspector still follows the matter."""

    OPEN = "open"
    CLOSED = "closed"


_INSPECTOR = frozenset({Role.INSPECTOR})

INSPECTION = Machine(
    Text("监督意见", "inspection"),
    {InspectionState.OPEN: "处理中", InspectionState.CLOSED: "已了结"},
    (
        Transition("pause", _INSPECTOR, frozenset({InspectionState.OPEN}), InspectionState.OPEN),
        Transition(
            "close",
            _INSPECTOR,
            frozenset({InspectionState.OPEN}),
            InspectionState.CLOSED,
            guard="the outcome is given",
        ),
    ),
)


class PauseTooLong(Invalid):
    """The pauses of one step would last longer than the policy allows."""

    slug = "pause-too-long"
    title = Text("暂停超过期限", "The pause is too long")


class NotPaused(Conflict):
    """There is no running pause to end."""

    slug = "cycle-not-paused"
    title = Text("周期没有被暂停", "The cycle is not paused")


@dataclass(frozen=True)
class Inspection:
    """A finding on one thing (`entity`, `entity_id`) in one step of a cycle."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    step: CycleState
    entity: str
    entity_id: UUID
    text: str
    state: InspectionState
    opened_at: datetime
    opened_by: UUID | None
    outcome: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class PauseRecord:
    """A pause with its reason; `before` holds the deadlines as they were when it began."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    inspection_id: UUID
    step: CycleState
    reason: str
    pause: Pause
    before: Schedule
    ordered_by: UUID | None
    ended_on: date | None = None


def begin_pause(
    cycle: Cycle, days: int, limit: int, today: date, calendar: Calendar
) -> tuple[Cycle, Pause]:
    """Return the paused cycle, its open deadlines put off, and the pause.

    The day of the order does not count towards `days`, but is given back to the deadlines,
    since a part of it is lost. One step may be paused for `limit` working days in all.
    """
    require_state(cycle, *sorted(PAUSABLE))
    used = sum(_length(each, calendar) for each in cycle.pauses if each.step == cycle.state)
    if not 1 <= days <= limit - used:
        raise PauseTooLong(
            f"“{CYCLE.labels[cycle.state]}”环节最多可暂停{limit}个工作日，已用{used}个，"
            f"请填写1到{max(limit - used, 0)}之间的天数。",
            f"This step may be paused for {limit} working days; {used} are used.",
            limit=limit,
            used=used,
        )
    until = calendar.add(today, days)
    pause = Pause(cycle.state.value, today, until, working_days(today, until, calendar))
    after = cycle.with_schedule(moved(cycle.schedule, pause, calendar))
    return replace(after, paused_until=until, pauses=(*cycle.pauses, pause)), pause


def end_pause(cycle: Cycle, record: PauseRecord, today: date, calendar: Calendar) -> Cycle:
    """Return the running cycle; the deadlines keep only the days really lost."""
    ended = min(today, record.pause.until)
    lost = working_days(record.pause.started_on, ended, calendar)
    pause = replace(record.pause, until=ended, working_days=lost)
    others = tuple(each for each in cycle.pauses if each != record.pause)
    after = cycle.with_schedule(moved(record.before, pause, calendar))
    return replace(after, paused_until=None, pauses=(*others, pause))


def _length(pause: Pause, calendar: Calendar) -> int:
    """What a pause used of the step's allowance: at least one day."""
    return max(working_days(pause.started_on + timedelta(days=1), pause.until, calendar), 1)
