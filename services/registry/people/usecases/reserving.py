"""Keeping the reserve: enter, correct, remove with a reason, take up again, list."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain.reserve import (
    KEEPERS,
    MACHINE,
    READERS,
    Reserve,
    ReserveKind,
    ReserveState,
    check_not_there,
)
from services.registry.people.store import people, terms
from services.registry.people.store import reserve as store
from services.registry.people.usecases.checking import check_days, check_exists
from shared.context import Context, Work
from shared.errors import require_version
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """Somebody to be taken into the reserve."""

    organization_id: UUID
    person_id: UUID
    kind: ReserveKind
    starts_on: date
    ends_on: date | None
    source: str


async def enter(ctx: Context, draft: Draft) -> Reserve:
    """Take a person of the county into the reserve of an organization."""
    ctx.caller.require(*sorted(KEEPERS))
    check_days(draft.starts_on, draft.ends_on)
    async with ctx.work() as work:
        sight = sight_of(ctx.caller, *KEEPERS)
        place = await organizations.require_within(work.session, sight, draft.organization_id)
        check_exists(place, draft.starts_on, "starts_on")
        county_id = place.county_id or place.id
        await people.require_of_county(work.session, draft.person_id, county_id)
        made = Reserve(
            id=new_id(),
            county_id=county_id,
            entered_by=ctx.caller.user_id,
            entered_at=work.moment.real,
            **vars(draft),
        )
        await _check_not_there(work, made)
        await store.add(work.session, made)
        await _record(work, "reserve.enter", made)
    return made


async def _check_not_there(work: Work, entry: Reserve) -> None:
    await terms.lock_organizations(work.session, [entry.organization_id])
    others = await store.of_person(work.session, entry.organization_id, entry.person_id)
    held = await terms.terms_of(work.session, [entry.organization_id])
    check_not_there(entry, others, held, work.moment.today)


async def _record(work: Work, action: str, after: Reserve) -> None:
    said = {
        "reserve": str(after.id),
        "person": str(after.person_id),
        "kind": after.kind.value,
        "state": after.state.value,
    }
    await work.audit(
        action,
        "organization",
        after.organization_id,
        county_id=after.county_id,
        after=said,
        reason=after.reason,
    )


async def _to_change(work: Work, entry_id: UUID) -> Reserve:
    work.caller.require(*sorted(KEEPERS))
    reach = await organizations.reach(work.session, sight_of(work.caller, *KEEPERS))
    seen = await store.find(work.session, reach, entry_id, lock=False)
    # The person before the entry, as terms that begin and erasures do: nobody waits in a circle.
    await people.keep_person(work.session, seen.person_id)
    return await store.find(work.session, reach, entry_id)


async def correct(
    ctx: Context, entry_id: UUID, version: int, source: str, ends_on: date | None
) -> Reserve:
    """Correct where somebody comes from and until when; the version must be the stored one."""
    async with ctx.work() as work:
        before = await _to_change(work, entry_id)
        require_version(version, before.version)
        check_days(before.starts_on, ends_on)
        after = replace(before, source=source, ends_on=ends_on, version=version + 1)
        await store.update(work.session, after)
        await _record(work, "reserve.correct", after)
    return after


async def remove(ctx: Context, entry_id: UUID, reason: str) -> Reserve:
    """Take somebody out of the reserve, with the reason."""
    return await _move(ctx, entry_id, "remove", reason)


async def restore(ctx: Context, entry_id: UUID, reason: str) -> Reserve:
    """Take somebody into the reserve again, with the reason."""
    return await _move(ctx, entry_id, "restore", reason)


async def _move(ctx: Context, entry_id: UUID, verb: str, reason: str) -> Reserve:
    async with ctx.work() as work:
        before = await _to_change(work, entry_id)
        state = MACHINE.fire(verb, before.state, ctx.caller)
        after = replace(
            before, state=state, reason=reason, term_id=None, version=before.version + 1
        )
        if state is ReserveState.IN_RESERVE:
            await _check_not_there(work, after)
        await store.update(work.session, after)
        await _record(work, f"reserve.{verb}", after)
    return after


@dataclass(frozen=True)
class Wanted:
    """Which entries a reader asks for."""

    under: UUID | None = None
    kind: ReserveKind | None = None
    state: ReserveState | None = None
    person_id: UUID | None = None
    as_of: date | None = None


async def list_reserve(
    ctx: Context, wanted: Wanted, after: UUID | None, limit: int
) -> list[Reserve]:
    """Return up to `limit + 1` entries within the part of the tree that the caller watches."""
    ctx.caller.require(*sorted(READERS))
    async with ctx.read() as work:
        sight = sight_of(ctx.caller, *READERS)
        root = None
        if wanted.under is not None:
            root = await organizations.require_within(work.session, sight, wanted.under)
        shown = store.Filter(
            reach=await organizations.reach(work.session, sight),
            under=root.path if root else None,
            kind=wanted.kind,
            state=wanted.state,
            person_id=wanted.person_id,
            as_of=wanted.as_of,
        )
        return await store.listed(work.session, shown, after, limit)


async def read(ctx: Context, entry_id: UUID) -> Reserve:
    """Return one entry within the part of the tree that the caller watches."""
    ctx.caller.require(*sorted(READERS))
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller, *READERS))
        return await store.find(work.session, reach, entry_id, lock=False)
