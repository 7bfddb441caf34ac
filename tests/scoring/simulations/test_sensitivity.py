"""How close verdicts stand to a line, worked out by hand."""

import pytest

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.simulations.domain.sensitivity import Sensitivity, sensitivity
from services.scoring.simulations.domain.trials import try_out
from services.scoring.simulations.domain.variants import changed
from tests.scoring.kernel.documents import STARS, branch, preset, preset_plan, star_scores
from tests.scoring.simulations.trying import change, county


def village(name: str, points: int, township: str = "t1") -> OrganizationInput:
    scores = star_scores(preset(), "civility", points)
    one = branch(preset(), ("civility",), name)
    return one.model_copy(update={"scores": {"self": scores}, "township_id": township})


COUNTY = (
    village("a", 8500),  # exactly on the total line
    village("b", 8499, "t2"),
    village("c", 8550),  # half a point above is still within
    village("d", 8551),
    village("e", 7500, "t2"),  # on the base line, far below the total line
    village("f", 9000),
)


def close(within: int, operator: str = ">=") -> Sensitivity:
    policy, _ = changed(preset(), [change("lines.total_line.operator", operator)])
    assert policy is not None
    return sensitivity(try_out(compile_policy(policy), COUNTY, provisional=False), within)


def test_half_a_point_both_sides_and_the_line_itself() -> None:
    found = close(50)
    assert (found.verdicts, found.close_verdicts, found.organizations) == (6, 4, 4)
    tally = found.tally()
    assert (tally.below, tally.on, tally.above) == (1, 2, 1)
    total = found.tally(line="total_line")
    assert (total.below, total.on, total.above, total.deciding) == (1, 1, 1, 3)
    base = found.tally(line="base_line")
    # Without the base line's 75.00 the village misses the total line all the same.
    assert (base.below, base.on, base.above, base.deciding) == (0, 1, 0, 0)
    assert vars(found.tally(township_id="t2")) == {"below": 1, "on": 1, "above": 0, "deciding": 1}
    assert vars(found.tally(star="industry")) == {"below": 0, "on": 0, "above": 0, "deciding": 0}


def test_the_nearest_come_first_with_side_and_verdict() -> None:
    first = [(x.organization_id, x.line, x.distance, x.side, x.met) for x in close(50).close]
    assert first == [
        ("a", "total_line", 0, "on", True),
        ("e", "base_line", 0, "on", True),
        ("b", "total_line", -1, "below", False),
        ("c", "total_line", 50, "above", True),
    ]


def test_on_a_line_that_excludes_its_number_the_star_is_not_held() -> None:
    on = next(each for each in close(0, ">").close if each.organization_id == "a")
    assert (on.side, on.met, on.awarded, on.decides) == ("on", False, False, True)


@pytest.mark.parametrize(("within", "count"), [(0, 2), (1, 3), (49, 3), (50, 4), (51, 5)])
def test_the_bound_belongs_to_it(within: int, count: int) -> None:
    assert close(within).close_verdicts == count


def test_it_says_the_same_as_counting_by_hand() -> None:
    organizations = county(120, seed=7)
    trial = try_out(preset_plan(), organizations, provisional=False)
    expected = 0
    for index, one in enumerate(organizations):
        for row, star in enumerate(preset().stars):
            if star.code in one.applied:
                base, total = (
                    int(x[row, index]) for x in (trial.outcome.base, trial.outcome.total)
                )
                expected += abs(base - 7500) <= 50 or abs(total - 8500) <= 50
    assert sensitivity(trial, 50).close_verdicts == expected > 0


def _scored(base: int) -> OrganizationInput:
    """All five stars applied for with so many points each."""
    one = branch(preset(), STARS)
    scores = {code: n for star in STARS for code, n in star_scores(preset(), star, base).items()}
    return one.model_copy(update={"scores": {"self": scores}})


def _policy(**changes: object) -> Plan:
    content = preset().model_dump(mode="json")
    for key, value in changes.items():
        content[key] = value
    return compile_policy(Policy.model_validate(content))


def test_the_line_of_a_group_is_a_line_too() -> None:
    content = preset().model_dump(mode="json")
    star = next(one for one in content["stars"] if one["code"] == "civility")
    group = {"code": "minds", "name": "思想", "items": ["ideology_study", "moral_building"],
             "operator": ">=", "points": "49.80", "clause": "小组线"}  # fmt: skip
    star["groups"] = [group]
    plan = _policy(stars=content["stars"])
    # 25 + 25 = 50.00 is 0.20 above the group's line; 49.79 would be 0.01 below.
    trial = try_out(plan, [village("a", 9000)], provisional=False)
    [close] = sensitivity(trial, 50).close
    assert (close.kind, close.line, close.distance, close.met) == ("group", "minds", 20, True)
    assert (close.awarded, close.decides) == (True, True)
    short = village("b", 9000)
    scores = {**short.scores["self"], "ideology_study": 2479, "culture_and_sports": 2500}
    below = short.model_copy(update={"scores": {"self": scores}})
    [close] = sensitivity(try_out(plan, [below], provisional=False), 50).close
    assert (close.distance, close.met, close.awarded, close.decides) == (-1, False, False, True)


def test_where_a_level_by_points_begins_is_a_line_of_the_whole_branch() -> None:
    levels = [
        {**band, "min_stars": None, "from_points": f"{90 * band['level']}"}
        for band in preset().model_dump(mode="json")["levels"]
    ]
    plan = _policy(levels=levels, prerequisites=[])
    # Five times 90.05 is 450.25: a quarter of a point above where 五星 begins.
    trial = try_out(plan, [_scored(9005)], provisional=False)
    found = sensitivity(trial, 50)
    assert (found.close_verdicts, found.close_levels, found.organizations) == (0, 1, 1)
    [close] = found.close
    assert (close.kind, close.star, close.line, close.distance) == ("level", "", "5", 25)
    assert (close.met, close.awarded, close.decides) == (True, True, True)
    # 449.75 is as much below: nothing but these points keeps the branch from 五星.
    [close] = sensitivity(try_out(plan, [_scored(8995)], provisional=False), 50).close
    assert (close.line, close.distance, close.awarded, close.decides) == ("5", -25, False, True)
    assert vars(sensitivity(trial, 50).tally(kind="level", line="5")) == {
        "below": 0, "on": 0, "above": 1, "deciding": 1,
    }  # fmt: skip
