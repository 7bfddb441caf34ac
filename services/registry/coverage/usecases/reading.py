"""The 明细账 of units as of a day, one unit with its history, and the sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.coverage.domain.reports import Tally, below
from services.registry.coverage.domain.states import Cover, Standing, State, effective
from services.registry.coverage.domain.units import Names, Unit, UnitKind
from services.registry.coverage.store import standings, states, units
from services.registry.divisions import store as divisions
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from shared.context import Context, Work
from shared.contracts.registry import Tier

History = tuple[Unit, list[State], Names]


@dataclass(frozen=True)
class Wanted:
    """Which units a reader asks for; `as_of` defaults to the business date."""

    under: UUID | None = None
    as_of: date | None = None
    kind: UnitKind | None = None
    cover: Cover | None = None
    qualifying: bool | None = None


async def list_units(
    ctx: Context, wanted: Wanted, after: UUID | None, limit: int
) -> tuple[list[Standing], Names]:
    """Return up to `limit + 1` units of the caller's part of the tree as they stood on the day."""
    async with ctx.read() as work:
        shown = await _filter(work, wanted)
        found = await standings.listed(work.session, shown, after, limit)
        names = await _names(
            work, [each.unit for each in found], [each.state for each in found], shown.as_of
        )
    return found, names


async def read_unit(ctx: Context, unit_id: UUID) -> History:
    """Return a unit with its history."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        return await history(work, await units.find(work.session, reach, unit_id))


async def history(work: Work, unit: Unit) -> History:
    """Return a unit with every state that holds or held, in the order of their first days."""
    entries = await states.of_units(work.session, [unit.id])
    held = effective(entries[unit.id])
    return unit, held, await _names(work, [unit], held, work.moment.today)


async def read_summary(
    ctx: Context, wanted: Wanted
) -> tuple[date, list[tuple[Organization, Tally]]]:
    """Return the day, and the sums of the asked organization and every township in it, by path."""
    async with ctx.read() as work:
        shown = await _filter(work, wanted)
        found = await standings.tallies(work.session, shown)
        # An ended township stays in sight until its units are given to another.
        above = {UUID(each) for path, _ in found for each in path.strip("/").split("/")}
        asked = {wanted.under} if wanted.under else {*sight_of(ctx.caller).roots}
        places = await organizations.find_all(work.session, above | asked)
    tops = [places[each] for each in asked if each in places]
    townships = [
        each
        for each in places.values()
        if each.tier is Tier.TOWNSHIP and each not in tops and shown.reach.covers(each.path)
    ]
    if shown.under is not None:
        townships = [each for each in townships if each.path.startswith(shown.under)]
    rows = sorted([*tops, *townships], key=lambda place: place.path)
    return shown.as_of, [(place, below(found, place.id)) for place in rows]


async def _filter(work: Work, wanted: Wanted) -> standings.Filter:
    sight, under = sight_of(work.caller), None
    if wanted.under is not None:
        under = (await organizations.require_within(work.session, sight, wanted.under)).path
    return standings.Filter(
        reach=await organizations.reach(work.session, sight),
        as_of=wanted.as_of or work.moment.today,
        under=under,
        kind=wanted.kind,
        cover=wanted.cover,
        qualifying=wanted.qualifying,
    )


async def _names(work: Work, shown: Iterable[Unit], held: Iterable[State], as_of: date) -> Names:
    shown = list(shown)
    places = {each.organization_id for each in shown}
    branches = {each.branch_id for each in held if each.branch_id is not None}
    named = {each.division_id for each in shown if each.division_id is not None}
    return Names(
        organizations=await organizations.find_all(work.session, places | branches),
        divisions=await divisions.codes_on(work.session, named, as_of),
    )
