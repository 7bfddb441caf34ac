"""Source offices, the committee and the publisher are told before their last day, once."""

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import (
    Cycle,
    CycleState,
    is_near,
    near,
    notices,
    recorded,
)
from services.scoring.results.domain import lateness
from services.scoring.results.usecases import overruns
from shared.caller import SYSTEM
from shared.context import Context, Work

_STEPS = (
    CycleState.RECOMMENDING,
    CycleState.REVIEWING,
    CycleState.DETERMINING,
    CycleState.ANNOUNCING,
    CycleState.ANNOUNCED,
)


async def remind(ctx: Context) -> None:
    """Tell everyone who keeps a determination or a notice waiting; twice tells nobody twice."""
    async with ctx.read() as work:
        found = await cycles.cycles_in_states(work.session, *_STEPS)
    for each in found:
        async with ctx.acting_as(SYSTEM).work() as work:
            cycle = await cycles.share(work.session, each.id)
            if cycle.state in _STEPS and not cycle.is_paused(work.moment.today):
                await _remind(work, cycle)


async def _remind(work: Work, cycle: Cycle) -> None:
    session, today = work.session, work.moment.today
    calendar = await cycles.calendar(session)
    days = (await cycles.policy(session, cycle)).procedure.reminder_days
    last_days = {cycle.clear_until, lateness.last_day(cycle)} - {None}
    if not any(day and is_near(day, today, days, calendar) for day in last_days):
        return  # nobody is near a last day: what is owed need not be looked for
    debts, _ = await overruns.owed(work, cycle)
    debts = near(debts, today, days, calendar)
    fresh = await cycles.add_reminders(session, cycle, debts, work.moment.real)
    if fresh:
        told = [(each, cycle.id) for each in notices(cycle, fresh)]
        await work.emit_all(told, cycle.county_id)
        after = recorded(fresh)
        await work.audit("cycle.remind", "cycle", cycle.id, county_id=cycle.county_id, after=after)
