"""县委确定: record a meeting, reject its record, confirm it as a second person.

Clause: 五星创建 第二版 · 县委确定.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState, require_running, require_state
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.determinations import (
    DETERMINATION,
    Actor,
    Determination,
    DeterminationState,
    NewDetermination,
    NothingToSettle,
    check_strikes,
    require_cleared,
    require_held,
    require_second_person,
)
from services.scoring.results.domain.refills import (
    OPEN,
    Refill,
    let_in_candidates,
    require_next,
)
from services.scoring.results.domain.results import Result, ResultState
from services.scoring.results.domain.snapshot import build
from services.scoring.results.domain.verdicts import candidates, judge
from services.scoring.results.store import determinations as store
from services.scoring.results.store import known, results, sources
from services.scoring.results.store import refills as refill_store
from services.scoring.results.usecases import determining, freezing
from shared import directory
from shared.caller import Caller, Role
from shared.clients.registry import Registry
from shared.context import Context, Work
from shared.tables import new_id

_RECORDERS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE)
_READERS = (*_RECORDERS, Role.INSPECTOR)


async def record(ctx: Context, cycle_id: UUID, new: NewDetermination) -> Determination:
    """Record a meeting; an earlier record that nobody confirmed is superseded."""
    ctx.caller.require(*_RECORDERS)
    async with ctx.work() as work:
        cycle = await _lock_cycle(work, cycle_id, *_RECORDERS)
        require_running(cycle, work.moment)
        require_held(new.meeting, work.moment.today)
        plan = await cycles.plan(work.session, cycle)
        refills = await _scope(work, cycle, plan, new.organization_ids)
        determination = _recorded(work, cycle, new)
        await _check_strikes(work, cycle, plan, determination, refills)
        await _supersede(work, cycle)
        await store.add(work.session, determination)
        await _audit(work, "record", determination, None)
        return determination


async def reject(ctx: Context, determination_id: UUID, reason: str) -> Determination:
    """Send a record back with a reason; nothing has followed from it."""
    ctx.caller.require(*_RECORDERS)
    async with ctx.work() as work:
        cycle_id = (await store.find(work.session, determination_id)).cycle_id
        await _lock_cycle(work, cycle_id, *_RECORDERS)
        found = await store.lock(work.session, determination_id)
        settled_record = _settle(work, found, "reject", reason)
        stored = await store.save(work.session, settled_record)
        await _audit(work, "reject", stored, found)
        return stored


async def find(ctx: Context, determination_id: UUID) -> Determination:
    """Return one recorded meeting."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        found = await store.find(work.session, determination_id)
        roots = ctx.caller.organizations(*_READERS)
        await directory.require_within(work.session, roots, found.county_id)
        return found


async def of_cycle(ctx: Context, cycle_id: UUID) -> list[Determination]:
    """Return all recorded meetings of a cycle, oldest first."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*_READERS)
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        return await store.of_cycle(work.session, cycle.id)


async def refills(ctx: Context, cycle_id: UUID) -> tuple[Policy, list[Refill], dict[UUID, Result]]:
    """Return a cycle's refills, oldest first, with the policy and the branches' newest results."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*_READERS)
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        found = await refill_store.of_cycle(work.session, cycle.id)
        standing = await results.current(work.session, cycle.id)
        standing += await results.pending(work.session, cycle.id)
        return policy, found, {each.organization_id: each for each in standing}


async def confirm(ctx: Context, determination_id: UUID) -> Determination:
    """Confirm a meeting as a second person: freeze the inputs, settle and tell the results."""
    ctx.caller.require(Role.COMMITTEE)
    async with ctx.read() as work:
        pending = await store.find(work.session, determination_id)
        cycle = await cycles.find(work.session, pending.cycle_id)
        asked = await known.questions(work.session, cycle, work.moment.today)
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    answers = await known.answers(registry, asked)
    async with ctx.work() as work:
        cycle = await _lock_cycle(work, pending.cycle_id, Role.COMMITTEE)
        found = await store.lock(work.session, determination_id)
        after = _settle(work, found, "confirm", None)
        require_second_person(found, ctx.caller)
        require_running(cycle, work.moment)
        plan = await cycles.plan(work.session, cycle)
        names = {office.code: office.name for office in plan.policy.source_offices}
        refills = await _scope(work, cycle, plan, found.organization_ids)
        only = _judged_anew(found, refills)
        require_cleared(await freezing.missing(work, cycle, only), names)
        mine = asked.assessed if only is None else only
        await cycles.set_facts(work.session, cycle.id, mine, answers.measured)
        today = work.moment.today
        parts = await sources.parts(work.session, cycle, only, today, answers.terms, answers.facts)
        await determining.settle(work, cycle, plan, found, parts, refills)
        stored = await store.save(work.session, after)
        await _audit(work, "confirm", stored, found)
        return stored


async def _lock_cycle(work: Work, cycle_id: UUID, *roles: Role) -> Cycle:
    """Hold the cycle; OutOfScope unless one of the roles is held for its whole county."""
    cycle = await cycles.lock(work.session, cycle_id)
    roots = work.caller.organizations(*roles)
    await directory.require_within(work.session, roots, cycle.county_id)
    return cycle


async def _scope(
    work: Work, cycle: Cycle, plan: Plan, organization_ids: Sequence[UUID] | None
) -> list[Refill]:
    """Return the refills that a meeting on these branches settles.

    A whole cycle is settled once; afterwards only what an upheld objection made void, and who
    is next for a place that it emptied.
    """
    if organization_ids is None:
        require_state(cycle, CycleState.DETERMINING)
        return []
    require_state(cycle, CycleState.ANNOUNCED)
    current = await results.current(work.session, cycle.id)
    pending = await results.pending(work.session, cycle.id)
    void = {x.organization_id for x in (*current, *pending) if x.state is ResultState.VOID}
    others = set(organization_ids) - void
    known = await refill_store.of_cycle(work.session, cycle.id) if plan.refilled else []
    if others and not plan.refilled:
        raise NothingToSettle(
            "只有因异议成立而作废的结果可以补充确定，请核对支部名单。",
            "Only branches whose results are void may be settled again.",
            waiting=sorted(void),
        )
    require_next(sorted(others), known, current, {each.organization_id for each in pending})
    return [
        each for each in known if each.state in OPEN and each.organization_id in organization_ids
    ]


def _judged_anew(found: Determination, refills: Sequence[Refill]) -> Sequence[UUID] | None:
    """Return the branches whose inputs are put together again; who is let in keeps them."""
    if found.organization_ids is None:
        return None
    kept = {each.organization_id for each in refills}
    return [each for each in found.organization_ids if each not in kept]


def _recorded(work: Work, cycle: Cycle, new: NewDetermination) -> Determination:
    only = new.organization_ids
    return Determination(
        id=new_id(),
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        meeting=new.meeting,
        strikes=tuple(new.strikes),
        listing_strikes=tuple(new.listing_strikes),
        organization_ids=None if only is None else tuple(sorted(set(only))),
        state=DeterminationState.RECORDED,
        recorded_by=_actor(work.caller),
        recorded_at=work.moment.real,
        settled_by=None,
        settled_at=None,
        reason=None,
        version=1,
    )


async def _check_strikes(
    work: Work, cycle: Cycle, plan: Plan, new: Determination, refills: Sequence[Refill]
) -> None:
    """Hold the strikes against what the scores give, with the answers there are so far.

    Of a branch that is let in, only the star that it would get may be struck.
    """
    if not new.strikes and not new.listing_strikes:
        return
    only = _judged_anew(new, refills)
    parts = await sources.parts(work.session, cycle, only, work.moment.today)
    judged = judge(plan, build(plan.policy, parts), provisional=True)
    from_level = plan.policy.procedure.determination.listing_from_level
    found = [*candidates(judged), *let_in_candidates(plan.policy, refills)]
    check_strikes(new.strikes, new.listing_strikes, found, from_level)


async def _supersede(work: Work, cycle: Cycle) -> None:
    earlier = await store.recorded(work.session, cycle.id)
    if earlier is not None:
        after = await store.save(work.session, _settle(work, earlier, "supersede", None))
        await _audit(work, "supersede", after, earlier)


def _settle(work: Work, found: Determination, verb: str, reason: str | None) -> Determination:
    return replace(
        found,
        state=DETERMINATION.fire(verb, found.state, work.caller),
        settled_by=_actor(work.caller),
        settled_at=work.moment.real,
        reason=reason,
    )


async def _audit(work: Work, verb: str, after: Determination, before: Determination | None) -> None:
    await work.audit(
        f"determination.{verb}",
        "determination",
        after.id,
        county_id=after.county_id,
        before=None if before is None else {"state": before.state.value},
        after={
            "state": after.state.value,
            "reference": after.meeting.reference,
            "strikes": len(after.strikes),
            "listing_strikes": len(after.listing_strikes),
        },
        reason=after.reason,
    )


def _actor(caller: Caller) -> Actor:
    if caller.user_id is None:
        message = "a determination is recorded and settled by persons"
        raise TypeError(message)
    return Actor(caller.user_id, caller.person_id)
