"""Levels and ranks of edition 2, worked out by hand."""

import pytest

from services.scoring.kernel.explain import explain
from services.scoring.kernel.inputs import OrganizationInput, Refusal
from tests.scoring.kernel.documents import STARS, branch, judge, preset, preset_plan, star_scores

PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTIFUL = STARS


@pytest.mark.parametrize(
    ("stars", "level"),
    [
        ((), 0),
        ((CIVILITY,), 1),
        ((CIVILITY, PEACE), 2),
        # 1+4: three or four stars without 基层党建星 make 二星.
        ((CIVILITY, PEACE, INDUSTRY), 2),
        ((CIVILITY, PEACE, INDUSTRY, BEAUTIFUL), 2),
        # With it they make 三星 and 四星.
        ((PARTY, PEACE, INDUSTRY), 3),
        ((PARTY, CIVILITY, PEACE, INDUSTRY), 4),
        (STARS, 5),
    ],
)
def test_stars_make_the_level(stars: tuple[str, ...], level: int) -> None:
    _, outcome = judge(branch(preset(), stars))
    assert (outcome.level[0], outcome.star_count[0]) == (level, len(stars))


def test_without_the_party_building_star_the_stars_are_kept() -> None:
    inputs, outcome = judge(branch(preset(), (CIVILITY, PEACE, INDUSTRY)))
    verdict = explain(preset_plan(), inputs, outcome, 0).level
    assert (verdict.star_count, verdict.level_by_stars, verdict.level) == (3, 3, 2)
    assert [(x.held, x.level, x.clause) for x in verdict.prerequisites] == [(False, 2, "星级·1+4")]


def test_a_refused_party_building_star_brings_five_stars_down_to_two() -> None:
    refusal = Refusal(by="committee", reference="县委纪要6号")
    one = branch(preset()).model_copy(update={"refusals": {PARTY: refusal}})
    _, outcome = judge(one)
    assert (outcome.star_count[0], outcome.level[0]) == (4, 2)


@pytest.mark.parametrize(("stars", "level"), [(STARS, 2), ((PARTY, CIVILITY), 2), ((PARTY,), 1)])
def test_a_struck_listing_falls_to_two_stars_level_at_most(
    stars: tuple[str, ...], level: int
) -> None:
    struck = Refusal(by="committee", reference="县委纪要7号")
    one = branch(preset(), stars).model_copy(update={"listing_struck": struck})
    _, outcome = judge(one)
    assert (outcome.star_count[0], outcome.level[0]) == (len(stars), level)


def never_applied() -> OrganizationInput:
    return branch(preset(), (), "never").model_copy(
        update={"submitted": False, "scores": {}, "answers": {}}
    )


def test_never_applied_is_no_star_and_is_not_the_same_as_not_assessed() -> None:
    community = branch(preset(), (), "community").model_copy(
        update={"sector": "community", "submitted": False}
    )
    young = branch(preset(), (), "young").model_copy(
        update={"in_snapshot": False, "submitted": False}
    )
    inputs, outcome = judge(never_applied(), community, young)
    statuses = [explain(preset_plan(), inputs, outcome, n).status for n in range(3)]
    assert statuses == ["not_applied", "outside_policy", "founded_later"]
    assert outcome.assessed.tolist() == [True, False, False]
    assert outcome.level.tolist() == [0, 0, 0]
    assert outcome.county_rank.tolist() == [1, 0, 0]


def test_an_application_outside_the_policy_wins_nothing() -> None:
    _, outcome = judge(branch(preset()).model_copy(update={"sector": "community"}))
    assert (outcome.star_count[0], outcome.county_rank[0]) == (0, 0)


def ranked(name: str, township: str, stars: tuple[str, ...], base: int) -> OrganizationInput:
    one = branch(preset(), stars, name)
    scores: dict[str, int] = {}
    for star in stars:
        scores |= star_scores(preset(), star, base)
    return one.model_copy(update={"township_id": township, "scores": {"self": scores}})


def test_ranks_share_a_place_and_leave_the_next_one_empty() -> None:
    _, outcome = judge(
        ranked("a", "east", STARS, 9000),  # 五星, 450.00
        ranked("b", "east", STARS[:4], 10000),  # 四星, 400.00
        ranked("c", "west", STARS, 9000),  # 五星, 450.00: equal to a
        ranked("d", "west", STARS[1:], 10000),  # four stars without 基层党建星: 二星
        ranked("e", "west", STARS[:2], 10000),  # 二星 with two stars
        ranked("f", "east", (), 0),  # 无星
        ranked("g", "west", STARS, 8499),  # 无星 with 424.95: every star 0.01 short
    )
    # Level first: b (四星) is before d (二星), and g's many points do not lift it above e.
    # The number of stars puts d before e, the points put g before f.
    assert outcome.county_rank.tolist() == [1, 3, 1, 4, 5, 7, 6]
    assert outcome.township_rank.tolist() == [1, 2, 1, 2, 3, 3, 4]
