"""The ledger of 两新 units without a database: which state holds when, who may cover whom."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.coverage.domain import states, units
from services.registry.coverage.domain.reports import Tally, below, derived
from services.registry.coverage.domain.states import Cover, Standing, State
from services.registry.coverage.domain.units import Unit, UnitKind
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind, Tier
from shared.tables import new_id
from tests.registry.organizations.register import organization

BEGIN = date(2026, 1, 1)
COUNTY = organization(None, Tier.COUNTY)
TOWNSHIP = organization(COUNTY, Tier.TOWNSHIP)
BRANCHES = [replace(organization(TOWNSHIP, Tier.VILLAGE), county_id=COUNTY.id) for _ in range(3)]
DAYS = [BEGIN + timedelta(days=n) for n in range(12)]
days = st.sampled_from(DAYS)


def unit(name: str = "丰源纺织", code: str | None = None, place: UUID = TOWNSHIP.id) -> Unit:
    return Unit(new_id(), COUNTY.id, place, UnitKind.ENTERPRISE, name, code, None)


def state(
    own: Unit, day: date = BEGIN, members: int = 3, branch: UUID | None = None, employees: int = 50
) -> State:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return State(new_id(), COUNTY.id, own.id, day, employees, members, branch, None, moment)


OWN = unit()
branch_ids = st.none() | st.sampled_from([each.id for each in BRANCHES])
ledgers = st.lists(st.tuples(days, st.integers(0, 9), branch_ids), max_size=8).map(
    lambda said: [state(OWN, *each) for each in said]
)


def newest(entries: list[State], day: date) -> State | None:
    """The state of a day, found by going through the entries as they were entered."""
    found: State | None = None
    for each in entries:
        if each.valid_from <= day and (found is None or each.valid_from >= found.valid_from):
            found = each
    return found


@given(ledgers, days, st.randoms())
def test_the_newest_first_day_counts_and_of_one_day_the_last_entry(
    entries: list[State], day: date, shuffled: object
) -> None:
    mixed = list(entries)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert states.on(mixed, day) == newest(entries, day)
    held = states.effective(mixed)
    assert [each.valid_from for each in held] == sorted({each.valid_from for each in entries})


@given(ledgers, st.sampled_from(BRANCHES), days)
def test_a_branch_covers_from_a_day_if_it_does_on_any_day_after(
    entries: list[State], branch: Organization, day: date
) -> None:
    later = [states.on(entries, each) for each in DAYS if each >= day]
    expected = any(each is not None and each.branch_id == branch.id for each in later)
    assert states.covered_from(entries, branch.id, day) is expected


@pytest.mark.parametrize(
    ("members", "cover", "qualifies", "missing"),
    [
        (3, Cover.NONE, True, True),
        (2, Cover.NONE, False, False),
        (3, Cover.JOINT, True, False),
        (9, Cover.OWN, True, False),
        (0, Cover.JOINT, False, False),
    ],
)
def test_three_members_call_for_a_party_organization(
    members: int, cover: Cover, *, qualifies: bool, missing: bool
) -> None:
    found = Standing(OWN, state(OWN, members=members), cover)
    assert (found.qualifies, found.missing) == (qualifies, missing)


def said(found: Iterable[object]) -> list[str]:
    return [str(each) for each in found]


def test_what_cannot_be_said_of_a_unit() -> None:
    today = BEGIN + timedelta(days=5)
    assert [*states.faults_of(OWN, state(OWN), today)] == []
    tomorrow = state(OWN, today + timedelta(days=1))
    crowded = state(OWN, members=4, employees=3)
    late = replace(OWN, ended_on=BEGIN)
    for one, entry, field in (
        (OWN, tomorrow, "valid_from"),
        (OWN, crowded, "members"),
        (late, state(late), "valid_from"),
    ):
        assert [key for key, _ in states.faults_of(one, entry, today)] == [field]


def test_only_a_joint_branch_covers_several() -> None:
    branch, joint = BRANCHES[0], replace(BRANCHES[1], kind=OrganizationKind.JOINT_BRANCH)
    other = unit("瑞丰农机")
    mine = state(OWN, branch=branch.id)

    def faults(entry: State, by: Organization | None, its: list[State], who: Unit = other) -> int:
        return len([*states.faults_of_branch(entry, by, {who.id: (who, its)})])

    assert faults(mine, branch, []) == 0
    assert faults(mine, branch, [state(other, branch=branch.id)]) == 1
    # It has left the other before, or will only come to it.
    left = [state(other, branch=branch.id), state(other, BEGIN + timedelta(days=1))]
    assert faults(state(OWN, BEGIN + timedelta(days=1), branch=branch.id), branch, left) == 0
    assert faults(mine, branch, [state(other, DAYS[9], branch=branch.id)]) == 1
    gone = replace(other, ended_on=BEGIN)
    assert faults(mine, branch, [state(other, branch=branch.id)], gone) == 0
    # Saying the same of oneself again is no clash.
    assert faults(mine, branch, [state(OWN, branch=branch.id)], OWN) == 0
    assert faults(state(OWN, branch=joint.id), joint, [state(other, branch=joint.id)]) == 0


@pytest.mark.parametrize(
    "branch",
    [
        None,
        replace(BRANCHES[0], county_id=new_id()),
        replace(BRANCHES[0], kind=OrganizationKind.YOUTH_LEAGUE),
        replace(BRANCHES[0], founded_on=BEGIN + timedelta(days=1)),
        replace(BRANCHES[0], dissolved_on=BEGIN),
    ],
)
def test_who_cannot_cover_a_unit(branch: Organization | None) -> None:
    assert len([*states.faults_of_branch(state(OWN, branch=BRANCHES[0].id), branch, {})]) == 1


def test_names_repeat_where_codes_tell_them_apart() -> None:
    first, second = "91410724MA3XXXXX1A", "91410724MA3XXXXX2B"

    def keys(one: Unit, other: Unit) -> list[str]:
        return [key for key, _ in units.twins(one, [other])]

    assert keys(unit(), unit()) == ["name"]
    assert keys(unit(), unit(place=new_id())) == []
    assert keys(unit(code=first), unit(code=second)) == []
    assert keys(unit(code=first), unit()) == ["name"]
    assert keys(unit("甲", first), unit("乙", first)) == ["credit_code"]
    assert keys(unit(), replace(unit(), ended_on=BEGIN)) == []
    assert keys(OWN, OWN) == []


numbers = st.integers(0, 1_000)
tallies = st.builds(Tally, *([numbers] * 9))


@given(st.lists(tallies, max_size=6))
def test_a_place_holds_what_stands_below_it(found: list[Tally]) -> None:
    top, inner = new_id(), new_id()
    paths = [f"/{top}/{inner}/{new_id()}/" if n % 2 else f"/{top}/" for n in range(len(found))]
    placed = list(zip(paths, found, strict=True))
    assert below(placed, top) == sum(found, Tally())
    assert below(placed, inner) == sum(found[1::2], Tally())
    assert below(placed, new_id()) == Tally()


def test_a_share_of_nothing_is_no_fact() -> None:
    codes = ["coverage_units", "coverage_percent", "coverage_built_percent", "party_members"]
    place = new_id()
    empty = {each.code: each.value for each in derived(place, Tally(), codes, BEGIN)}
    assert empty == {"coverage_units": 0}
    some = Tally(units=8, members=9, qualifying=3, own=1, joint=2, missing=1)
    found = {each.code: each.value for each in derived(place, some, codes, BEGIN)}
    assert found == {
        "coverage_units": 8,
        "coverage_percent": 3750,
        "coverage_built_percent": 6667,
    }
