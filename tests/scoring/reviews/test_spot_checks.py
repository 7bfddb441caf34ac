"""The draw: reproducible, indifferent to order, and a full share of every stratum."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.kernel.procedure import SpotCheck
from services.scoring.reviews.domain import spot_checks
from services.scoring.reviews.domain.spot_checks import Candidate, Draw

IDS = st.uuids(version=4)
TOWNSHIPS = [UUID(int=each) for each in range(1, 5)]


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    ids = draw(st.lists(IDS, unique=True, max_size=60))
    return [
        Candidate(
            each,
            draw(st.sampled_from(TOWNSHIPS)),
            draw(st.integers(0, 2)),
            draw(st.booleans()),
        )
        for each in ids
    ]


@st.composite
def rules(draw: st.DrawFn) -> SpotCheck:
    strata = draw(st.lists(st.sampled_from(["township", "level", "lowered"]), unique=True))
    return SpotCheck.model_validate(
        {
            "share_percent": draw(st.integers(0, 100)),
            "strata": strata,
            "rounding": draw(st.sampled_from(["ceiling", "half_up", "floor"])),
            "includes_lowered": draw(st.booleans()),
            "working_days": 5,
            "clause": "抽查",
        }
    )


SEEDS = st.text(min_size=1, max_size=40)


@given(SEEDS, rules(), candidates(), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(
    seed: str, rule: SpotCheck, found: list[Candidate], random: Random
) -> None:
    first = spot_checks.draw(seed, rule, found)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert spot_checks.draw(seed, rule, shuffled) == first
    assert spot_checks.draw(seed, rule, found) == first


@given(SEEDS, rules(), candidates())
def test_every_stratum_gives_its_rounded_share(
    seed: str, rule: SpotCheck, found: list[Candidate]
) -> None:
    drawn = spot_checks.draw(seed, rule, found)
    for stratum in drawn.strata:
        exact = len(stratum.population) * rule.share_percent
        size = len(stratum.sample)
        assert set(stratum.sample) <= set(stratum.population)
        if rule.rounding == "ceiling":
            assert 0 <= size * 100 - exact < 100
        elif rule.rounding == "floor":
            assert 0 <= exact - size * 100 < 100
        else:
            assert -50 <= exact - size * 100 < 50


@given(SEEDS, rules(), candidates())
def test_the_strata_part_the_whole_population(
    seed: str, rule: SpotCheck, found: list[Candidate]
) -> None:
    drawn = spot_checks.draw(seed, rule, found)
    everyone = [each for stratum in drawn.strata for each in stratum.population]
    expected = {c.application_id for c in found if rule.includes_lowered or not c.lowered}
    assert len(everyone) == len(set(everyone)) == drawn.population
    assert set(everyone) == expected
    assert len({stratum.key for stratum in drawn.strata}) == len(drawn.strata)


@given(SEEDS, candidates())
def test_within_a_stratum_the_lowest_digests_are_drawn(seed: str, found: list[Candidate]) -> None:
    drawn = spot_checks.draw(seed, _rule(rounding="half_up"), found)
    for stratum in drawn.strata:
        rest = set(stratum.population) - set(stratum.sample)
        highest = max((spot_checks.digest(seed, each) for each in stratum.sample), default="")
        assert all(spot_checks.digest(seed, each) > highest for each in rest)


def _rule(**changes: object) -> SpotCheck:
    return SpotCheck.model_validate(
        {
            "share_percent": 20,
            "strata": ["township", "level"],
            "rounding": "ceiling",
            "includes_lowered": True,
            "working_days": 5,
            "clause": "抽查",
        }
        | changes
    )


def _county(lowered: int = 0) -> list[Candidate]:
    """Four townships with ten branches each, all 二星; the first `lowered` were lowered."""
    return [
        Candidate(UUID(int=100 + number), TOWNSHIPS[number % 4], 2, number < lowered)
        for number in range(40)
    ]


def test_twenty_percent_of_ten_in_each_of_four_townships() -> None:
    drawn = spot_checks.draw("种子", _rule(), _county())
    assert [len(stratum.sample) for stratum in drawn.strata] == [2, 2, 2, 2]
    assert drawn.real_share == "20.00"


def test_the_real_share_is_shown_where_strata_are_small() -> None:
    three = _county()[:3]
    assert spot_checks.draw("s", _rule(), three).real_share == "100.00"
    assert spot_checks.draw("s", _rule(strata=[]), three).real_share == "33.33"
    assert spot_checks.draw("s", _rule(rounding="floor"), three).real_share == "0.00"


def test_branches_lowered_by_the_township_are_in_the_population() -> None:
    drawn = spot_checks.draw("s", _rule(), _county(lowered=8))
    assert drawn.population == 40
    assert spot_checks.draw("s", _rule(includes_lowered=False), _county(8)).population == 32


def test_lowered_branches_may_be_a_stratum_of_their_own() -> None:
    drawn = spot_checks.draw("s", _rule(strata=["lowered"]), _county(lowered=8))
    assert {stratum.key: len(stratum.sample) for stratum in drawn.strata} == {
        (("lowered", "no"),): 7,
        (("lowered", "yes"),): 2,
    }


def test_another_seed_draws_others() -> None:
    samples = {spot_checks.draw(str(seed), _rule(), _county()).sample for seed in range(20)}
    assert len(samples) > 15


def test_nobody_decided_by_a_township_means_nobody_drawn() -> None:
    nothing = spot_checks.draw("s", _rule(), [])
    assert nothing == Draw("s", 20, "ceiling", ())
    assert nothing.real_share == "0.00"


def test_a_known_draw_stays_what_it_was() -> None:
    """Whoever holds seed and ids can recompute it: the order is that of the sha256 digests."""
    drawn = spot_checks.draw("2026", _rule(strata=[], share_percent=5), _county())
    ordered = sorted(_county(), key=lambda c: spot_checks.digest("2026", c.application_id))
    assert drawn.strata[0].sample == tuple(each.application_id for each in ordered[:2])
    assert spot_checks.digest("2026", UUID(int=100)) == (
        "c5a5d1a0acb7dce4e0b0757d12956f2fee25bf70ea01d904a7dc6df3f95663c7"
    )


@pytest.mark.parametrize(("rounding", "expected"), [("ceiling", 2), ("half_up", 2), ("floor", 1)])
def test_rounding_of_a_share_that_lies_half_way(rounding: str, expected: int) -> None:
    assert spot_checks.size(_rule(rounding=rounding, share_percent=50), 3) == expected
