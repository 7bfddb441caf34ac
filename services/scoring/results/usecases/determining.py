"""What a confirmed meeting sets going: inputs frozen, results stored, the notice asked for.

Clause: 五星创建 第二版 · 县委确定, 结果公示.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.corrections import corrected
from services.scoring.results.domain.determinations import Determination
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
from services.scoring.results.usecases import settling
from shared import directory
from shared.context import Work
from shared.contracts.registry import OrganizationRecord
from shared.contracts.scoring import ResultsDetermined
from shared.tables import new_id


async def settle(
    work: Work, cycle: Cycle, plan: Plan, determination: Determination, parts: Parts
) -> None:
    """Freeze, evaluate, store, rank and announce in the open unit of work."""
    policy = plan.policy
    organizations = build(policy, with_strikes(parts, determination))
    if determination.supplementary:
        organizations = merge(await _standing(work, cycle), organizations)
    snapshot = await _freeze(work, cycle, determination, organizations)
    judged = judge(plan, organizations)
    require_facts(judged)
    made = list(verdicts(judged, snapshot.hash))
    fresh = await _results(work, cycle, determination, snapshot, made)
    await results.add(work.session, fresh, work.moment.real)
    await settling.rank(work, cycle, policy, made)
    current = await results.current(work.session, cycle.id)
    if not any(each.state is ResultState.VOID for each in current):
        cycle = replace(cycle, resettle_until=None)
    await _announce(work, cycle, policy, determination, snapshot, [each for each, _ in fresh])


async def _standing(work: Work, cycle: Cycle) -> tuple[OrganizationInput, ...]:
    """Return the inputs that stand: the newest snapshot with every correction since."""
    newest = await snapshots.newest(work.session, cycle.id)
    since = await snapshots.corrections(work.session, cycle.id)
    mine = [each for each in since if each.snapshot_id == newest.id]
    return corrected(newest.organizations, mine)


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
