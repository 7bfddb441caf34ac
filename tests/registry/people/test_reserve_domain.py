"""Which term is what somebody stood ready for, without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain.reserve import (
    POSTS,
    Reserve,
    ReserveKind,
    ReserveState,
    appointed,
)
from services.registry.people.domain.terms import Term
from shared.contracts.registry import Post
from shared.tables import new_id

START = date(2026, 1, 1)
COUNTY = new_id()
PEOPLE = [new_id() for _ in range(2)]


def entry(person: int, kind: ReserveKind, begin: int, days: int | None) -> Reserve:
    first = START + timedelta(days=begin)
    last = None if days is None else first + timedelta(days=days)
    return Reserve(new_id(), COUNTY, new_id(), PEOPLE[person], kind, first, last, "退役军人")


def term(person: int, post: Post, begin: int) -> Term:
    return Term(new_id(), COUNTY, PEOPLE[person], new_id(), post, START + timedelta(days=begin))


entries = st.builds(
    entry,
    st.integers(0, 1),
    st.sampled_from(ReserveKind),
    st.integers(0, 20),
    st.none() | st.integers(0, 20),
)
terms = st.builds(term, st.integers(0, 1), st.sampled_from(Post), st.integers(0, 40))


@given(st.lists(entries, max_size=4), st.lists(terms, max_size=4))
def test_each_is_linked_to_the_first_term_that_it_was_for(
    waiting: list[Reserve], begun: list[Term]
) -> None:
    linked = {each.id: one for each, one in appointed(waiting, begun)}
    for each in waiting:
        days = {each.starts_on + timedelta(days=n) for n in range(80)}
        if each.ends_on is not None:
            days = {day for day in days if day <= each.ends_on}
        meant = [
            one
            for one in begun
            if one.person_id == each.person_id
            and one.post in POSTS[each.kind]
            and one.starts_on in days
        ]
        assert (each.id in linked) == bool(meant)
        if meant:
            assert linked[each.id].starts_on == min(one.starts_on for one in meant)


def test_only_what_is_in_reserve_is_met() -> None:
    one = entry(0, ReserveKind.SECRETARY, 0, None)
    gone = Reserve(**vars(one) | {"state": ReserveState.REMOVED})
    assert one.is_met_by(term(0, Post.SECRETARY, 0))
    assert not gone.is_met_by(term(0, Post.SECRETARY, 0))
