"""What a confirmed meeting sets going: inputs frozen, results stored, the notice asked for.

Clause: 五星创建 第二版 · 县委确定, 结果公示.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.chains import holding
from services.scoring.results.domain.determinations import Determination
from services.scoring.results.domain.refills import REFILL, Refill, let_in
from services.scoring.results.domain.results import (
    Result,
    ResultState,
    Verdict,
    settled,
    verdict_fields,
)
from services.scoring.results.domain.snapshot import (
    Parts,
    Snapshot,
    build,
    documents,
    merge,
    snapshot_hash,
    with_strikes,
)
from services.scoring.results.domain.verdicts import judge, require_facts, verdicts
from services.scoring.results.store import results, snapshots
from services.scoring.results.usecases import refilling, settling
from shared import directory
from shared.context import Work
from shared.contracts.registry import OrganizationRecord
from shared.contracts.scoring import ResultsDetermined
from shared.tables import new_id


async def settle(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    determination: Determination,
    parts: Parts,
    refills: Sequence[Refill],
) -> None:
    """Freeze, evaluate, store, rank and announce in the open unit of work.

    `parts` are those of the branches that are judged anew, `refills` those it lets in.
    """
    policy = plan.policy
    organizations = build(policy, with_strikes(parts, determination))
    if determination.supplementary:
        standing, _ = await refilling.standing_inputs(work, cycle)
        come = let_in(policy, standing, refills, determination)
        organizations = merge(merge(standing, organizations), come)
    snapshot = await _freeze(work, cycle, determination, organizations)
    judged = judge(plan, organizations)
    require_facts(judged)
    made = list(verdicts(judged, snapshot.hash))
    fresh = await _results(work, cycle, determination, snapshot, made)
    fresh = await _succeeding(work, cycle, fresh, refills, holding(judged))
    again = [each.organization_id for each in refills if each.organization_id]
    await results.end_pending(work.session, cycle.id, again)
    await results.add(work.session, fresh, work.moment.real)
    shown = await refilling.in_force(work, cycle, plan, judged)
    await settling.rank(work, cycle, policy, shown)
    current = await results.current(work.session, cycle.id)
    if not any(each.state is ResultState.VOID for each in current):
        cycle = replace(cycle, resettle_until=None)
    if refills:
        cycle = await _determine(work, cycle, determination, refills)
    await _announce(work, cycle, policy, determination, snapshot, [each for each, _ in fresh])


async def _succeeding(
    work: Work,
    cycle: Cycle,
    fresh: Sequence[tuple[Result, Verdict]],
    refills: Sequence[Refill],
    held: Collection[tuple[str, UUID]],
) -> list[tuple[Result, Verdict]]:
    """Return the new results; what a refill brings succeeds the result in force.

    Who is refused every place keeps the result it has, and has nothing to announce.
    """
    current = await results.current(work.session, cycle.id)
    refilled = {each.organization_id for each in refills}
    kept = refilled - {x.organization_id for x in refills if (x.quota, x.organization_id) in held}
    formers = {x.organization_id: x.id for x in current if x.organization_id in refilled}
    return [
        (replace(each, succeeds=formers.get(each.organization_id)), verdict)
        for each, verdict in fresh
        if each.organization_id not in kept
    ]


async def _determine(
    work: Work, cycle: Cycle, determination: Determination, refills: Sequence[Refill]
) -> Cycle:
    """Mark who was let in; whom the meeting struck makes room for the next one."""
    after = [
        replace(
            each,
            state=REFILL.fire("determine", each.state, work.caller),
            determination_id=determination.id,
        )
        for each in refills
    ]
    await refilling.save(work, refills, after)
    return await refilling.renew(work, cycle)


async def _freeze(
    work: Work,
    cycle: Cycle,
    determination: Determination,
    organizations: tuple[OrganizationInput, ...],
) -> Snapshot:
    texts = documents(organizations)
    snapshot = Snapshot(
        id=new_id(),
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        determination_id=determination.id,
        policy_hash=cycle.policy_hash,
        hash=snapshot_hash(texts),
        documents=texts,
    )
    await snapshots.add(work.session, snapshot, organizations, work.moment.real)
    return snapshot


async def _results(
    work: Work,
    cycle: Cycle,
    determination: Determination,
    snapshot: Snapshot,
    made: Sequence[Verdict],
) -> list[tuple[Result, Verdict]]:
    records = {each.id: each for each in await directory.below(work.session, cycle.county_id)}
    branches = {
        each.organization_id: each for each in await cycles.participants(work.session, cycle.id)
    }
    only = determination.organization_ids
    fresh = []
    for verdict in made:
        if only is not None and verdict.organization_id not in only:
            continue
        branch = branches[verdict.organization_id]
        result = Result(
            id=new_id(),
            determination_id=determination.id,
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            township_id=branch.township_id,
            name=branch.name,
            township_name=_name(records, branch.township_id),
            path=branch.path,
            state=ResultState.DETERMINED,
            version=1,
            snapshot_id=snapshot.id,
            corrected=0,
            not_applied_confirmed_by=None,
            not_applied_confirmed_at=None,
            closed_on=None,
            effective_on=None,
            **verdict_fields(verdict),
        )
        fresh.append((result, verdict))
    return fresh


def _name(records: Mapping[UUID, OrganizationRecord], organization_id: UUID) -> str:
    found = records.get(organization_id)
    return found.name if found else ""


async def _announce(
    work: Work,
    cycle: Cycle,
    policy: Policy,
    determination: Determination,
    snapshot: Snapshot,
    fresh: Sequence[Result],
) -> None:
    """Ask for the notice; where nobody may be named on one, the results take effect at once."""
    listed = [each for each in fresh if each.listed]
    if not listed:
        await _without_notice(work, cycle, fresh)
        return
    calendar = await cycles.calendar(work.session)
    publish_until = calendar.add(work.moment.today, policy.procedure.publication_days)
    await settling.move(work, replace(cycle, publish_until=publish_until), "announce")
    period = policy.procedure.announcement
    event = ResultsDetermined(
        cycle_id=cycle.id,
        determination_id=determination.id,
        title=cycle.title,
        year=cycle.year,
        policy_title=policy.title,
        policy_hash=cycle.policy_hash,
        snapshot_hash=snapshot.hash,
        working_days=period.working_days,
        first_day_counts=period.first_day_counts,
        listed=settling.entries(policy, listed),
        not_listed=[each.organization_id for each in fresh if each.assessed and not each.listed],
    )
    await work.emit(event, cycle.id, cycle.county_id)


async def _without_notice(work: Work, cycle: Cycle, fresh: Sequence[Result]) -> None:
    for verb in ("announce", "publish"):
        cycle = await settling.move(work, cycle, verb)
    today = work.moment.today
    after = [replace(each, closed_on=today) for each in fresh]
    after = [each if each.awaits_confirmation else settled(each, today) for each in after]
    await settling.store_states(work, cycle, fresh, after, "results.take_effect")
