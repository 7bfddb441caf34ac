"""Rhythm checks: what was due and held, branch by branch, and by township and county."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.life.domain.periods import Span
from services.registry.life.domain.reports import Report, Total, report
from services.registry.life.store import entries, exemptions
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach, sight_of
from services.registry.organizations.domain.tree import DatesInvalid, Organization
from services.registry.organizations.store import dated
from shared.context import Context, Work
from shared.contracts.registry import Tier
from shared.errors import Fault, Text

_CHUNK = 500
# Longer questions would be a report on people who have long gone.
LONGEST_DAYS = 366 * 5


@dataclass(frozen=True)
class Question:
    """Whose party life, in which days (both inclusive; until today when no last day is given)."""

    under: UUID
    first: date
    last: date | None


async def read_rhythms(
    ctx: Context, question: Question, after: str | None, limit: int
) -> list[Report]:
    """Return up to `limit + 1` branches' reports, in the order of paths."""
    async with ctx.read() as work:
        root, reach, days = await _asked(work, question)
        return await _reports(work, reach, root.path, days, (after, limit))


async def read_summary(ctx: Context, question: Question) -> list[tuple[Organization, Total]]:
    """Return the totals of the asked organization and of every township in it, by path."""
    totals: dict[UUID, Total] = {}
    async with ctx.read() as work:
        root, reach, days = await _asked(work, question)
        townships = await _townships(work, root, days)
        async for found in _all_reports(work, reach, root.path, days):
            ids = {UUID(each) for each in found.organization.path.strip("/").split("/")}
            for place in {root.id} | (ids & townships):
                totals.setdefault(place, Total(place)).add(found)
        places = await organizations.find_all(work.session, totals)
    rows = [(places[each], total) for each, total in totals.items()]
    return sorted(rows, key=lambda row: row[0].path)


async def _townships(work: Work, root: Organization, days: Span) -> set[UUID]:
    everywhere = Reach(everywhere=True)
    as_of = days.last or work.moment.today
    shown = dated.Filter(everywhere, as_of, under=root.path, tier=Tier.TOWNSHIP)
    return {each.id for each in await dated.listed(work.session, shown, None, _CHUNK, now=False)}


async def _asked(work: Work, question: Question) -> tuple[Organization, Reach, Span]:
    last = question.last or work.moment.today
    if not 0 <= (last - question.first).days <= LONGEST_DAYS:
        raise DatesInvalid(
            "截止日期应在起始日期之后、且不超过五年，请改正。",
            "The last day must follow the first, by five years at most.",
            faults=(Fault("/query/until", Text("请改正此项", "correct this")),),
        )
    sight = sight_of(work.caller)
    root = await organizations.require_within(work.session, sight, question.under)
    return root, await organizations.reach(work.session, sight), Span(question.first, last)


async def _all_reports(work: Work, reach: Reach, under: str, days: Span) -> AsyncIterator[Report]:
    after: str | None = None
    while found := await _reports(work, reach, under, days, (after, _CHUNK)):
        for each in found:
            yield each
        after = found[-1].organization.path


async def _reports(
    work: Work, reach: Reach, under: str, days: Span, page: tuple[str | None, int]
) -> list[Report]:
    ids = await exemptions.branches(work.session, reach, under, days, page)
    places = await organizations.find_all(work.session, ids)
    held = await entries.months(work.session, ids, days)
    spared = await exemptions.of_organizations(work.session, ids)
    return [report(places[each], days, held.get(each, []), spared.get(each, [])) for each in ids]
