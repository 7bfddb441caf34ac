"""What the result of an election does to terms, and what becomes of those who held posts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.registry.people.domain.elections import Election, Result
from services.registry.people.domain.terms import POST_NAMES, Term, clashes
from shared.contracts.registry import Post
from shared.errors import Fault, Text

_DAY = timedelta(days=1)
Posts = Mapping[UUID, frozenset[Post]]


@dataclass(frozen=True)
class SteppedAside:
    """A 书记 who is no longer 书记 and goes on in other posts of the same organization.

    Clause: such a one keeps the pay for the term, which is until `until`.
    """

    person_id: UUID
    to_posts: tuple[Post, ...]
    until: date


@dataclass(frozen=True)
class KeptPay:
    """One who stepped aside from 书记 at an election and holds these posts on the asked day.

    The day lies in the period that the election began on `starts_on`, and that lasts `until`.
    """

    election_id: UUID
    organization_id: UUID
    name: str
    person_id: UUID
    starts_on: date
    until: date
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Outcome:
    """The terms that end and begin, who steps aside, who leaves, which posts nobody was given."""

    ended: tuple[Term, ...]
    begun: tuple[Term, ...]
    stepped_aside: tuple[SteppedAside, ...]
    leaving: tuple[UUID, ...]
    unfilled: tuple[Post, ...]
    blocked: tuple[Fault, ...] = ()


def outcome(
    election: Election, given: Result, terms: Sequence[Term], new_id: Callable[[], UUID]
) -> Outcome:
    """Return what a result would do to the terms of the organization, and what blocks it.

    Who holds a post of the elected body until the new terms begin ends the day before, also
    when elected again: the new period is another term.
    """
    posts, begin = election.posts, given.starts_on
    outgoing = [each for each in terms if each.post in posts and _lasts(each, begin)]
    ended = tuple(
        replace(each, ends_on=begin - _DAY, version=each.version + 1)
        for each in outgoing
        if each.starts_on < begin
    )
    gone = {each.id for each in ended}
    staying = [each for each in terms if each.id not in gone]
    begun = tuple(
        Term(
            new_id(), election.county_id, seat.person_id, election.organization_id, seat.post, begin
        )
        for seat in given.seats
    )
    blocked = [_in_the_way(each) for each in outgoing if each.starts_on >= begin]
    if not blocked:
        blocked = [
            Fault(f"/body/elected/{place}/post", reason)
            for place, reason in clashes(begun, [*staying, *ended])
        ]
    before = holders(terms, begin - _DAY)
    after = holders([*staying, *ended, *begun], begin)
    return Outcome(ended, begun, *fates(election, given, before, after), tuple(blocked))


def _lasts(term: Term, begin: date) -> bool:
    return term.ends_on is None or term.ends_on >= begin


def _in_the_way(term: Term) -> Fault:
    name = POST_NAMES[term.post]
    zh = f"已登记自 {term.starts_on} 起的{name}任期，新任期不能早于或等于该日开始，请先核对该任期"
    en = f"a term of {term.post} that begins on {term.starts_on} is in the way"
    return Fault("/body/starts_on", Text(zh, en))


def holders(terms: Iterable[Term], day: date) -> Posts:
    """Return who holds which posts on a day."""
    found: dict[UUID, frozenset[Post]] = {}
    for each in terms:
        if each.starts_on <= day and _lasts(each, day):
            found[each.person_id] = found.get(each.person_id, frozenset()) | {each.post}
    return found


def fates(
    election: Election, given: Result, before: Posts, after: Posts
) -> tuple[tuple[SteppedAside, ...], tuple[UUID, ...], tuple[Post, ...]]:
    """Return who stepped aside, who left, and the posts that stay unfilled."""
    aside, leaving = [], []
    for person_id, held in before.items():
        if not held & {*election.posts}:
            continue
        goes_on = after.get(person_id, frozenset())
        if not goes_on:
            leaving.append(person_id)
        elif Post.SECRETARY in held and Post.SECRETARY not in goes_on:
            posts = tuple(post for post in Post if post in goes_on)
            aside.append(SteppedAside(person_id, posts, given.period_until))
    filled = {post for posts in after.values() for post in posts}
    needed = {Post.SECRETARY, Post.DIRECTOR} & {*election.posts}
    unfilled = tuple(post for post in Post if post in needed - filled)
    return tuple(aside), tuple(leaving), unfilled


def looking_back(election: Election, given: Result, terms: Sequence[Term]) -> Outcome:
    """Return what a confirmed election did, from the terms as they are kept."""
    begin = given.starts_on
    before, after = holders(terms, begin - _DAY), holders(terms, begin)
    made = {seat.term_id for seat in given.seats}
    ended = tuple(
        each for each in terms if each.post in election.posts and each.ends_on == begin - _DAY
    )
    begun = tuple(each for each in terms if each.id in made)
    return Outcome(ended, begun, *fates(election, given, before, after))
