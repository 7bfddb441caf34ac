"""Taking over again what registry knows, while a cycle runs; telling it what a cycle asks for."""

from uuid import UUID

import structlog

from services.scoring.cycles import store
from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    Refreshed,
    demand_of,
    facts_day,
    missing_facts,
    require_running,
)
from shared import directory
from shared.caller import Role
from shared.clients.registry import Registry
from shared.context import Context, Work
from shared.errors import Problem

_OFFICE = (Role.ORGANIZATION_DEPARTMENT,)
_log = structlog.get_logger(__name__)


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


async def tell_demands(ctx: Context) -> None:
    """Let registry count what opened cycles ask of their branches; what fails is tried again.

    Registry knows a cycle's demand by its reference, so a repetition counts nothing twice.
    """
    async with ctx.read() as work:
        waiting = await store.demands_to_tell(work.session)
    for cycle_id in waiting:
        try:
            await _tell_demand(ctx, cycle_id)
        except Problem as problem:
            _log.warning("demand_not_told", cycle_id=str(cycle_id), problem=problem.slug)


async def _tell_demand(ctx: Context, cycle_id: UUID) -> None:
    async with ctx.read() as work:
        cycle = await store.find(work.session, cycle_id)
        policy = await store.policy(work.session, cycle)
        assessed = await _assessed(work, cycle)
        demand = demand_of(cycle, policy, assessed, work.moment.today)
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    await registry.demand_facts(demand)
    async with ctx.work() as work:
        await store.set_told(work.session, cycle_id, work.moment.real)
        after = {"codes": list(demand.codes), "organizations": len(demand.organization_ids)}
        await work.audit(
            "cycle.demand_facts", "cycle", cycle_id, county_id=cycle.county_id, after=after
        )


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
