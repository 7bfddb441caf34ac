"""How close the determined verdicts stand to their lines."""

import asyncio
from uuid import UUID

from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.sensitivity import Sensitivity, sensitivity
from services.scoring.simulations.domain.simulation import READERS, Names
from services.scoring.simulations.usecases import inputs, simulating
from shared.context import Context


async def close_verdicts(
    ctx: Context, cycle_id: UUID, within: int
) -> tuple[Cycle, Policy, Names, Sensitivity]:
    """Return who stands within so many hundredths of a line; ResultsNotReady before a result."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        cycle = await inputs.reachable(work, cycle_id, READERS)
        material = await inputs.determined(work, cycle)
        names = await simulating.names(work, cycle)
    base = await inputs.base(material)
    found = await asyncio.to_thread(sensitivity, base.trial, within)
    return cycle, material.plan.policy, names, found
