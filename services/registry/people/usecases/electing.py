"""The life of an election: put off, held, returned, confirmed, cancelled, taken up again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain import elections as domain
from services.registry.people.domain.elections import (
    KEEPERS,
    MACHINE,
    ORGANIZERS,
    Election,
    ElectionNotHeld,
    ElectionState,
    Result,
)
from services.registry.people.domain.outcomes import Outcome, looking_back, outcome
from services.registry.people.domain.terms import Person, Term
from services.registry.people.store import elections as store
from services.registry.people.store import people, terms
from services.registry.people.usecases.checking import check_exists
from services.registry.people.usecases.planning import check_none_open, record
from services.registry.people.usecases.telling import begin, tell
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import Fault, Problem, Text
from shared.pinyin import spelled
from shared.tables import new_id


@dataclass(frozen=True)
class Told:
    """An election with who was elected."""

    election: Election
    seats: tuple[domain.Seat, ...] = ()


async def _to_change(work: Work, election_id: UUID, roles: frozenset[Role]) -> Election:
    work.caller.require(*sorted(roles))
    reach = await organizations.reach(work.session, sight_of(work.caller, *roles))
    return await store.find(work.session, reach, election_id)


async def postpone(ctx: Context, election_id: UUID, planned_on: date, reason: str) -> Election:
    """Put an election off to a later day, with a reason."""
    return await _put_off(ctx, election_id, "postpone", ORGANIZERS, planned_on, reason)


async def send_back(ctx: Context, election_id: UUID, planned_on: date, reason: str) -> Election:
    """Drop the result of an election that was not in order; it is held again later."""
    return await _put_off(ctx, election_id, "return", KEEPERS, planned_on, reason)


async def _put_off(
    ctx: Context,
    election_id: UUID,
    verb: str,
    roles: frozenset[Role],
    planned_on: date,
    reason: str,
) -> Election:
    def change(before: Election) -> Election:
        domain.check_later(planned_on, before)
        return replace(_without_result(before), planned_on=planned_on, reason=reason)

    return await _move(ctx, election_id, verb, roles, change)


async def cancel(ctx: Context, election_id: UUID, reason: str) -> Election:
    """Give an election up, with a reason; it can be reinstated, or another one planned."""

    def change(before: Election) -> Election:
        return replace(_without_result(before), reason=reason)

    return await _move(ctx, election_id, "cancel", KEEPERS, change)


async def reinstate(ctx: Context, election_id: UUID, planned_on: date, reason: str) -> Election:
    """Plan a cancelled election anew, with a reason."""

    def change(before: Election) -> Election:
        return replace(before, planned_on=planned_on, reason=reason)

    return await _move(ctx, election_id, "reinstate", KEEPERS, change)


def _without_result(election: Election) -> Election:
    return replace(
        election, held_on=None, starts_on=None, period_until=None, held_by=None, held_person=None
    )


async def _move(
    ctx: Context,
    election_id: UUID,
    verb: str,
    roles: frozenset[Role],
    change: Callable[[Election], Election],
) -> Election:
    async with ctx.work() as work:
        before = await _to_change(work, election_id, roles)
        state = MACHINE.fire(verb, before.state, ctx.caller)
        after = replace(change(before), state=state, version=before.version + 1)
        if state is not ElectionState.CANCELLED:
            place = await organizations.find(work.session, after.organization_id)
            check_exists(place, after.planned_on, "planned_on")
        if before.state is ElectionState.CANCELLED:
            await terms.lock_organizations(work.session, [after.organization_id])
            await check_none_open(work, after.organization_id, after.body)
        await store.update(work.session, after)
        await store.set_seats(work.session, after.id, ())
        await record(work, f"election.{verb}", after, after.reason)
    return after


def _resolved(draft: domain.Draft, county_id: UUID) -> tuple[Result, list[Person]]:
    """Return the result with ids for all, and the people whom it names for the first time."""
    names = dict.fromkeys(each.name for each in draft.elected if each.name is not None)
    new = [Person(new_id(), county_id, name, *spelled(name)) for name in names]
    return draft.result({each.name: each.id for each in new}), new


async def preview(ctx: Context, election_id: UUID, draft: domain.Draft) -> Outcome:
    """Say what a result would do to the terms, and what blocks it; nothing is changed."""
    async with ctx.read() as work:
        work.caller.require(*sorted(ORGANIZERS))
        reach = await organizations.reach(work.session, sight_of(work.caller, *ORGANIZERS))
        election = await store.find(work.session, reach, election_id, lock=False)
        given, new = _resolved(draft, election.county_id)
        faults = await _faults(work, election, given, new, lock=False)
        if faults:
            return Outcome((), (), (), (), (), tuple(faults))
        return outcome(election, given, await _terms(work, election), new_id)


def _with(election: Election, given: Result) -> Election:
    return replace(
        election,
        held_on=given.held_on,
        starts_on=given.starts_on,
        period_until=given.period_until,
    )


async def _terms(work: Work, election: Election) -> list[Term]:
    return await terms.terms_of(work.session, [election.organization_id])


async def _faults(
    work: Work, election: Election, given: Result, new: Sequence[Person], *, lock: bool = True
) -> list[Fault]:
    """Return what is wrong with a result apart from the terms that stand."""
    faults = domain.faults_of(given, election.body, work.moment.today)
    place = await organizations.find(work.session, election.organization_id)
    for field in ("held_on", "starts_on"):
        if not place.exists_on(getattr(given, field)):
            zh = "该组织当日尚未成立或已经撤销，请核对日期"
            faults.append(Fault(f"/body/{field}", Text(zh, "it does not exist that day")))
    named = {seat.person_id for seat in given.seats}
    known = await people.counties(work.session, named, lock=lock)
    known |= {each.id: each.county_id for each in new}
    for index, seat in enumerate(given.seats):
        if known.get(seat.person_id) != election.county_id:
            zh = "该县没有这个人员，请先登记人员"
            text = Text(zh, "no such person in this county")
            faults.append(Fault(f"/body/elected/{index}/person_id", text))
    return faults


async def hold(ctx: Context, election_id: UUID, draft: domain.Draft) -> Told:
    """Enter what came out of an election; terms change only when another person confirms it.

    Who is named and not yet registered is registered with it.
    """
    async with ctx.work() as work:
        before = await _to_change(work, election_id, ORGANIZERS)
        state = MACHINE.fire("hold", before.state, ctx.caller)
        given, new = _resolved(draft, before.county_id)
        after = replace(
            _with(before, given),
            state=state,
            held_by=ctx.caller.user_id,
            held_person=ctx.caller.person_id,
            version=before.version + 1,
        )
        await _possible(work, after, given, new)
        await _register(work, after, new)
        await store.update(work.session, after)
        await store.set_seats(work.session, after.id, given.seats)
        await record(work, "election.hold", after)
    return Told(after, given.seats)


async def _register(work: Work, election: Election, new: Sequence[Person]) -> None:
    if new:
        await people.add_people(work.session, new)
        await work.audit(
            "person.register",
            "organization",
            election.organization_id,
            county_id=election.county_id,
            after={"people": [str(each.id) for each in new], "election": str(election.id)},
        )


async def _possible(
    work: Work, election: Election, given: Result, new: Sequence[Person] = ()
) -> Outcome:
    """Return what a result does; ElectionRejected names everything that is in the way."""
    await terms.lock_organizations(work.session, [election.organization_id])
    faults = await _faults(work, election, given, new)
    if faults:
        raise domain.rejected(faults)
    found = outcome(election, given, await _terms(work, election), new_id)
    if found.blocked:
        raise domain.rejected(found.blocked)
    return found


async def confirm(ctx: Context, election_id: UUID) -> Told:
    """Let the result hold: the outgoing terms end the day before, the new ones begin."""
    async with ctx.work() as work:
        return await _confirm(work, election_id)


async def confirm_all(ctx: Context, election_ids: Sequence[UUID]) -> list[Told]:
    """Let the results of many elections hold, all or none; a problem names the election."""
    told: dict[UUID, Told] = {}
    async with ctx.work() as work:
        # In one order, so that two who confirm at once wait for each other and never in a circle.
        for each in sorted(set(election_ids)):
            try:
                told[each] = await _confirm(work, each)
            except Problem as problem:
                problem.extra["election_id"] = str(each)
                raise
    return [told[each] for each in dict.fromkeys(election_ids)]


async def _confirm(work: Work, election_id: UUID) -> Told:
    before = await _to_change(work, election_id, KEEPERS)
    state = MACHINE.fire("confirm", before.state, work.caller)
    domain.check_second_person(work.caller, before)
    found = await _possible(work, before, await _result(work, before))
    after = replace(
        before,
        state=state,
        confirmed_by=work.caller.user_id,
        confirmed_at=work.moment.real,
        version=before.version + 1,
    )
    for term in found.ended:
        await terms.update_term(work.session, term)
    await begin(work, found.begun)
    seats = tuple(domain.Seat(each.person_id, each.post, each.id) for each in found.begun)
    await store.set_seats(work.session, after.id, seats)
    await store.update(work.session, after)
    await record(work, "election.confirm", after)
    await tell(work, "term.elect", [*found.ended, *found.begun])
    return Told(after, seats)


async def _result(work: Work, election: Election) -> Result:
    if not (election.held_on and election.starts_on and election.period_until):
        raise ElectionNotHeld(
            "这次选举还没有登记结果，请先登记结果。", "Enter the result of the election first."
        )
    seats = (await store.seats_of(work.session, [election.id])).get(election.id, ())
    return Result(election.held_on, election.starts_on, election.period_until, seats)


async def read(ctx: Context, election_id: UUID) -> Told:
    """Return one election within the caller's part of the tree, with who was elected."""
    async with ctx.read() as work:
        election = await _seen(work, election_id)
        seats = await store.seats_of(work.session, [election.id])
    return Told(election, seats.get(election.id, ()))


async def read_outcome(ctx: Context, election_id: UUID) -> Outcome:
    """Return what the result would do (not yet confirmed) or did; ElectionNotHeld without one."""
    async with ctx.read() as work:
        election = await _seen(work, election_id)
        given = await _result(work, election)
        held = await _terms(work, election)
    if election.state is ElectionState.CONFIRMED:
        return looking_back(election, given, held)
    return outcome(election, given, held, new_id)


async def _seen(work: Work, election_id: UUID) -> Election:
    reach = await organizations.reach(work.session, sight_of(work.caller))
    return await store.find(work.session, reach, election_id, lock=False)


@dataclass(frozen=True)
class Wanted:
    """Which elections a reader asks for; the days are those on which they are planned."""

    under: UUID | None = None
    state: ElectionState | None = None
    since: date | None = None
    until: date | None = None


async def list_elections(
    ctx: Context, wanted: Wanted, after: UUID | None, limit: int
) -> list[Told]:
    """Return up to `limit + 1` elections within the caller's part of the tree."""
    async with ctx.read() as work:
        root = await organizations.find(work.session, wanted.under) if wanted.under else None
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        shown = store.Filter(
            reach, root.path if root else None, wanted.state, wanted.since, wanted.until
        )
        found = await store.listed(work.session, shown, after, limit)
        seats = await store.seats_of(work.session, [each.id for each in found])
    return [Told(each, seats.get(each.id, ())) for each in found]
