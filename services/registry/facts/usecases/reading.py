"""Reading facts: as of a date, many at once with their provenance, and their history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.facts.domain.ledger import Fact, Known, require_one_code
from services.registry.facts.store import catalogue
from services.registry.facts.store import ledger as store
from services.registry.facts.usecases.knowing import DerivedFacts, known
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared.context import Context
from shared.errors import Fault, Text


@dataclass(frozen=True)
class Wanted:
    """Which values a reader asks for; `as_of` defaults to the business date."""

    as_of: date | None = None
    under: UUID | None = None
    codes: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


async def read_newest(
    ctx: Context, wanted: Wanted, after: tuple[UUID, str] | None, limit: int
) -> list[Fact]:
    """Return up to `limit + 1` values valid on the date, one an organization and code.

    Bounds find organizations by what one code says of them; FactRangeUnfit without that code.
    """
    require_one_code(wanted.codes, wanted.at_least, wanted.at_most)
    async with ctx.read() as work:
        root = await organizations.find(work.session, wanted.under) if wanted.under else None
        shown = store.Filter(
            reach=await organizations.reach(work.session, sight_of(ctx.caller)),
            as_of=wanted.as_of or work.moment.today,
            under=root.path if root else None,
            codes=wanted.codes,
            at_least=wanted.at_least,
            at_most=wanted.at_most,
        )
        return await store.newest(work.session, shown, after, limit)


async def read_values(
    ctx: Context, organization_ids: Sequence[UUID], codes: Sequence[str], as_of: date | None
) -> tuple[date, list[Known]]:
    """Return the day and all that is known on it of these organizations, derived values too."""
    derived = ctx.port(DerivedFacts)  # type: ignore[type-abstract]  # a port is asked for by protocol
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        found = await organizations.find_all(work.session, organization_ids)
        places = {each.id: each for each in found.values() if reach.covers(each.path)}
        require_all(organization_ids, places)
        counties = {each.county_id for each in places.values()}
        all_known = await catalogue.catalogue(work.session, counties)
        definitions = all_known.require(codes, counties, "/body/codes/{}")
        day = as_of or work.moment.today
        return day, await known(work, derived, places, definitions, day)


def require_all(wanted: Sequence[UUID], places: Collection[UUID]) -> None:
    """Raise OrganizationUnknown naming every wanted organization that is not among the places."""
    text = Text("没有这个组织，或不在您的管辖范围内", "no such organization")
    faults = tuple(
        Fault(f"/body/organization_ids/{index}", text)
        for index, each in enumerate(wanted)
        if each not in places
    )
    if faults:
        raise OrganizationUnknown(
            f"有 {len(faults)} 个组织不存在或不在您的管辖范围内，请按 errors 改正后再查。",
            f"{len(faults)} organizations are unknown to you: see errors.",
            faults=faults,
        )


async def read_history(
    ctx: Context, organization_id: UUID, code: str | None, before: UUID | None, limit: int
) -> list[Fact]:
    """Return up to `limit + 1` entries of an organization, the last entered first."""
    async with ctx.read() as work:
        await organizations.require_within(work.session, sight_of(ctx.caller), organization_id)
        return await store.history(work.session, organization_id, code, before, limit)
