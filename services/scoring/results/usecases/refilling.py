"""递补 in an open unit of work: proposals follow the chain, lists follow what is in force.

Clause: 五星创建 第一版 · 名额.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState
from services.scoring.kernel.inputs import OrganizationInput, Vacancy
from services.scoring.kernel.monthly import pay_days
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain import refills as domain
from services.scoring.results.domain.chains import Chain, chains, holding, holds
from services.scoring.results.domain.corrections import Correction, corrected
from services.scoring.results.domain.refills import Refill, RefillState
from services.scoring.results.domain.results import Placing, Result, ResultState
from services.scoring.results.domain.verdicts import Judged, judge, placings
from services.scoring.results.store import refills as store
from services.scoring.results.store import results, snapshots
from shared.context import Work
from shared.contracts.scoring import RefillProposed
from shared.tables import new_id

# A place is refilled while the cycle is before the public, and never once it is over.
_RUNNING = frozenset({CycleState.ANNOUNCING, CycleState.ANNOUNCED})


async def renew(work: Work, cycle: Cycle) -> Cycle:
    """Bring the proposals up to what the chain says now; the committee has its time to settle."""
    plan = await cycles.plan(work.session, cycle)
    if not plan.refilled:
        return cycle
    standing, since = await standing_inputs(work, cycle)
    current = await results.current(work.session, cycle.id)
    pending = await results.pending(work.session, cycle.id)
    judged = judge(plan, standing)
    known = await store.of_cycle(work.session, cycle.id)
    changed = domain.lapsed(known, holding(judged))
    after = [*_except(known, changed), *changed]
    off = _barred(work, cycle, plan, current, standing) | domain.declined(plan.policy, after)
    objections = {x: each.objection_id for each in since for x in each.organization_ids}
    found = chains(judged, off, [*current, *pending], objections)
    changed += domain.renewed(after, found, _maker(work, cycle))
    await save(work, known, changed)
    await _tell(work, cycle, plan, current, changed)
    left = [*_except(after, changed), *changed]
    return await _with_last_day(work, cycle, plan, [*current, *pending], left)


async def take_effect(work: Work, cycle: Cycle, plan: Plan, successors: Sequence[Result]) -> None:
    """Mark the refills that these results brought; what an objection took since lapses later."""
    quotas = {quota.code: quota for quota in plan.policy.quotas}
    known = await store.of_cycle(work.session, cycle.id)
    done = [
        domain.moved(each, "take_effect")
        for each in known
        if each.state is RefillState.DETERMINED
        and any(
            (each.determination_id, each.organization_id) == (x.determination_id, x.organization_id)
            and holds(x, quotas[each.quota])
            for x in successors
        )
    ]
    await save(work, known, done)


async def standing_inputs(
    work: Work, cycle: Cycle
) -> tuple[tuple[OrganizationInput, ...], list[Correction]]:
    """Return the inputs that stand, and all corrections of the cycle.

    The newest snapshot with every correction since.
    """
    newest = await snapshots.newest(work.session, cycle.id)
    since = await snapshots.corrections(work.session, cycle.id)
    mine = [each for each in since if each.snapshot_id == newest.id]
    return corrected(newest.organizations, mine), since


async def in_force(
    work: Work, cycle: Cycle, plan: Plan, newest: Judged | None = None
) -> list[Placing]:
    """Return where the branches stand in the lists: refills without effect yet do not count.

    `newest` are the newest inputs, where they were evaluated already.
    """
    pending = await results.pending(work.session, cycle.id)
    if newest is not None and not pending:
        return placings(newest)
    waiting = {each.determination_id for each in pending}
    standing, _ = await standing_inputs(work, cycle)
    return placings(judge(plan, domain.before_effect(standing, waiting)))


async def save(work: Work, before: Iterable[Refill], changed: Sequence[Refill]) -> None:
    """Store refills that moved or are new, each with its audit record."""
    states = {each.id: each.state for each in before}
    await store.save(work.session, changed)
    for each in changed:
        earlier = states.get(each.id)
        await work.audit(
            f"refill.{_VERBS[each.state]}",
            "refill",
            each.id,
            county_id=each.county_id,
            before=None if earlier is None else {"state": earlier.value},
            after={
                "state": each.state.value,
                "quota": each.quota,
                "organization_id": str(each.organization_id) if each.organization_id else None,
                "left": [vacancy.organization_id for vacancy in each.left],
            },
            reason="; ".join(f"objection:{vacancy.objection}" for vacancy in each.left) or None,
        )


_VERBS = {
    RefillState.PROPOSED: "propose",
    RefillState.DETERMINED: "determine",
    RefillState.EFFECTIVE: "take_effect",
    RefillState.LAPSED: "lapse",
    RefillState.WITHDRAWN: "withdraw",
    RefillState.LEFT_EMPTY: "leave_empty",
}


async def _tell(
    work: Work, cycle: Cycle, plan: Plan, current: Sequence[Result], changed: Sequence[Refill]
) -> None:
    """Tell those who settle it of every branch that is newly proposed."""
    quotas = {quota.code: quota.name for quota in plan.policy.quotas}
    names = {each.organization_id: each.name for each in current}
    for each in changed:
        if each.state is not RefillState.PROPOSED or each.organization_id is None:
            continue
        event = RefillProposed(
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            refill_id=each.id,
            title=cycle.title,
            quota_name=quotas[each.quota],
            name=names[each.organization_id],
            left=[vacancy.name for vacancy in each.left],
        )
        await work.emit(event, cycle.id, cycle.county_id)


def _barred(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    current: Sequence[Result],
    standing: Sequence[OrganizationInput],
) -> frozenset[UUID]:
    if cycle.state not in _RUNNING:
        return frozenset(each.organization_id for each in current)
    ended = {
        each.organization_id
        for each in current
        if each.effective_on is not None
        and pay_days(plan, each.in_force_since or each.effective_on)[-1] < work.moment.today
    }
    return domain.barred(current, standing, ended)


def _maker(work: Work, cycle: Cycle) -> domain.NewRefill:
    def make(chain: Chain, organization_id: UUID | None, left: tuple[Vacancy, ...]) -> Refill:
        return Refill(
            id=new_id(),
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            quota=chain.quota,
            scope_id=chain.scope_id,
            organization_id=organization_id,
            left=left,
            state=RefillState.LEFT_EMPTY if organization_id is None else RefillState.PROPOSED,
            determination_id=None,
            proposed_at=work.moment.real,
        )

    return make


def _except(refills: Iterable[Refill], changed: Iterable[Refill]) -> list[Refill]:
    gone = {each.id for each in changed}
    return [each for each in refills if each.id not in gone]


async def _with_last_day(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    standing: Sequence[Result],
    refills: Sequence[Refill],
) -> Cycle:
    """Give the committee its days once it can let somebody in; take them away when nobody waits."""
    ready = {x.organization_id for x in standing if x.state is ResultState.EFFECTIVE}
    waits = any(each.state is ResultState.VOID for each in standing) or any(
        each.state is RefillState.PROPOSED and each.organization_id in ready for each in refills
    )
    if waits == (cycle.resettle_until is not None):
        return cycle
    calendar = await cycles.calendar(work.session)
    days = plan.policy.procedure.determination_days
    until = calendar.add(work.moment.today, days) if waits else None
    return await cycles.save(work.session, replace(cycle, resettle_until=until))
