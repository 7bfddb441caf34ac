"""Villages that have not submitted are told before their last day, once."""

from services.scoring.applications import store
from services.scoring.applications.domain import owed
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState, near, notices, recorded
from shared.caller import SYSTEM
from shared.context import Context, Work

_STEPS = (CycleState.APPLYING, CycleState.RECOMMENDING)


async def remind(ctx: Context) -> None:
    """Tell every village that owes its application; running it twice tells nobody twice."""
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
    branches = await cycles.participants(session, cycle.id)
    known = {each.organization_id: each for each in await store.for_cycle(session, cycle.id)}
    debts = near(owed(cycle, branches, known, today, calendar), today, days, calendar)
    fresh = await cycles.add_reminders(session, cycle, debts, work.moment.real)
    if fresh:
        told = [(each, cycle.id) for each in notices(cycle, fresh)]
        await work.emit_all(told, cycle.county_id)
        after = recorded(fresh)
        await work.audit("cycle.remind", "cycle", cycle.id, county_id=cycle.county_id, after=after)
