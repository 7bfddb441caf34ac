"""The last days of a cycle's steps, and how a pause moves them.

Every date is the last day on which something may still be done, until 24:00 in
Asia/Shanghai. Lengths are working days of the policy's procedure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from services.scoring.kernel.procedure import Procedure
from shared.errors import Conflict, Fault, Invalid, Text
from shared.workdays import Calendar

_NAMES = {
    "apply_until": "申报截止日",
    "recommend_until": "推荐截止日",
    "review_until": "评审截止日",
    "clear_until": "联审截止日",
    "determine_until": "县委确定截止日",
}


class ScheduleInvalid(Invalid):
    """The deadlines are in the past or not in the order of the steps."""

    slug = "schedule-invalid"
    title = Text("时间安排有误", "The schedule is not possible")


class ScheduleShortened(Conflict):
    """A running cycle's deadline was to come earlier, or one that has passed was to change."""

    slug = "schedule-shortened"
    title = Text("时限只能延后", "Deadlines may only be put off")


@dataclass(frozen=True)
class Schedule:
    """The last day of each step."""

    apply_until: date
    recommend_until: date
    review_until: date
    clear_until: date
    determine_until: date


@dataclass(frozen=True)
class Pause:
    """An inspector's pause of a step, through `until`.

    `working_days` counts the days it took away, both ends included.
    """

    step: str
    started_on: date
    until: date
    working_days: int


def plan_schedule(procedure: Procedure, start: date, calendar: Calendar) -> Schedule:
    """Return the deadlines that the policy's lengths give when applying begins after `start`.

    Clause: the working days stated at 村级申报, 乡镇推荐, 部门评审, 联审 and 县委确定.
    """
    apply_until = calendar.add(start, max(procedure.application.working_days, 1))
    recommend_until = calendar.add(apply_until, max(procedure.township.working_days, 1))
    reviewing = max(procedure.department.working_days, procedure.spot_check.working_days, 1)
    review_until = calendar.add(recommend_until, reviewing)
    clear_until = calendar.add(review_until, max(procedure.clearance.working_days, 1))
    determine_until = calendar.add(clear_until, procedure.determination_days)
    return Schedule(apply_until, recommend_until, review_until, clear_until, determine_until)


def with_time_to_determine(schedule: Schedule, working_days: int, calendar: Calendar) -> Schedule:
    """Return the schedule with the committee's time after the clearances where it has none."""
    if schedule.determine_until > schedule.clear_until:
        return schedule
    until = calendar.add(schedule.clear_until, working_days)
    return replace(schedule, determine_until=until)


def check_schedule(schedule: Schedule, today: date) -> None:
    """Raise ScheduleInvalid unless the steps follow one another and the first is ahead."""
    found: list[Fault] = []
    if schedule.apply_until <= today:
        found.append(_fault("apply_until", "应在今天之后", "must be after today"))
    if schedule.recommend_until <= schedule.apply_until:
        found.append(_fault("recommend_until", "应在申报截止日之后", "must follow apply_until"))
    if schedule.review_until <= schedule.recommend_until:
        found.append(_fault("review_until", "应在推荐截止日之后", "must follow recommend_until"))
    if schedule.clear_until < schedule.review_until:
        found.append(_fault("clear_until", "不能早于评审截止日", "must not precede review_until"))
    if schedule.determine_until <= schedule.clear_until:
        found.append(_fault("determine_until", "应在联审截止日之后", "must follow clear_until"))
    if found:
        raise ScheduleInvalid(
            "各环节的截止日有误，请按 errors 逐项修改后重新提交，本次没有保存。",
            "The deadlines do not follow one another; correct each entry of `errors`.",
            faults=tuple(found),
        )


def check_extension(old: Schedule, new: Schedule, today: date) -> None:
    """Raise ScheduleShortened if a running cycle's deadline comes earlier or had passed."""
    found: list[Fault] = []
    for name in _names():
        before, after = getattr(old, name), getattr(new, name)
        if after < before:
            found.append(_fault(name, f"只能晚于{before}", f"may only be later than {before}"))
        elif after > before and before < today:
            found.append(_fault(name, f"{before}已经过去", f"{before} has already passed"))
    if found:
        raise ScheduleShortened(
            "周期已经开始，截止日只能延后，已过的截止日不能再改，请修改后重新提交。",
            "The cycle is running: deadlines may only be put off, and only before they pass.",
            faults=tuple(found),
        )


def moved(schedule: Schedule, pause: Pause, calendar: Calendar) -> Schedule:
    """Return the schedule with every deadline that had not passed put off by the pause."""
    return Schedule(
        **{
            name: extended(getattr(schedule, name), pause.started_on, (pause,), calendar)
            for name in _names()
        }
    )


def extended(day: date, since: date, pauses: Iterable[Pause], calendar: Calendar) -> date:
    """Return a deadline that was set on `since`, put off by each pause that met it.

    A pause counts when it began on or after `since` and before the deadline had passed.
    """
    for pause in sorted(pauses, key=lambda each: each.started_on):
        if since <= pause.started_on <= day and pause.working_days:
            day = calendar.add(day, pause.working_days)
    return day


def working_days(first: date, last: date, calendar: Calendar) -> int:
    """Return how many working days lie between two dates, both included."""
    span = (last - first).days + 1
    return sum(calendar.is_working(first + timedelta(days=n)) for n in range(span))


def _names() -> list[str]:
    return [field.name for field in fields(Schedule)]


def _fault(name: str, zh: str, en: str) -> Fault:
    return Fault(f"/body/{name}", Text(f"{_NAMES[name]}{zh}", f"{name} {en}"))
