"""What is done with facts: enter, read as of a date, read their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.facts import domain, store
from services.registry.facts.domain import Fact
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import FactCode
from shared.errors import Fault, Text
from shared.tables import new_id

# Who fills facts in.
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)


@dataclass(frozen=True)
class FactDraft:
    """A value to be entered, valid from a day on, with where it comes from."""

    organization_id: UUID
    code: FactCode
    value: int
    valid_from: date
    source: str
    generated: bool = False


async def enter(
    ctx: Context, drafts: Sequence[FactDraft], pointer: str = "/body/items/{}"
) -> list[Fact]:
    """Enter values, all or none; a correction is entered like any other value."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        ids = {draft.organization_id for draft in drafts}
        places = await organizations.find_all(work.session, ids)
        faults = await _faults(work, drafts, places, pointer)
        if faults:
            raise domain.rejected(faults)
        facts = [_fact(work, draft, places[draft.organization_id]) for draft in drafts]
        await store.add(work.session, facts)
        await _record(work, facts)
    return facts


async def _faults(
    work: Work, drafts: Sequence[FactDraft], places: dict[UUID, Organization], pointer: str
) -> list[Fault]:
    reach = await organizations.reach(work.session, sight_of(work.caller, *KEEPERS))
    unknown = Text("没有这个组织，或不在您的管辖范围内", "no such organization")
    twice = Text("同一组织、同一项目、同一日期在本批中出现了两次", "occurs twice in this batch")
    faults = [
        Fault(f"{pointer.format(index)}/organization_id", unknown)
        for index, draft in enumerate(drafts)
        if (place := places.get(draft.organization_id)) is None or not reach.covers(place.path)
    ]
    keys = [(draft.organization_id, draft.code, draft.valid_from) for draft in drafts]
    return faults + [Fault(pointer.format(index), twice) for index in domain.repeated(keys)]


def _fact(work: Work, draft: FactDraft, place: Organization) -> Fact:
    return Fact(
        id=new_id(),
        county_id=place.county_id or place.id,
        filled_by=work.caller.user_id,
        filled_at=work.moment.real,
        **vars(draft),
    )


async def _record(work: Work, facts: Sequence[Fact]) -> None:
    """Record one entry a county: the facts themselves are a ledger that says who filled them."""
    by_county: dict[UUID, list[str]] = {}
    for fact in facts:
        by_county.setdefault(fact.county_id, []).append(str(fact.id))
    for county_id, ids in by_county.items():
        await work.audit(
            "fact.enter", "organization", county_id, county_id=county_id, after={"facts": ids}
        )


@dataclass(frozen=True)
class Wanted:
    """Which values a reader asks for; `as_of` defaults to the business date."""

    as_of: date | None = None
    under: UUID | None = None
    codes: tuple[FactCode, ...] = ()


async def read_newest(
    ctx: Context, wanted: Wanted, after: tuple[UUID, str] | None, limit: int
) -> list[Fact]:
    """Return up to `limit + 1` values valid on the date, one an organization and code."""
    async with ctx.read() as work:
        root = await organizations.find(work.session, wanted.under) if wanted.under else None
        shown = store.Filter(
            reach=await organizations.reach(work.session, sight_of(ctx.caller)),
            as_of=wanted.as_of or work.moment.today,
            under=root.path if root else None,
            codes=wanted.codes,
        )
        return await store.newest(work.session, shown, after, limit)


async def read_history(
    ctx: Context, organization_id: UUID, code: FactCode | None, before: UUID | None, limit: int
) -> list[Fact]:
    """Return up to `limit + 1` entries of an organization, the last entered first."""
    async with ctx.read() as work:
        await organizations.require_within(work.session, sight_of(ctx.caller), organization_id)
        return await store.history(work.session, organization_id, code, before, limit)
