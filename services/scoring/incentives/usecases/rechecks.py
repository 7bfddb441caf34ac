"""Recompute what is stored of money and raise an alarm on any difference."""

import structlog

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.incentives.domain.recheck import recheck_register, recheck_settlements
from services.scoring.incentives.domain.settlement import in_force, settle
from services.scoring.incentives.store import registers, settlements
from services.scoring.results.domain.replay import Difference
from services.scoring.results.store import alarms, results, snapshots
from shared.context import Context, Work

_log = structlog.get_logger(__name__)


async def recheck_every_cycle(ctx: Context) -> None:
    """Recheck all cycles that have results, each in its own unit of work (nightly)."""
    async with ctx.read() as work:
        waiting = await alarms.replayable(work.session)
    for cycle_id in waiting:
        async with ctx.work() as work:
            await _recheck(work, await cycles.lock(work.session, cycle_id))


async def _recheck(work: Work, cycle: Cycle) -> None:
    found = await _differences(work, cycle)
    at = work.moment.real
    new = await alarms.add(work.session, cycle.id, cycle.county_id, found, at)
    for each in found:
        _log.error(
            "money_differs",
            cycle=str(cycle.id),
            subject=each.subject,
            id=str(each.subject_id),
            expected=each.expected,
            found=each.found,
        )
    await work.audit(
        "cycle.recheck_money",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        after={"differences": len(found), "alarms": [str(each.id) for each in new]},
    )


async def _differences(work: Work, cycle: Cycle) -> list[Difference]:
    plan = await cycles.plan(work.session, cycle)
    paid = in_force(await results.standing(work.session, cycle.id))
    snapshot = await snapshots.newest(work.session, cycle.id)
    inputs = {each.organization_id: each for each in snapshot.organizations}
    stored = await settlements.stored(work.session, cycle.id)
    found = list(recheck_settlements(settle(plan, paid, inputs), stored))
    for register in await registers.stored(work.session, cycle.id):
        found += recheck_register(plan, register)
    return found
