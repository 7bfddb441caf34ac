"""Townships and departments that have not closed their part are told before its last day."""

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CycleState, near, notices, recorded
from services.scoring.reviews.domain.owing import owed
from services.scoring.reviews.usecases.desk import Desk, lay
from services.scoring.reviews.usecases.stages import open_parts
from shared.caller import SYSTEM
from shared.context import Context

_STEPS = (CycleState.RECOMMENDING, CycleState.REVIEWING)


async def remind(ctx: Context) -> None:
    """Tell everyone whose part is open; running it twice tells nobody twice."""
    async with ctx.read() as work:
        found = await cycles.cycles_in_states(work.session, *_STEPS)
    for each in found:
        async with ctx.acting_as(SYSTEM).work() as work:
            cycle = await cycles.share(work.session, each.id)
            if cycle.state in _STEPS and not cycle.is_paused(work.moment.today):
                await _remind(await lay(work, cycle))


async def _remind(desk: Desk) -> None:
    work, cycle = desk.work, desk.cycle
    days = desk.policy.procedure.reminder_days
    parts = await open_parts(desk)
    debts = near(
        [owed(each, desk.timing(each.kind)) for each in parts],
        work.moment.today,
        days,
        desk.calendar,
    )
    fresh = await cycles.add_reminders(work.session, cycle, debts, work.moment.real)
    if fresh:
        told = [(each, cycle.id) for each in notices(cycle, fresh)]
        await work.emit_all(told, cycle.county_id)
        after = recorded(fresh)
        await work.audit("cycle.remind", "cycle", cycle.id, county_id=cycle.county_id, after=after)
