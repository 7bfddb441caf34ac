"""Taking over again what registry knows, while a cycle runs."""

from uuid import UUID

from services.scoring.cycles import store
from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    Refreshed,
    facts_day,
    missing_facts,
    require_running,
)
from shared import directory
from shared.caller import Role
from shared.clients.registry import Registry
from shared.context import Context, Work

_OFFICE = (Role.ORGANIZATION_DEPARTMENT,)


async def refresh(ctx: Context, cycle_id: UUID) -> Refreshed:
    """Take what registry knows now, so that the stages are judged by it; until determination."""
    async with ctx.read() as work:
        cycle = await _held(work, cycle_id)
        policy = await store.policy(work.session, cycle)
        assessed = await _assessed(work, cycle)
        day = facts_day(cycle.year, work.moment.today)
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    found = await store.known_facts(registry, policy, assessed, day)
    async with ctx.work() as work:
        cycle = await _held(work, cycle_id)
        require_running(cycle, work.moment)
        CYCLE.fire("refresh_facts", cycle.state, ctx.caller)
        changed = await store.set_facts(work.session, cycle.id, assessed, found)
        after = {"as_of": day.isoformat(), "changed": changed}
        await work.audit(
            "cycle.refresh_facts", "cycle", cycle.id, county_id=cycle.county_id, after=after
        )
    return Refreshed(day, changed, missing_facts(policy, assessed, found))


async def _held(work: Work, cycle_id: UUID) -> Cycle:
    """Return a cycle that the caller's office is responsible for, locked."""
    work.caller.require(*_OFFICE)
    cycle = await store.lock(work.session, cycle_id)
    roots = work.caller.organizations(*_OFFICE)
    await directory.require_within(work.session, roots, cycle.county_id)
    return cycle


async def _assessed(work: Work, cycle: Cycle) -> list[UUID]:
    found = await store.participants(work.session, cycle.id)
    return [each.organization_id for each in found if each.assessed]
