"""Who comes next for a place that fell free: against the declared order, one branch at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.kernel.inputs import LetIn, OrganizationInput, Refusal
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.quotas import Quota
from services.scoring.results.domain.chains import Chain, chains, holding
from services.scoring.results.domain.snapshot import build
from services.scoring.results.domain.verdicts import judge, verdicts
from tests.scoring.kernel.documents import STARS, preset
from tests.scoring.results.frozen import COUNTY, NORTH, SOUTH, branch, parts, result, village

STAR, CODE, LINE = "peace_harmony", "places", 8500
Ties = Literal["none", "all"]


@cache
def plan(at_most: int, within: Literal["county", "township"], tied: Ties) -> Plan:
    quota = Quota(
        code=CODE,
        name="平安和谐星",
        clause="名额",
        star=STAR,
        within=within,
        at_most=at_most,
        rounding="floor",
        order=("total",),
        tied=tied,
        refill="next",
    )
    return compile_policy(preset().model_copy(update={"quotas": (quota,)}))


@dataclass
class County:
    """Villages by number with their points in the one star, and what became of them since."""

    plan: Plan
    points: Mapping[int, int]
    fallen: set[int] = field(default_factory=set)
    come: set[int] = field(default_factory=set)

    @property
    def quota(self) -> Quota:
        return self.plan.policy.quotas[0]

    def inputs(self) -> tuple[OrganizationInput, ...]:
        applied = (branch(n, (STAR,), points) for n, points in self.points.items())
        made = build(self.plan.policy, parts(*applied))
        return tuple(self._later(one) for one in made)

    def _later(self, one: OrganizationInput) -> OrganizationInput:
        number = UUID(one.organization_id).int - 1000
        changes: dict[str, object] = {}
        if number in self.fallen:
            changes["refusals"] = {STAR: Refusal(by="finding", reference=f"异议{number}")}
        if number in self.come:
            came = LetIn(determination_id="d", reference="纪要", left=())
            changes["let_in"] = {CODE: came}
        return one.model_copy(update=changes)

    def chains(self, barred: Collection[int] = ()) -> list[Chain]:
        judged = judge(self.plan, self.inputs())
        standing = [result(each) for each in verdicts(judged, "sha256:0")]
        objections = {village(n): UUID(int=n) for n in self.fallen}
        return chains(judged, {village(n) for n in barred}, standing, objections)

    def next(self, barred: Collection[int] = ()) -> set[int]:
        return {each.int - 1000 for chain in self.chains(barred) for each in chain.next}

    def holders(self) -> set[int]:
        return {each.int - 1000 for _, each in holding(judge(self.plan, self.inputs()))}

    def scope(self, number: int) -> UUID:
        if self.quota.within == "county":
            return COUNTY
        return NORTH if number % 2 else SOUTH

    def admitted(self, candidates: Collection[int], room: int) -> set[int]:
        """The best of these for so many places, as anybody would count them."""
        found = set()
        for mine in candidates:
            better = sum(self.points[each] > self.points[mine] for each in candidates)
            equal = sum(self.points[each] == self.points[mine] for each in candidates)
            last = better + (equal if self.quota.tied == "none" else 1)
            if last <= room:
                found.add(mine)
        return found

    def expected(self, barred: Collection[int]) -> set[int]:
        """Who is next: the best without a place, of each scope, for the places that are free."""
        found, holders = set(), self.holders()
        for scope in {self.scope(n) for n in self.points}:
            inside = [n for n in self.points if self.scope(n) == scope]
            free = (self.quota.at_most or 0) - len(holders.intersection(inside))
            waiting = [
                n
                for n in inside
                if self.points[n] >= LINE and n not in holders | self.fallen | set(barred)
            ]
            found |= self.admitted(waiting, free)
        return found


@st.composite
def counties(draw: st.DrawFn) -> County:
    size = draw(st.integers(2, 9))
    scores = st.sampled_from([8400, 8499, 8500, 8600, 8700, 8800, 9500])
    within = draw(st.sampled_from(["county", "township"]))
    tied = draw(st.sampled_from(["none", "all"]))
    made = plan(draw(st.integers(1, 4)), within, tied)
    return County(made, {n: draw(scores) for n in range(1, size + 1)})


@settings(deadline=None, max_examples=60)
@given(counties(), st.data())
def test_places_are_refilled_by_the_chain_and_never_beyond_the_quota(
    county: County, data: st.DataObject
) -> None:
    assert county.chains() == []
    noticed = county.holders()
    for _ in range(data.draw(st.integers(1, 4))):
        holders = county.holders()
        if not holders:
            return
        county.fallen.add(data.draw(st.sampled_from(sorted(holders))))
        stayed = county.holders()
        assert stayed == holders - county.fallen
        barred = data.draw(st.sets(st.sampled_from(sorted(county.points)), max_size=2))
        come = county.next(barred)
        assert come == county.expected(barred)
        assert not come & (holders | county.fallen | barred)
        assert all(county.points[n] >= LINE for n in come)
        county.come |= come
        assert county.holders() == stayed | come
        # Each one that came in has a place of one that left; with ties some may stay empty.
        if county.quota.tied == "none":
            assert len(county.holders()) <= len(noticed)
    # Once whoever is next came in, nobody is next any more.
    county.come |= county.next()
    for scope in {county.scope(n) for n in county.points}:
        inside = {n for n in county.points if county.scope(n) == scope}
        assert not county.expected(()) & inside


@settings(deadline=None, max_examples=40)
@given(counties(), st.data())
def test_whoever_left_is_named_once_with_the_objection(county: County, data: st.DataObject) -> None:
    holders = county.holders()
    if not holders:
        return
    county.fallen = data.draw(st.sets(st.sampled_from(sorted(holders)), min_size=1))
    left = [each for chain in county.chains() for each in chain.left]
    assert sorted(each.organization_id for each in left) == sorted(
        str(village(n)) for n in county.fallen
    )
    assert {each.objection for each in left} == {f"异议{n}" for n in county.fallen}
    assert {each.name for each in left} == {f"第{n}村" for n in county.fallen}


def test_a_tie_for_one_place_leaves_it_empty_and_two_places_take_both() -> None:
    county = County(plan(3, "county", "none"), {1: 9500, 2: 9000, 3: 8900, 4: 8700, 5: 8700})
    county.fallen = {1}
    [chain] = county.chains()
    assert (chain.next, len(chain.left)) == ((), 1)
    county.fallen = {1, 2}
    assert county.next() == {4, 5}


def level_plan() -> Plan:
    """One place of 三星 and above in the county, for most stars."""
    quota = Quota(
        code=CODE,
        name="三星以上",
        clause="名额",
        level=3,
        within="county",
        at_most=1,
        rounding="floor",
        order=("stars", "total"),
        tied="none",
        refill="next",
    )
    return compile_policy(preset().model_copy(update={"quotas": (quota,)}))


def test_a_place_of_a_level_is_held_by_the_stars_of_the_notice_and_then_refilled() -> None:
    made = level_plan()
    frozen = build(made.policy, parts(branch(1), branch(2, STARS[:4], 9500), branch(3, STARS[:3])))

    def after(fallen: int, *come: int) -> tuple[list[int], list[tuple[UUID, ...]]]:
        """The levels, and who is next, when so many of the first village's stars have fallen."""
        refusal = Refusal(by="finding", reference="异议")
        gone = {"refusals": dict.fromkeys(STARS[5 - fallen :], refusal)}
        came = {CODE: LetIn(determination_id="d", reference="纪要", left=())}
        inputs = [
            one.model_copy(
                update=(gone if n == 1 else {}) | ({"let_in": came} if n in come else {})
            )
            for n, one in enumerate(frozen, start=1)
        ]
        judged = judge(made, inputs)
        standing = [result(each) for each in verdicts(judged, "sha256:0")]
        found = chains(judged, (), standing, {village(1): UUID(int=1)})
        return judged.outcome.level.tolist(), [each.next for each in found]

    assert after(0) == ([5, 2, 2], [])
    # One star less than the second village by now is no reason to give way to it.
    assert after(2) == ([3, 2, 2], [])
    assert after(3) == ([2, 2, 2], [(village(2),)])
    assert after(3, 2) == ([2, 4, 2], [()])
