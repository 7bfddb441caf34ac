"""Elections without a database: every state has a way out, and terms never overlap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain import elections as domain
from services.registry.people.domain.elections import (
    BODY_POSTS,
    MACHINE,
    OPEN,
    Body,
    Election,
    ElectionNeedsSecondPerson,
    ElectionState,
    Result,
    Seat,
)
from services.registry.people.domain.outcomes import Outcome, holders, looking_back, outcome
from services.registry.people.domain.terms import Term
from shared.caller import Caller, Grant, Role
from shared.contracts.registry import Post
from shared.tables import new_id
from shared.transitions import IllegalTransition

DAY = timedelta(days=1)
START = date(2021, 1, 1)
COUNTY, VILLAGE = new_id(), new_id()
PEOPLE = [new_id() for _ in range(5)]
OFFICE = Caller(new_id(), (Grant(Role.ORGANIZATION_DEPARTMENT, COUNTY),), new_id())
TOWNSHIP = Caller(new_id(), (Grant(Role.TOWNSHIP, VILLAGE),), new_id())


def election(body: Body = Body.BOTH, state: ElectionState = ElectionState.HELD) -> Election:
    return Election(new_id(), COUNTY, VILLAGE, body, state, START)


def term(person: int, post: Post, begin: int, days: int | None = None) -> Term:
    starts = START + timedelta(days=begin)
    ends = None if days is None else starts + timedelta(days=days)
    return Term(new_id(), COUNTY, PEOPLE[person], VILLAGE, post, starts, ends)


def result(begin: int, *seats: tuple[int, Post]) -> Result:
    day = START + timedelta(days=begin)
    elected = [domain.Elected(post, PEOPLE[who]) for who, post in seats]
    return domain.Draft(day, None, None, elected).result({})


verbs = st.sampled_from(sorted({each.verb for each in MACHINE.transitions}))


@given(st.lists(verbs, max_size=12))
def test_whatever_happens_there_is_a_way_on(steps: list[str]) -> None:
    state = ElectionState.PLANNED
    for verb in steps:
        rule = MACHINE.rule(verb, state)
        if rule is None:
            with pytest.raises(IllegalTransition):
                MACHINE.fire(verb, state, OFFICE)
        else:
            state = MACHINE.fire(verb, state, OFFICE)
            assert state is rule.target
        # A confirmed election holds; what comes after it is the next one.
        assert MACHINE.verbs(state, OFFICE) or state is ElectionState.CONFIRMED


def test_every_state_can_be_reached_and_only_confirmed_stays() -> None:
    assert {each.target for each in MACHINE.transitions} == {*ElectionState}
    left = {state for each in MACHINE.transitions for state in each.sources}
    assert {*ElectionState} - left == {ElectionState.CONFIRMED}
    assert ElectionState.CANCELLED not in OPEN


def test_a_township_organizes_and_does_not_confirm() -> None:
    assert MACHINE.verbs(ElectionState.PLANNED, TOWNSHIP) == ["hold", "postpone"]
    assert MACHINE.verbs(ElectionState.HELD, TOWNSHIP) == []
    assert MACHINE.verbs(ElectionState.HELD, OFFICE) == ["cancel", "confirm", "return"]


def test_two_accounts_of_one_person_are_not_two_persons() -> None:
    held = Election(
        new_id(),
        COUNTY,
        VILLAGE,
        Body.BOTH,
        ElectionState.HELD,
        START,
        held_by=new_id(),
        held_person=OFFICE.person_id,
    )
    with pytest.raises(ElectionNeedsSecondPerson):
        domain.check_second_person(OFFICE, held)
    domain.check_second_person(TOWNSHIP, held)


terms = st.builds(
    term,
    st.integers(0, 4),
    st.sampled_from(Post),
    st.integers(0, 60),
    st.none() | st.integers(0, 40),
)
seats = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(Post)), min_size=1, max_size=6, unique=True
)


def days_of(each: Term) -> set[date]:
    last = min(each.ends_on or date.max, START + timedelta(days=200))
    return {each.starts_on + timedelta(days=n) for n in range((last - each.starts_on).days + 1)}


def kept(stored: list[Term], found: Outcome) -> list[Term]:
    """The terms as the database would hold them after the confirmation."""
    ended = {each.id: each for each in found.ended}
    return [*(ended.get(each.id, each) for each in stored), *found.begun]


def overlapping(held: list[Term]) -> bool:
    return any(
        one.post is other.post
        and (one.post is Post.SECRETARY or one.person_id == other.person_id)
        and days_of(one) & days_of(other)
        for n, one in enumerate(held)
        for other in held[n + 1 :]
    )


@given(st.lists(terms, max_size=6), st.sampled_from(Body), st.integers(5, 80), seats)
def test_terms_never_overlap_after_an_election(
    drawn: list[Term], body: Body, begin: int, elected: list[tuple[int, Post]]
) -> None:
    stored: list[Term] = []
    for each in drawn:
        if not overlapping([*stored, each]):
            stored.append(each)
    mine = [seat for seat in elected if seat[1] in BODY_POSTS[body]]
    given_ = result(begin, *mine)
    found = outcome(election(body), given_, stored, new_id)
    if found.blocked:
        return
    after = kept(stored, found)
    assert not overlapping(after)
    first = given_.starts_on
    # On the first day exactly the elected hold the body's posts, and the day before the others.
    new = {
        (person, post)
        for person, posts in holders(after, first).items()
        for post in posts
        if post in BODY_POSTS[body]
    }
    assert new == {(PEOPLE[who], post) for who, post in mine}
    assert holders(after, first - DAY) == holders(stored, first - DAY)
    untouched = [each for each in stored if each.post not in BODY_POSTS[body]]
    assert all(each in after for each in untouched)


@given(st.lists(terms, max_size=5), st.integers(5, 80), seats)
def test_looking_back_tells_what_was_foretold(
    drawn: list[Term], begin: int, elected: list[tuple[int, Post]]
) -> None:
    given_ = result(begin, *elected)
    found = outcome(election(), given_, drawn, new_id)
    if found.blocked:
        return
    made = tuple(Seat(each.person_id, each.post, each.id) for each in found.begun)
    confirmed = Result(given_.held_on, given_.starts_on, given_.period_until, made)
    back = looking_back(election(), confirmed, kept(drawn, found))
    assert {each.id for each in back.begun} == {each.id for each in found.begun}
    assert {each.id for each in found.ended} <= {each.id for each in back.ended}
    assert {*back.leaving} == {*found.leaving}
    assert {*back.stepped_aside} == {*found.stepped_aside}
    assert back.unfilled == found.unfilled


def test_one_who_steps_aside_and_goes_on_is_named() -> None:
    stored = [
        term(0, Post.SECRETARY, 0),
        term(0, Post.DIRECTOR, 0),
        term(1, Post.MEMBER, 0),
        term(2, Post.MEMBER, 0),
    ]
    given_ = result(100, (1, Post.SECRETARY), (1, Post.DIRECTOR), (0, Post.MEMBER))
    found = outcome(election(), given_, stored, new_id)
    assert not found.blocked
    [aside] = found.stepped_aside
    assert (aside.person_id, aside.to_posts) == (PEOPLE[0], (Post.MEMBER,))
    assert aside.until == given_.period_until
    assert found.leaving == (PEOPLE[2],)
    assert found.unfilled == ()


def test_an_election_of_one_body_leaves_the_other_alone() -> None:
    stored = [term(0, Post.SECRETARY, 0), term(0, Post.DIRECTOR, 0)]
    given_ = result(100, (1, Post.SECRETARY))
    found = outcome(election(Body.PARTY_COMMITTEE), given_, stored, new_id)
    assert [each.post for each in found.ended] == [Post.SECRETARY]
    # He stays 主任, and that is a post of the 两委.
    assert [each.to_posts for each in found.stepped_aside] == [(Post.DIRECTOR,)]
    assert found.leaving == ()
    nobody = outcome(election(Body.PARTY_COMMITTEE), result(100, (1, Post.MEMBER)), stored, new_id)
    assert nobody.unfilled == (Post.SECRETARY,)


def test_a_term_that_is_to_begin_later_is_in_the_way() -> None:
    stored = [term(0, Post.SECRETARY, 100)]
    found = outcome(election(), result(100, (1, Post.SECRETARY)), stored, new_id)
    assert [each.pointer for each in found.blocked] == ["/body/starts_on"]
    assert "2021-04-11" in found.blocked[0].detail.zh


def test_two_secretaries_are_in_each_others_way() -> None:
    given_ = result(100, (0, Post.SECRETARY), (1, Post.SECRETARY))
    found = outcome(election(), given_, [], new_id)
    assert [each.pointer for each in found.blocked] == ["/body/elected/1/post"]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_period_is_five_years_to_the_day(begin: date) -> None:
    given_ = domain.Draft(begin, None, None, []).result({})
    after = given_.period_until + DAY
    leap = begin.month == 2 and begin.day == 29
    assert after == (date(begin.year + 5, 3, 1) if leap else begin.replace(year=begin.year + 5))
