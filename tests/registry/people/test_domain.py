"""Terms: who may hold which post at the same time, without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain import terms as domain
from services.registry.people.domain.terms import Term
from shared.contracts.registry import Post
from shared.tables import new_id

START = date(2024, 1, 1)
PEOPLE = [new_id() for _ in range(3)]
PLACES = [new_id() for _ in range(2)]


def term(person: int, place: int, post: Post, begin: int, days: int | None) -> Term:
    starts = START + timedelta(days=begin)
    return Term(
        id=new_id(),
        county_id=PLACES[0],
        person_id=PEOPLE[person],
        organization_id=PLACES[place],
        post=post,
        starts_on=starts,
        ends_on=None if days is None else starts + timedelta(days=days),
    )


terms = st.builds(
    term,
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from(Post),
    st.integers(0, 30),
    st.none() | st.integers(0, 20),
)


def days_of(one: Term) -> set[date]:
    end = min(one.ends_on or START + timedelta(days=80), START + timedelta(days=80))
    return {one.starts_on + timedelta(days=n) for n in range((end - one.starts_on).days + 1)}


@given(terms, terms)
def test_terms_overlap_when_they_share_a_day(one: Term, other: Term) -> None:
    assert one.overlaps(other) == other.overlaps(one) == bool(days_of(one) & days_of(other))


@given(st.lists(terms, max_size=8))
def test_what_is_left_after_the_clashes_keeps_the_rules(batch: list[Term]) -> None:
    refused = {index for index, _ in domain.clashes(batch, [])}
    kept = [each for index, each in enumerate(batch) if index not in refused]
    for n, one in enumerate(kept):
        for other in kept[n + 1 :]:
            if one.organization_id != other.organization_id or not one.overlaps(other):
                continue
            assert not (one.post is other.post is Post.SECRETARY)
            assert not (one.post is other.post and one.person_id == other.person_id)


def test_a_new_secretary_begins_when_the_old_one_has_ended() -> None:
    old = term(0, 0, Post.SECRETARY, 0, 9)
    assert domain.clash(term(1, 0, Post.SECRETARY, 9, None), [old]) is not None
    assert domain.clash(term(1, 0, Post.SECRETARY, 10, None), [old]) is None


def test_one_person_may_hold_two_posts_and_in_two_villages() -> None:
    stored = [term(0, 0, Post.SECRETARY, 0, None)]
    assert domain.clashes([term(0, 0, Post.DIRECTOR, 0, None)], stored) == []
    assert domain.clashes([term(0, 1, Post.SECRETARY, 0, None)], stored) == []
    twice = domain.clashes([term(0, 0, Post.SECRETARY, 5, None)], stored)
    assert "此人" in twice[0][1].zh


def test_several_members_sit_side_by_side() -> None:
    stored = [term(0, 0, Post.MEMBER, 0, None)]
    assert domain.clashes([term(1, 0, Post.MEMBER, 0, None)], stored) == []
