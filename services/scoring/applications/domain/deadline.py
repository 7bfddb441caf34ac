"""Until when a village may act, and what a return gives it.

Clause: 五星创建 第二版 · 村级申报.
"""

from dataclasses import replace
from datetime import date

from services.scoring.applications.domain.application import (
    APPLICATION,
    Application,
    ApplicationState,
    DeadlinePassed,
    ReturnLimitReached,
    TownshipHasActed,
)
from services.scoring.cycles.domain import Cycle, CycleState, require_state
from services.scoring.kernel.procedure import ApplicationStep
from shared.caller import Caller
from shared.workdays import Calendar


def last_day(application: Application, cycle: Cycle, calendar: Calendar) -> date:
    """Return the village's last day: the cycle's, or a later one after a return."""
    if application.state is not ApplicationState.RETURNED or application.due_on is None:
        return cycle.apply_until
    since = application.returned_on or application.due_on
    return max(cycle.apply_until, cycle.extended(application.due_on, since, calendar))


def require_in_time(
    application: Application, cycle: Cycle, today: date, calendar: Calendar
) -> None:
    """Raise DeadlinePassed when the village's time is over."""
    returned = application.state is ApplicationState.RETURNED
    last = last_day(application, cycle, calendar)
    if today > last or not (returned or cycle.state is CycleState.APPLYING):
        raise too_late(last)


def too_late(last: date) -> DeadlinePassed:
    """The problem for a village that acts after its last day."""
    return DeadlinePassed(
        f"申报已于{last}截止，不能再修改或提交；以最后一次提交的内容为准。如确有特殊情况，请联系组织部。",
        f"Applying ended on {last}; what was submitted last counts.",
        last_day=last,
    )


def give_back(
    application: Application,
    cycle: Cycle,
    step: ApplicationStep,
    caller: Caller,
    reason: str,
    today: date,
    calendar: Calendar,
) -> Application:
    """Return the application as returned to the village, with at least the extension."""
    require_state(cycle, CycleState.APPLYING, CycleState.RECOMMENDING)
    state = APPLICATION.fire("return", application.state, caller)
    if application.returns >= step.return_limit:
        raise ReturnLimitReached(
            f"该申报已退回{application.returns}次，达到上限，请直接评分（{step.clause}）。",
            f"It was returned {application.returns} times, the limit: score it now.",
            limit=step.return_limit,
        )
    extension = calendar.add(today, step.return_extension_working_days)
    return replace(
        application,
        state=state,
        returns=application.returns + 1,
        return_reason=reason,
        returned_on=today,
        due_on=max(extension, cycle.apply_until),
    )


def withdraw(
    application: Application, cycle: Cycle, caller: Caller, today: date, calendar: Calendar
) -> Application:
    """Return the application as withdrawn: nothing counts until it is submitted again."""
    state = APPLICATION.fire("withdraw", application.state, caller)
    require_in_time(application, cycle, today, calendar)
    if application.returns:
        raise TownshipHasActed(
            "乡镇已经办理过这份申报，不能撤回；如需修改，请与乡镇联系退回。",
            "The township has already acted on it; ask the township to return it instead.",
        )
    return replace(application, state=state)
