"""Entering into the ledger of party life: all of a batch or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.life.domain import entries as domain
from services.registry.life.domain.entries import WRITERS, Entry
from services.registry.life.domain.rhythm import Kind
from services.registry.life.store import entries as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from services.registry.people import store as people
from shared.context import Context, Work
from shared.errors import Fault, Text
from shared.tables import new_id

_UNKNOWN = Text("没有这个组织，或不在您的管辖范围内", "no such organization")


@dataclass(frozen=True)
class Draft:
    """A meeting that was held."""

    organization_id: UUID
    kind: Kind
    held_on: date
    present: int
    expected: int
    minutes: str
    group: str = ""
    generated: bool = False


async def enter(
    ctx: Context, drafts: Sequence[Draft], pointer: str = "/body/items/{}"
) -> list[Entry]:
    """Enter meetings, in the order given; all or none, and every fault is named at once."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        ids = {draft.organization_id for draft in drafts}
        await people.lock_organizations(work.session, ids)
        places = await organizations.find_all(work.session, ids)
        reach = await organizations.reach(work.session, sight_of(ctx.caller, *WRITERS))
        places = {id_: each for id_, each in places.items() if reach.covers(each.path)}
        faults = [
            Fault(f"{pointer.format(index)}/organization_id", _UNKNOWN)
            for index, draft in enumerate(drafts)
            if draft.organization_id not in places
        ]
        if faults:
            raise domain.rejected(faults)
        made = [_entry(work, draft, places[draft.organization_id]) for draft in drafts]
        await check(work, made, places, pointer)
        await store.add(work.session, made)
        await record(work, "life_entry.enter", made)
    return made


def _entry(work: Work, draft: Draft, place: Organization) -> Entry:
    return Entry(
        id=new_id(),
        county_id=place.county_id or place.id,
        corrects_id=None,
        withdrawn=False,
        reason=None,
        entered_by=work.caller.user_id,
        entered_at=work.moment.real,
        **vars(draft),
    )


async def check(
    work: Work,
    made: Sequence[Entry],
    places: dict[UUID, Organization],
    pointer: str,
    replaced: UUID | None = None,
) -> None:
    """Raise EntriesRejected naming every fault, repetitions of what stands included."""
    stored = await store.standing(work.session, places, {each.held_on for each in made})
    keys = {each.key for each in stored if each.id != replaced}
    faults = [
        fault
        for index, each in enumerate(made)
        for fault in domain.faults_of(
            each, places[each.organization_id], work.moment.today, pointer.format(index)
        )
    ]
    again = domain.repetitions(made, keys)
    faults += [domain.repeated(made[index], pointer.format(index)) for index in again]
    if faults:
        raise domain.rejected(faults)


async def record(work: Work, action: str, made: Sequence[Entry], reason: str | None = None) -> None:
    """Record once an organization; the ledger itself says what was entered."""
    by_place: dict[tuple[UUID, UUID], list[str]] = {}
    for each in made:
        by_place.setdefault((each.county_id, each.organization_id), []).append(str(each.id))
    for (county_id, place), ids in by_place.items():
        await work.audit(
            action,
            "organization",
            place,
            county_id=county_id,
            after={"life_entries": ids},
            reason=reason,
        )
