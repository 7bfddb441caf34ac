"""Hours of training in a year against a target: person by person, and by township."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach, sight_of
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import dated
from services.registry.people.domain.tallying import PersonYear, Total
from services.registry.people.store import people
from services.registry.people.store import tallying as store
from shared.context import Context, Work
from shared.contracts.registry import Post, Tier

_CHUNK = 500


@dataclass(frozen=True)
class Question:
    """Whose hours, in which year, against how many; of one post or of all."""

    under: UUID
    year: int
    target: int
    post: Post | None = None


async def read_people(
    ctx: Context, question: Question, after: UUID | None, limit: int
) -> list[PersonYear]:
    """Return up to `limit + 1` people who hold a post, by id.

    Who holds one today, or on the last day of a year that is over.
    """
    async with ctx.read() as work:
        _, holders = await _asked(work, question)
        return await _people(work, holders, question, after, limit)


async def read_summary(ctx: Context, question: Question) -> list[tuple[Organization, Total]]:
    """Return the totals of the asked organization and of every township in it, by path.

    A person counts once in each of them, however many posts are held there.
    """
    totals: dict[UUID, Total] = {}
    async with ctx.read() as work:
        root, holders = await _asked(work, question)
        totals[root.id] = Total()
        townships = await _townships(work, root, holders.as_of)
        async for found in _everybody(work, holders, question):
            parts = {UUID(part) for held in found.posts for part in held.path.strip("/").split("/")}
            for place in {root.id} | (parts & townships):
                totals.setdefault(place, Total()).add(found)
        places = await organizations.find_all(work.session, totals)
    rows = [(places[each], total) for each, total in totals.items()]
    return sorted(rows, key=lambda row: row[0].path)


async def _asked(work: Work, question: Question) -> tuple[Organization, store.Holders]:
    sight = sight_of(work.caller)
    root = await organizations.require_within(work.session, sight, question.under)
    reach = await organizations.reach(work.session, sight)
    as_of = min(work.moment.today, date(question.year, 12, 31))
    return root, store.Holders(reach, root.path, as_of, question.post)


async def _townships(work: Work, root: Organization, as_of: date) -> set[UUID]:
    everywhere = Reach(everywhere=True)
    shown = dated.Filter(everywhere, as_of, under=root.path, tier=Tier.TOWNSHIP)
    return {each.id for each in await dated.listed(work.session, shown, None, _CHUNK, now=False)}


async def _everybody(
    work: Work, holders: store.Holders, question: Question
) -> AsyncIterator[PersonYear]:
    after: UUID | None = None
    while found := (await _people(work, holders, question, after, _CHUNK))[:_CHUNK]:
        for each in found:
            yield each
        after = found[-1].person_id


async def _people(
    work: Work, holders: store.Holders, question: Question, after: UUID | None, limit: int
) -> list[PersonYear]:
    ids = await store.holders(work.session, holders, after, limit)
    posts = await store.posts_of(work.session, holders, ids)
    names = await people.people_of(work.session, ids)
    hours = await store.hours_of(work.session, ids, question.year)
    return [
        PersonYear(
            each, names[each].name, tuple(posts[each]), *hours.get(each, (0, 0)), question.target
        )
        for each in ids
    ]
