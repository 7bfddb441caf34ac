"""The last steps when people are silent: time puts them off and tells, and decides nothing.

People's pay hangs on a determination, so no silence ever makes one: when the committee's last
day or the publisher's passes, the inspector gets a finding that names who owes what, and the
step gets another period. Clause: 五星创建 第二版 · 县委确定, 结果公示 (open: our choice).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.scoring.cycles.domain import CYCLE, DUTY_NAMES, Cycle, CycleState, Debt, Duty
from services.scoring.kernel.procedure import Procedure
from services.scoring.results.domain.determinations import Missing
from shared.caller import ROLE_NAMES, SYSTEM, Role
from shared.workdays import Calendar

OVERRUN = frozenset({CycleState.DETERMINING, CycleState.ANNOUNCING, CycleState.ANNOUNCED})


def last_day(cycle: Cycle) -> date | None:
    """Return the last day of the committee's or the publisher's step; None in any other.

    While announced, the committee owes something only where results are void.
    """
    days = {
        CycleState.DETERMINING: cycle.determine_until,
        CycleState.ANNOUNCING: cycle.publish_until,
        CycleState.ANNOUNCED: cycle.resettle_until,
    }
    return days.get(cycle.state)


def step_name(cycle: Cycle) -> str:
    """Return what the step is called that has a last day."""
    return "补充确定" if cycle.state is CycleState.ANNOUNCED else CYCLE.labels[cycle.state]


def has_overrun(cycle: Cycle, today: date) -> bool:
    """Whether the last day has passed; never during a pause."""
    due = last_day(cycle)
    return due is not None and due < today and not cycle.is_paused(today)


def debts(cycle: Cycle, missing: Sequence[Missing], today: date, *, recorded: bool) -> list[Debt]:
    """Return who still owes what before this cycle can go on.

    While source offices are silent nobody can confirm: they owe, and after their last day
    组织部 too, which may enter their written answers. Then the meeting, then its confirmation.
    """
    if cycle.state is CycleState.ANNOUNCING:
        due = cycle.publish_until
        return [] if due is None else [_of(cycle, Duty.PUBLISH, Role.ORGANIZATION_DEPARTMENT, due)]
    if missing:
        return _unanswered(cycle, missing, today)
    due = last_day(cycle)
    if due is None:
        return []
    if recorded:
        return [_of(cycle, Duty.CONFIRM, Role.COMMITTEE, due)]
    both = (Role.COMMITTEE, Role.ORGANIZATION_DEPARTMENT)
    return [_of(cycle, Duty.DETERMINE, role, due) for role in both]


def _unanswered(cycle: Cycle, missing: Sequence[Missing], today: date) -> list[Debt]:
    late = today > cycle.clear_until
    due = cycle.determine_until if late else cycle.clear_until
    county = cycle.county_id
    found = [
        Debt(Duty.CLEAR, office, due, Role.SOURCE_OFFICE, county, office)
        for office in sorted({each.office for each in missing})
    ]
    if late:
        found.append(_of(cycle, Duty.CLEAR, Role.ORGANIZATION_DEPARTMENT, due))
    return found


def _of(cycle: Cycle, duty: Duty, role: Role, due_on: date) -> Debt:
    return Debt(duty, role.value, due_on, role, cycle.county_id)


def put_off(cycle: Cycle, procedure: Procedure, today: date, calendar: Calendar) -> Cycle:
    """Return the cycle with another period for its step, counted from today."""
    state = CYCLE.fire("overrun", cycle.state, SYSTEM)
    until = calendar.add(today, procedure.determination_days)
    if cycle.state is CycleState.DETERMINING:
        return replace(cycle, state=state, determine_until=until)
    if cycle.state is CycleState.ANNOUNCED:
        return replace(cycle, state=state, resettle_until=until)
    return replace(
        cycle, state=state, publish_until=calendar.add(today, procedure.publication_days)
    )


def owing(found: Sequence[Debt], missing: Sequence[Missing], names: Mapping[str, str]) -> list[str]:
    """Return who owes what, in Chinese; `names` are those of the source offices."""
    counts = Counter(each.office for each in missing)
    return [
        f"{_who(each, names)}：{DUTY_NAMES[each.duty].zh}"
        + (f"，尚缺{counts[each.party]}项" if each.party in counts else "")
        for each in found
    ]


def _who(debt: Debt, names: Mapping[str, str]) -> str:
    return ROLE_NAMES[debt.role] if debt.department is None else names[debt.department]


def finding(before: Cycle, after: Cycle, waiting: Sequence[str]) -> str:
    """Return the inspector's finding: which step is late, who owes what, until when it goes on."""
    return (
        f"“{step_name(before)}”环节最迟{last_day(before)}办结，逾期未办：{'；'.join(waiting)}。"
        f"期限自动顺延至{last_day(after)}；结果不因逾期自动确定或自动公示，请督促办理。"
    )
