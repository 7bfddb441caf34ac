"""What is done with terms: begin and end, read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Sight, sight_of
from services.registry.organizations.domain.tree import DatesInvalid, Organization
from services.registry.people.domain import terms as domain
from services.registry.people.domain.terms import KEEPERS, Term
from services.registry.people.store import people
from services.registry.people.store import terms as store
from services.registry.people.usecases.telling import begin, tell
from shared.context import Context, Work
from shared.contracts.registry import Post
from shared.errors import Fault, Text
from shared.tables import new_id


@dataclass(frozen=True)
class TermDraft:
    """A term to be entered."""

    person_id: UUID
    organization_id: UUID
    post: Post
    starts_on: date
    ends_on: date | None = None
    generated: bool = False


def _sight(work: Work) -> Sight:
    return sight_of(work.caller, *KEEPERS)


async def enter_terms(
    ctx: Context, drafts: Sequence[TermDraft], pointer: str = "/body/items/{}"
) -> list[Term]:
    """Enter terms, in the order given; all or none, and every fault is named at once."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        ids = {draft.organization_id for draft in drafts}
        await store.lock_organizations(work.session, ids)
        places = await organizations.find_all(work.session, ids)
        faults = await _faults(work, drafts, places, pointer)
        if faults:
            raise domain.rejected(faults)
        terms = [_term(draft, places[draft.organization_id]) for draft in drafts]
        found = domain.clashes(terms, await store.terms_of(work.session, ids))
        if found:
            raise domain.rejected([Fault(pointer.format(n), text) for n, text in found])
        await begin(work, terms)
        await tell(work, "term.enter", terms)
    return terms


def _term(draft: TermDraft, place: Organization) -> Term:
    return Term(id=new_id(), county_id=place.county_id or place.id, **vars(draft))


async def _faults(
    work: Work, drafts: Sequence[TermDraft], places: dict[UUID, Organization], pointer: str
) -> list[Fault]:
    reach = await organizations.reach(work.session, _sight(work))
    known = await people.counties(work.session, {draft.person_id for draft in drafts})
    faults = []
    for index, draft in enumerate(drafts):
        where = pointer.format(index)
        place = places.get(draft.organization_id)
        if place is None or not reach.covers(place.path):
            zh = "没有这个组织，或不在您的管辖范围内"
            faults.append(Fault(f"{where}/organization_id", Text(zh, "no such organization")))
        elif place.dissolved_on is not None and draft.starts_on >= place.dissolved_on:
            zh = f"该组织已于 {place.dissolved_on} 撤销，任期不能在此之后开始"
            faults.append(Fault(f"{where}/starts_on", Text(zh, "the organization has ended")))
        elif known.get(draft.person_id) != (place.county_id or place.id):
            zh = "该县没有这个人员，请先登记人员"
            faults.append(Fault(f"{where}/person_id", Text(zh, "no such person in this county")))
        if draft.ends_on is not None and draft.ends_on < draft.starts_on:
            text = Text("结束日期早于开始日期", "it ends before it begins")
            faults.append(Fault(f"{where}/ends_on", text))
    return faults


async def end_term(ctx: Context, term_id: UUID, ends_on: date) -> Term:
    """End a running term; `ends_on` is its last day."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        reach = await organizations.reach(work.session, _sight(work))
        before = await store.find_term(work.session, reach, term_id)
        if before.ends_on is not None and before.ends_on <= ends_on:
            raise domain.TermEnded(
                f"这个任期已于 {before.ends_on} 结束，不能延后；如需连任请另登记一个任期。",
                f"The term ended on {before.ends_on}: enter another one instead.",
            )
        if ends_on < before.starts_on:
            raise DatesInvalid(
                f"结束日期不能早于开始日期 {before.starts_on}。",
                f"It cannot end before it began on {before.starts_on}.",
                faults=(Fault("/body/ends_on", Text("早于开始日期", "too early")),),
            )
        after = replace(before, ends_on=ends_on, version=before.version + 1)
        await store.update_term(work.session, after)
        await tell(work, "term.end", [after])
    return after


@dataclass(frozen=True)
class Wanted:
    """Which terms a reader asks for; without a date, all that ever were."""

    as_of: date | None = None
    under: UUID | None = None
    person_id: UUID | None = None
    post: Post | None = None


async def list_terms(
    ctx: Context, wanted: Wanted, after: UUID | None, limit: int, *, total: bool
) -> tuple[list[Term], int | None]:
    """Return up to `limit + 1` terms within the caller's part of the tree."""
    async with ctx.read() as work:
        root = await organizations.find(work.session, wanted.under) if wanted.under else None
        shown = store.TermFilter(
            reach=await organizations.reach(work.session, sight_of(ctx.caller)),
            as_of=wanted.as_of,
            under=root.path if root else None,
            person_id=wanted.person_id,
            post=wanted.post,
        )
        found = await store.list_terms(work.session, shown, after, limit)
        return found, await store.count_terms(work.session, shown) if total else None
