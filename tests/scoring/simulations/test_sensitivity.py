"""How close verdicts stand to a line, worked out by hand."""

import pytest

from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import compile_policy
from services.scoring.simulations.domain.sensitivity import Sensitivity, sensitivity
from services.scoring.simulations.domain.trials import try_out
from services.scoring.simulations.domain.variants import changed
from tests.scoring.kernel.documents import branch, preset, preset_plan, star_scores
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
