"""Trying out policies: made, kept, read, replayed, archived; never announced.

Computing happens outside any transaction and off the event loop; what is written is the
simulation itself and its audit record. No event goes out and no result is touched.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import store as policies
from services.scoring.results.domain.snapshot import digest
from services.scoring.simulations import store
from services.scoring.simulations.domain.making import again, make
from services.scoring.simulations.domain.simulation import (
    MAKERS,
    READERS,
    SIMULATION,
    Basis,
    Brief,
    Names,
    NewSimulation,
    Replayed,
    Shown,
    Simulation,
    SimulationState,
    facts,
)
from services.scoring.simulations.domain.variants import VariantSpec
from services.scoring.simulations.usecases import inputs
from shared import directory
from shared.context import Context, Work
from shared.errors import NotFound
from shared.tables import new_id


async def create(ctx: Context, cycle_id: UUID, new: NewSimulation) -> Shown:
    """Try out the variants and keep what came out; SimulationFaulty names every fault at once."""
    ctx.caller.require(*MAKERS)
    material = await _asked_for(ctx, cycle_id, new)
    async with ctx.read() as work:
        named = await _named(work, material.cycle, new.variants)
    base = await inputs.base(material)
    made, content = await asyncio.to_thread(make, new, base, named)
    async with ctx.work() as work:
        simulation = Simulation(
            id=new_id(),
            cycle_id=material.cycle.id,
            county_id=material.cycle.county_id,
            state=SimulationState.KEPT,
            version=1,
            new=new,
            source=material.source,
            policy_hash=material.plan.policy_hash,
            policies=made,
            content=content,
            hash=digest(content),
            made_by=ctx.caller.user_id,
            made_at=work.moment.real,
        )
        await store.add(work.session, simulation)
        await _audit(work, "simulation.create", simulation)
        return await _shown(work, simulation)


async def find(ctx: Context, simulation_id: UUID) -> Shown:
    """Return a simulation of the caller's county; NotFound anywhere else."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*READERS)
        return await _shown(work, await store.find(work.session, simulation_id, roots))


async def page(
    ctx: Context, cycle_id: UUID, state: SimulationState, after: UUID | None, limit: int
) -> list[Brief]:
    """Return the simulations of a cycle, newest first, one more than `limit`."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        await inputs.reachable(work, cycle_id, READERS)
        roots = ctx.caller.organizations(*READERS)
        return await store.page(work.session, cycle_id, roots, state, after, limit + 1)


async def count(ctx: Context, cycle_id: UUID, state: SimulationState) -> int:
    """Return how many simulations `page` gives in all."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*READERS)
        return await store.count(work.session, cycle_id, roots, state)


async def archive(ctx: Context, simulation_id: UUID, reason: str) -> Shown:
    """Take a simulation out of the list; what was computed stays and can be read by its id."""
    ctx.caller.require(*MAKERS)
    async with ctx.work() as work:
        roots = ctx.caller.organizations(*MAKERS)
        before = await store.lock(work.session, simulation_id, roots)
        after = replace(
            before,
            state=SIMULATION.fire("archive", before.state, ctx.caller),
            archived_by=ctx.caller.user_id,
            archived_at=work.moment.real,
            reason=reason,
        )
        saved = await store.save(work.session, after)
        await _audit(work, "simulation.archive", saved, before)
        return await _shown(work, saved)


async def replay(ctx: Context, simulation_id: UUID) -> Replayed:
    """Compute a simulation again from its stored inputs and policies and compare the bytes."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*READERS)
        kept = await store.find(work.session, simulation_id, roots)
        material = await inputs.again(work, kept)
    replayed = Replayed(kept, await asyncio.to_thread(_replayed, kept, material))
    async with ctx.work() as work:
        await work.audit(
            "simulation.replay",
            "simulation",
            kept.id,
            county_id=kept.county_id,
            after={"identical": replayed.identical, "found": replayed.found},
        )
    return replayed


def _replayed(kept: Simulation, material: inputs.Material) -> str:
    """Return the hash of what comes out now; that of the inputs where they are not the same."""
    if material.hash != kept.source.hash:
        return f"inputs {material.hash}"
    return digest(again(kept, inputs.tried(material)))


async def _asked_for(ctx: Context, cycle_id: UUID, new: NewSimulation) -> inputs.Material:
    if new.basis is Basis.PROVISIONAL:
        return await inputs.provisional(ctx, cycle_id, MAKERS)
    async with ctx.read() as work:
        cycle = await inputs.reachable(work, cycle_id, MAKERS)
        return await inputs.determined(work, cycle)


async def _named(
    work: Work, cycle: Cycle, variants: Sequence[VariantSpec]
) -> dict[UUID, Policy | None]:
    """Return the policies that variants name; None for one that is not the county's."""
    found: dict[UUID, Policy | None] = {}
    for policy_id in {each.policy_id for each in variants if each.policy_id is not None}:
        try:
            stored = await policies.find(work.session, policy_id, [cycle.county_id])
        except NotFound:
            found[policy_id] = None
        else:
            found[policy_id] = stored.policy
    return found


async def _shown(work: Work, simulation: Simulation) -> Shown:
    cycle = await cycles.find(work.session, simulation.cycle_id)
    base = await cycles.policy(work.session, cycle)
    return Shown(simulation, cycle, base, simulation.report, await names(work, cycle))


async def names(work: Work, cycle: Cycle) -> Names:
    """Return what the branches were called when the cycle opened, and their townships today."""
    branches = await cycles.participants(work.session, cycle.id)
    records = await directory.below(work.session, cycle.county_id)
    return Names(
        {str(each.organization_id): each.name for each in branches},
        {str(each.id): each.name for each in records},
    )


async def _audit(
    work: Work, action: str, after: Simulation, before: Simulation | None = None
) -> None:
    await work.audit(
        action,
        "simulation",
        after.id,
        county_id=after.county_id,
        before=dict(facts(before)) if before else None,
        after=dict(facts(after)),
        reason=after.reason,
    )
