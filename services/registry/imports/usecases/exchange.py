"""Exchange records with upper platforms: out along the change feed, in a batch at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.facts.store import ledger as facts
from services.registry.imports.domain import exchange
from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.exchange import Incoming, Outgoing
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.imports import Import, State
from services.registry.imports.domain.kinds import SENDERS, Kind
from services.registry.imports.domain.organizations.register import Register
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options
from services.registry.imports.store import codes
from services.registry.imports.usecases import organizations
from services.registry.organizations import store
from services.registry.organizations.domain import changes
from services.registry.organizations.domain.events import Action
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.store import events as event_store
from services.registry.organizations.store import feed, periods
from services.registry.people import store as people
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import FactCode, OrganizationChanged, Post
from shared.errors import Text
from shared.tables import new_id

_REASON = "上级平台交换"
# A platform hands in its records itself, for the subtree that it was granted.
TAKEN_FROM = (*SENDERS[Kind.ORGANIZATIONS], Role.PLATFORM)


async def give(ctx: Context, system: str, after: int, limit: int) -> list[Outgoing]:
    """Return the next records of the feed, deleted ones included, with a platform's codes."""
    async with ctx.read() as work:
        settled = await feed.is_settled(work.session, work.moment.today)
    if not settled:
        async with ctx.work() as work:
            await organizations.hold(work)
    async with ctx.read() as work:
        session, today = work.session, work.moment.today
        reach = await store.reach(session, sight_of(ctx.caller))
        found = await feed.changes(session, reach, after, limit)
        ids = [each.organization.id for each in found]
        above = {each.organization.parent_id for each in found} - {None}
        named = await codes.of(session, system, [*ids, *(each for each in above if each)])
        counted = await facts.newest_of(session, ids, [FactCode.PARTY_MEMBERS.value], today)
        members = {each.organization_id: each.value for each in counted}
        contacts = await _contacts(work, ids)
        places = {each.organization.division_id for each in found}
        units = await divisions.names_on(session, [each for each in places if each], today)
        return [
            Outgoing(
                sequence=each.sequence,
                changed_at=each.changed_at,
                organization=(own := each.organization),
                code=named.get(own.id),
                upper_code=named.get(own.parent_id) if own.parent_id else None,
                members=members.get(own.id),
                contact=contacts.get(own.id),
                unit=units.get(own.division_id) if own.division_id else None,
            )
            for each in found
        ]


async def _contacts(work: Work, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the name of each organization's secretary of today."""
    today = work.moment.today
    held = {
        term.organization_id: term.person_id
        for term in await people.terms_of(work.session, ids)
        if term.post is Post.SECRETARY
        and term.starts_on <= today
        and (term.ends_on is None or term.ends_on >= today)
    }
    known = await people.people_of(work.session, held.values())
    return {place: known[person_id].name for place, person_id in held.items()}


@dataclass(frozen=True)
class Taken:
    """What a batch did; `ids` are the organizations by the platform's codes."""

    created: int
    changed: int
    ended: int
    unchanged: int
    ids: Mapping[str, UUID]


async def take(
    ctx: Context, system: str, effective_on: date | None, records: Sequence[Incoming]
) -> Taken:
    """Take over a batch of an upper platform, all or nothing; repeating it changes nothing."""
    ctx.caller.require(*TAKEN_FROM)
    async with ctx.work() as work:
        await organizations.hold(work)
        on = effective_on or work.moment.today
        options = Options(on, system, system)
        said = {code for each in records for code in (each.code, each.upper_code) if code}
        register = await organizations.register_of(work, said, set(), options, on, TAKEN_FROM)
        faults = Faults({key: key for key in Incoming.__annotations__} | {"parent": "upper_code"})
        living = [(at, each) for at, each in enumerate(records) if not each.deleted]
        lines = [exchange.line_of(at, each, register) for at, each in living]
        exchange.say_missing(lines, faults)
        planned = await organizations.plan(work, Table(lines, faults), options, TAKEN_FROM)
        ended, known = await _end(work, register, records, on, faults)
        done = planned.summary
        await planned.write(work, _as_import(work, options), _nobody_watches)
        return Taken(
            done.created,
            done.changed,
            ended,
            done.unchanged + known - ended,
            await _ids(work, system, said),
        )


async def _end(
    work: Work, register: Register, records: Sequence[Incoming], on: date, faults: Faults
) -> tuple[int, int]:
    """End what the platform has deleted; returns how many end, and how many it has deleted."""
    deleted = [(at, record.code) for at, record in enumerate(records) if record.deleted]
    gone: dict[UUID, int] = {}
    for at, code in deleted:
        found = register.find(code)
        if isinstance(found, Text) or found is None:
            continue
        if register.forest.organizations[found].dissolved_on is None:
            gone[found] = at
    forest = await periods.forest(work.session, gone, [], on)
    by_county: dict[UUID | None, dict[UUID, int]] = {}
    for each, at in gone.items():
        by_county.setdefault(forest.organizations[each].county_id, {})[each] = at
    for county_id, mine in by_county.items():
        plan = changes.Plan(forest, new_id(), Action.DISSOLVE, on, _REASON)
        exchange.end_all(plan, mine, forest, faults)
        faults.require_none()
        moment = work.moment
        outcome = plan.outcome(county_id)
        await event_store.carry_out(
            work.session, outcome, work.caller.user_id, moment.today, moment.real
        )
        owner = county_id or outcome.event.id
        ids = [str(each) for each in mine]
        await work.audit(
            "organization.dissolve",
            "organization",
            owner,
            county_id=county_id,
            after={"ended": ids, "effective_on": on.isoformat()},
            reason=_REASON,
        )
        await work.emit(OrganizationChanged(count=len(mine)), owner, county_id)
    return len(gone), len(deleted)


async def _ids(work: Work, system: str, said: set[str]) -> dict[str, UUID]:
    found = await codes.known(work.session, system, said)
    own = {code: mine for code in said if (mine := id_of(code)) is not None}
    return own | {code: next(iter(ids)) for code, ids in found.items() if len(ids) == 1}


def _as_import(work: Work, options: Options) -> Import:
    return Import(
        id=new_id(),
        kind=Kind.ORGANIZATIONS,
        state=State.DONE,
        file_name="",
        file_hash="",
        county_id=None,
        options=options,
        rows=0,
        created=0,
        changed=0,
        unchanged=0,
        sent_by=work.caller.user_id,
        sent_at=work.moment.real,
    )


async def _nobody_watches(_: int) -> None:
    """A batch is small: its progress is shown to nobody."""
