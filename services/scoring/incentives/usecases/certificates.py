"""得分证明: from the policy's clauses to the yuan, made by the kernel that computed it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.incentives.store import settlements
from services.scoring.kernel.certificate import Certificate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.corrections import corrected
from services.scoring.results.domain.results import Result
from services.scoring.results.domain.verdicts import certificate
from services.scoring.results.store import results, snapshots
from shared.caller import Role
from shared.context import Context, Work

_READERS = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.DEPARTMENT,
    Role.ORGANIZATION_DEPARTMENT,
    Role.COMMITTEE,
    Role.FINANCE,
    Role.INSPECTOR,
)


@dataclass(frozen=True)
class Explained:
    """A certificate with the result it explains, its policy and the cycle's title."""

    title: str
    policy: Policy
    result: Result
    certificate: Certificate


async def explain(ctx: Context, result_id: UUID) -> Explained:
    """Return the certificate of one result within the caller's reach, as it stands now."""
    ctx.caller.require(*_READERS)
    roots = ctx.caller.organizations(*_READERS)
    async with ctx.read() as work:
        result = await results.find(work.session, result_id, roots)
        cycle = await cycles.find(work.session, result.cycle_id)
        plan = await cycles.plan(work.session, cycle)
        frozen = await _frozen(work, plan, result)
        since = await snapshots.corrections(work.session, cycle.id)
        lines = await settlements.of_version(work.session, result.id, result.version)
    applied = [
        each
        for each in since
        if each.snapshot_id == result.snapshot_id and each.sequence <= result.corrected
    ]
    inputs = corrected(frozen, applied)
    ranks = (result.county_rank, result.township_rank)
    made = await asyncio.to_thread(certificate, plan, inputs, result.organization_id, ranks, lines)
    return Explained(cycle.title, plan.policy, result, made)


async def _frozen(work: Work, plan: Plan, result: Result) -> Sequence[OrganizationInput]:
    """Return what the verdict depends on: the branch's inputs, or the county's as well."""
    session = work.session
    if plan.is_relative:
        return (await snapshots.find(session, result.snapshot_id)).organizations
    return [await snapshots.entry(session, result.snapshot_id, result.organization_id)]
