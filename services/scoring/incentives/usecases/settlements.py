"""What follows from results in effect, computed when they take effect and when they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.incentives.domain.proposals import PROPOSAL, Proposal, ProposalState
from services.scoring.incentives.domain.settlement import (
    Appraisal,
    EntitlementLine,
    Settlement,
    Sum,
    in_force,
    settle,
)
from services.scoring.incentives.store import proposals
from services.scoring.incentives.store import settlements as store
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import Rectification, TownshipAppraisal
from services.scoring.results.domain.results import Result, ResultState
from services.scoring.results.store import results, snapshots
from shared.caller import SYSTEM, Role
from shared.context import Context, Work
from shared.contracts.events import Envelope
from shared.contracts.scoring import ResultsCorrected, ResultsEffective
from shared.tables import new_id

_COUNTY = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.FINANCE, Role.INSPECTOR)
_READERS = (Role.VILLAGE, Role.TOWNSHIP, *_COUNTY)


async def on_results_effective(work: Work, envelope: Envelope) -> None:
    """Settle the county again: new entries for every branch whose lines are new."""
    event = ResultsEffective.model_validate(envelope.data)
    await _settle(work, event.cycle_id)


async def on_results_corrected(work: Work, envelope: Envelope) -> None:
    """Settle the county again; a result that is not in effect yet brings nothing yet."""
    event = ResultsCorrected.model_validate(envelope.data)
    await _settle(work, event.cycle_id)


async def entitlements(
    ctx: Context,
    cycle_id: UUID,
    filters: Mapping[str, Any],
    after: UUID | None,
    limit: int,
) -> tuple[Policy, list[EntitlementLine]]:
    """Return lines within the caller's reach, one more than `limit`, and their policy."""
    ctx.caller.require(*_READERS)
    roots = ctx.caller.organizations(*_READERS)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        found = await store.page(work.session, cycle.id, roots, filters, after, limit + 1)
        return policy, found


async def bill(ctx: Context, cycle_id: UUID) -> tuple[Policy, list[Sum]]:
    """Return what is owed within the caller's reach by payer, linkage and township."""
    ctx.caller.require(Role.TOWNSHIP, *_COUNTY)
    roots = ctx.caller.organizations(Role.TOWNSHIP, *_COUNTY)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        return policy, await store.sums(work.session, cycle.id, roots)


async def appraisals(ctx: Context, cycle_id: UUID) -> tuple[Policy, list[Appraisal]]:
    """Return what the outcomes of its branches bring each township's own appraisal."""
    ctx.caller.require(Role.TOWNSHIP, *_COUNTY)
    roots = ctx.caller.organizations(Role.TOWNSHIP, *_COUNTY)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        codes = [x.code for x in policy.linkages if isinstance(x, TownshipAppraisal)]
        return policy, await store.appraisals(work.session, cycle.id, roots, codes)


async def _settle(work: Work, cycle_id: UUID) -> None:
    cycle = await cycles.lock(work.session, cycle_id)
    plan = await cycles.plan(work.session, cycle)
    paid = in_force(await results.standing(work.session, cycle.id))
    snapshot = await snapshots.newest(work.session, cycle.id)
    inputs = {each.organization_id: each for each in snapshot.organizations}
    made = settle(plan, paid, inputs)
    newest = [each for each in paid if each.state is not ResultState.SUCCEEDED]
    known = await store.standing(work.session, cycle.id)
    changed = [
        (result, each, _number(known, each))
        for result, each in zip(newest, made, strict=True)
        if _differs(known.get(each.organization_id), each)
    ]
    await store.add(work.session, changed, work.moment.real)
    await _propose(work, cycle, plan.policy, [(result, each) for result, each, _ in changed])
    await work.audit(
        "entitlements.settle",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        after={"branches": len(changed), "lines": sum(len(each.lines) for _, each, _ in changed)},
    )


def _number(known: Mapping[UUID, store.Standing], made: Settlement) -> int:
    earlier = known.get(made.organization_id)
    return 1 if earlier is None else earlier.number + 1


def _differs(earlier: store.Standing | None, made: Settlement) -> bool:
    if earlier is None:
        return True
    mine = (made.result_id, made.result_version, made.hash)
    return (earlier.result_id, earlier.result_version, earlier.hash) != mine


async def _propose(
    work: Work, cycle: Cycle, policy: Policy, changed: Sequence[tuple[Result, Settlement]]
) -> None:
    """Propose 整顿 where the new lines say so; undecided proposals of older versions end."""
    codes = {each.code for each in policy.linkages if isinstance(each, Rectification)}
    versions = {(result.id, result.version) for result, _ in changed}
    branches = [result.organization_id for result, _ in changed]
    for each in await proposals.open_of(work.session, cycle.id, branches):
        if (each.result_id, each.result_version) not in versions:
            state = PROPOSAL.fire("withdraw", each.state, SYSTEM)
            await proposals.save(work.session, replace(each, state=state))
    await proposals.add(
        work.session,
        (
            _proposal(result, line)
            for result, settled in changed
            for line in settled.lines
            if line.linkage in codes
        ),
    )


def _proposal(result: Result, line: Entitlement) -> Proposal:
    return Proposal(
        id=new_id(),
        cycle_id=result.cycle_id,
        county_id=result.county_id,
        township_id=result.township_id,
        organization_id=result.organization_id,
        path=result.path,
        name=result.name,
        result_id=result.id,
        result_version=result.version,
        level=result.level,
        linkage=line.linkage,
        clause=line.clause,
        measures=_codes(line.operands.get("measures")),
        state=ProposalState.PROPOSED,
        decided_by=None,
        decided_at=None,
        reason=None,
        version=1,
    )


def _codes(operand: object) -> tuple[str, ...]:
    return tuple(str(each) for each in operand) if isinstance(operand, Iterable) else ()
