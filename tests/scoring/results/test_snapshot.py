"""Frozen inputs: the same bytes for the same content, nothing absent read as zero."""

import json
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.kernel.inputs import Refusal
from services.scoring.kernel.records import snapshot_hash as kernel_hash
from services.scoring.results.domain.corrections import corrected
from services.scoring.results.domain.determinations import (
    Actor,
    FactsMissing,
    ListingStrike,
    Strike,
)
from services.scoring.results.domain.results import Placing
from services.scoring.results.domain.snapshot import (
    build,
    documents,
    join,
    merge,
    snapshot_hash,
    with_strikes,
)
from services.scoring.results.domain.verdicts import judge_corrected, placings, verdicts
from shared.canonical import canonical_json
from shared.contracts.notifications import FallScope
from shared.contracts.registry import Post
from tests.scoring.kernel.documents import STARS, preset, preset_plan
from tests.scoring.results.frozen import (
    branch,
    correction,
    determination,
    inputs,
    judged,
    parts,
    snapshot,
    term,
    verdicts_of,
    village,
)

PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTIFUL = STARS


def test_the_bytes_are_the_canonical_json_of_the_inputs() -> None:
    frozen = inputs(branch(2), branch(1))
    texts = documents(frozen)
    assert join(texts) == canonical_json([each.model_dump(mode="json") for each in frozen])
    assert snapshot_hash(texts) == kernel_hash(frozen)
    assert [each["organization_id"] for each in json.loads(join(texts))] == [
        str(village(1)),
        str(village(2)),
    ]


@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_the_order_in_which_things_were_read_does_not_matter(seed: int, count: int) -> None:
    branches = [branch(n, STARS[: n % 6], 7400 + 100 * n) for n in range(1, count + 1)]
    given_parts = parts(*branches)
    chance = random.Random(seed)
    shuffled = replace(
        given_parts,
        branches=chance.sample(branches, len(branches)),
        terms=chance.sample(list(given_parts.terms), len(given_parts.terms)),
        facts=chance.sample(list(given_parts.facts), len(given_parts.facts)),
        answers=dict(chance.sample(list(given_parts.answers.items()), len(branches))),
    )
    first, second = build(preset(), given_parts), build(preset(), shuffled)
    assert documents(first) == documents(second)
    mine, other = verdicts_of(first), verdicts_of(second)
    assert {key: each.content for key, each in mine.items()} == {
        key: each.content for key, each in other.items()
    }


def test_pay_that_is_not_known_is_named_and_not_zero() -> None:
    known = parts(branch(1))
    unpaid = replace(known, terms=[*known.terms, term(1, Post.MEMBER)])
    with pytest.raises(FactsMissing) as caught:
        build(preset(), unpaid)
    assert [each.pointer for each in caught.value.faults] == [str(village(1))]
    assert "pay.member" in caught.value.faults[0].detail.zh


def test_terms_outside_the_cycle_are_left_out() -> None:
    known = parts(branch(1))
    more = replace(known, terms=[*known.terms, term(7)])
    assert build(preset(), more) == build(preset(), known)


def test_a_score_nobody_gave_is_an_error() -> None:
    one = branch(1)
    gap = replace(one, self_scores={k: v for k, v in one.self_scores.items() if k != "team_role"})
    with pytest.raises(FactsMissing) as caught:
        judged(inputs(gap))
    assert [each.pointer for each in caught.value.faults] == [f"{village(1)}/team_role"]


def test_what_the_meeting_struck_is_refused_with_the_minutes_number() -> None:
    strikes = (Strike(organization_id=village(1), star=PARTY, reason="不实"),)
    listing = (ListingStrike(organization_id=village(2), reason="群众不满意"),)
    meeting = determination(Actor(village(90), None), strikes=strikes, listing_strikes=listing)
    struck = build(preset(), with_strikes(parts(branch(1), branch(2), branch(3)), meeting))
    minutes = Refusal(by="committee", reference="获常纪〔2026〕5号")
    assert struck[0].refusals == {PARTY: minutes}
    assert struck[1].listing_struck == minutes
    made = verdicts_of(struck)
    # Four stars without 基层党建星 are 二星; a struck listing is 二星 and keeps its five stars.
    assert [(made[village(n)].level, len(made[village(n)].stars)) for n in (1, 2, 3)] == [
        (2, 4),
        (2, 5),
        (5, 5),
    ]


def test_a_refusal_of_an_earlier_stage_is_not_overwritten() -> None:
    township = Refusal(by="township", reference="镇函3号")
    known = replace(parts(branch(1)), refusals={village(1): {CIVILITY: township}})
    strike = Strike(organization_id=village(1), star=CIVILITY, reason="不实")
    meeting = determination(Actor(village(90), None), strikes=(strike,))
    [one] = build(preset(), with_strikes(known, meeting))
    assert one.refusals == {CIVILITY: township}
    [again] = corrected([one], [correction([1], CIVILITY)])
    assert again.refusals == {CIVILITY: township}


@pytest.mark.parametrize(
    ("scope", "star", "level", "stars"),
    [
        (FallScope.STAR, CIVILITY, 4, 4),
        (FallScope.STAR, PARTY, 2, 4),
        (FallScope.WHOLE_AWARD, None, 0, 0),
    ],
)
def test_an_upheld_objection_takes_the_star_or_the_whole_award(
    scope: FallScope, star: str | None, level: int, stars: int
) -> None:
    after = corrected(inputs(branch(1), branch(2)), [correction([1], star, scope)])
    made = verdicts_of(after)
    assert (made[village(1)].level, len(made[village(1)].stars)) == (level, stars)
    assert made[village(2)].level == 5


_CASES = st.lists(
    st.tuples(
        st.lists(st.integers(1, 5), min_size=1, max_size=3),
        st.sampled_from([*STARS, None]),
    ),
    max_size=6,
)


@given(
    cases=_CASES,
    points=st.lists(st.sampled_from([7400, 8400, 8500, 9000]), min_size=5, max_size=5),
)
def test_corrections_never_raise_a_level_and_never_add_a_star(
    cases: list[tuple[list[int], str | None]], points: list[int]
) -> None:
    branches = [branch(n + 1, STARS[: n + 1], points[n]) for n in range(5)]
    frozen = inputs(*branches)
    before = verdicts_of(frozen)
    applied = []
    for number, (whom, star) in enumerate(cases, start=1):
        scope = FallScope.WHOLE_AWARD if star is None else FallScope.STAR
        applied.append(correction(whom, star, scope, number))
        after = verdicts_of(corrected(frozen, applied))
        for organization_id, verdict in after.items():
            assert verdict.level <= before[organization_id].level
            assert set(verdict.stars) <= set(before[organization_id].stars)
            assert verdict.total == before[organization_id].total
        before = after


@given(cases=_CASES, only=st.sets(st.integers(1, 6)))
def test_scoring_again_is_scoring_anew_with_the_corrections(
    cases: list[tuple[list[int], str | None]], only: set[int]
) -> None:
    frozen = snapshot(inputs(*(branch(n, STARS[: n % 6], 8300 + 100 * n) for n in range(1, 6))))
    applied = [
        correction(whom, star, FallScope.STAR if star else FallScope.WHOLE_AWARD, number)
        for number, (whom, star) in enumerate(cases, start=1)
    ]
    again = judge_corrected(preset_plan(), frozen, applied)
    anew = list(verdicts(judged(corrected(frozen.organizations, applied)), frozen.hash, applied))
    assert list(verdicts(again, frozen.hash, applied)) == anew
    assert placings(again) == [
        Placing(**{each.name: getattr(verdict, each.name) for each in fields(Placing)})
        for verdict in anew
    ]
    some = {village(number) for number in only}
    assert [*verdicts(again, frozen.hash, applied, some)] == [
        each for each in anew if each.organization_id in some
    ]


def test_settling_a_branch_again_keeps_the_others_as_they_stand() -> None:
    standing = corrected(inputs(branch(1), branch(2)), [correction([2], CIVILITY)])
    again = inputs(branch(1, (PARTY,)))
    merged = merge(standing, again)
    assert [each.organization_id for each in merged] == [str(village(1)), str(village(2))]
    assert merged[0] == again[0]
    assert merged[1] == standing[1]
