"""Where missing points could come from: by hand, and tried out on random counties."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import compile_policy
from services.scoring.kernel.said import NotApplicable
from services.scoring.simulations.domain.nearest import nearest
from services.scoring.simulations.domain.rooms import rooms
from services.scoring.simulations.domain.trials import Trial, try_out
from tests.scoring.kernel.documents import branch, preset

STAR = "industry"


def policy(*items: dict[str, Any], **more: object) -> Policy:
    """The second edition with one star of these items."""
    content = preset().model_dump(mode="json")
    star = next(one for one in content["stars"] if one["code"] == STAR)
    star["items"] = [
        {"name": one["code"], "clause": f"细则·{one['code']}", "block": "base", **one}
        for one in items
    ]
    steps = content["procedure"]
    steps["township"]["decides_up_to_level"], steps["department"]["reviews_from_level"] = 0, 1
    steps["determination"] |= {"listing_from_level": 1, "struck_level": 0}
    alone = {"levels": content["levels"][:2], "prerequisites": [], "linkages": []}
    return Policy.model_validate(content | alone | {"stars": [star]} | more)


def awarded(code: str, points: str, **more: object) -> dict[str, Any]:
    return {"code": code, "rule": {"kind": "awarded", "max_points": points}, **more}


def composite(**more: object) -> dict[str, Any]:
    parts = [awarded("one", "30"), awarded("two", "30"), awarded("three", "20")]
    rule = {
        "kind": "composite",
        "max_points": "60",
        "sum": "capped",
        "parts": [{**part, "name": part["code"], "clause": "分项"} for part in parts],
        "caps": [{"parts": ["one", "two"], "most_points": "45", "clause": "内限"}],
    }
    return {"code": "whole", "rule": rule, **more}


def tried(own: Policy, **said: int | NotApplicable) -> Trial:
    answers = {
        code: answer
        for code, answer in branch(preset()).answers.items()
        if code in {line.code for line in own.stars[0].bottom_lines}
    }
    one = branch(preset(), (STAR,)).model_copy(
        update={"scores": {"self": said}, "answers": answers}
    )
    return try_out(compile_policy(own), [one], provisional=False)


def found(trial: Trial) -> list[tuple[str, int, int]]:
    [miss] = nearest(trial, 1)
    return [(room.item, room.room, room.gain) for room in miss.items]


def test_what_does_not_apply_has_no_room_and_makes_the_others_worth_more() -> None:
    away = NotApplicable(not_applicable=True, reason="没有合作社")
    own = policy(
        awarded("reform", "50"),
        awarded("cooperative", "50", when_not_applicable="renormalised"),
        awarded("prize", "10", block="bonus"),
    )
    trial = tried(own, reform=3500, cooperative=away, prize=0)
    # 35 of 50 are 70.00 of 100; 15 points of the item are 30.00 of the star.
    [miss] = nearest(trial, 1)
    assert (miss.short, [each.short for each in miss.reasons]) == (1500, [500, 1500])
    assert found(trial) == [("reform", 1500, 3000)]


def test_a_composite_item_is_told_by_its_parts_within_their_caps() -> None:
    own = policy(composite(), awarded("plain", "40"))
    trial = tried(own, one=2000, two=1500, three=500, plain=3500)
    # 35 of 45 under the cap, 40 of 60 in all: ten for either of both, fifteen for the third.
    assert found(trial) == [("three", 1500, 1500), ("one", 1000, 1000), ("two", 1000, 1000),
                            ("plain", 500, 500)]  # fmt: skip
    full = tried(own, one=3000, two=3000, three=500, plain=3000)
    assert found(full) == [("three", 1000, 1000), ("plain", 1000, 1000)]


def test_a_group_names_its_own_items_first() -> None:
    group = {
        "code": "paper", "name": "材料", "items": ["plain"],
        "operator": ">=", "points": "35", "clause": "小组线",
    }  # fmt: skip
    content = policy(composite(), awarded("plain", "40")).model_dump(mode="json")
    content["stars"][0]["groups"] = [group]
    own = Policy.model_validate(content)
    # 58 + 30 = 88 meets both lines, the group lacks 5.
    trial = tried(own, one=3000, two=1500, three=1300, plain=3000)
    assert found(trial) == [("plain", 1000, 1000)]
    # 40 + 30 = 70 misses the lines as well: the group's item comes first.
    trial = tried(own, one=2000, two=1500, three=500, plain=3000)
    assert [code for code, *_ in found(trial)] == ["plain", "three", "one", "two"]


def test_bonus_and_deduction_count_as_far_as_their_caps_let_them() -> None:
    totals = preset().totals.model_dump(mode="json")
    own = policy(
        awarded("reform", "100"),
        awarded("prize", "30", block="bonus"),
        awarded("blame", "30", block="deduction"),
        totals=totals | {"deduction_cap_points": "10"},
    )
    trial = tried(own, reform=7500, prize=1500, blame=1600)
    # 75 + 15 - 10 = 80. The bonus has 5 left under its cap; without 16 of blame 10 come back.
    assert found(trial) == [("reform", 2500, 2500), ("blame", 1600, 1000), ("prize", 500, 500)]


def test_deductions_that_touch_the_base_can_bring_it_back() -> None:
    totals = preset().totals.model_dump(mode="json") | {"deductions_touch": "base"}
    items = (awarded("reform", "100"), awarded("blame", "10", block="deduction"))
    trial = tried(policy(*items, totals=totals), reform=8000, blame=1000)
    assert found(trial) == [("reform", 2000, 2000), ("blame", 1000, 1000)]
    untouched = tried(policy(*items), reform=7000, blame=1000)
    assert found(untouched) == [("reform", 3000, 3000)]


def _exact(trial: Trial) -> int:
    total = trial.verdict(0, 0).sum
    assert total is not None
    return total.base + total.counted_bonus - total.counted_deduction


@st.composite
def cases(draw: st.DrawFn) -> tuple[Policy, dict[str, int | NotApplicable]]:
    """A star of every block, with caps and gaps, and what somebody was given."""
    totals = preset().totals.model_dump(mode="json")
    totals["deductions_touch"] = draw(st.sampled_from(["total", "base"]))
    if draw(st.booleans()):
        totals["deduction_cap_points"] = str(draw(st.integers(0, 30)))
    own = policy(
        composite(),
        awarded("plain", "30"),
        awarded("away", "10", when_not_applicable="renormalised"),
        *(awarded(f"bonus_{n}", "15", block="bonus") for n in range(2)),
        *(awarded(f"blame_{n}", "15", block="deduction") for n in range(2)),
        totals=totals,
    )
    most = {"one": 3000, "two": 3000, "three": 2000, "plain": 3000, "away": 1000}
    most |= {f"{block}_{n}": 1500 for block in ("bonus", "blame") for n in range(2)}
    said: dict[str, int | NotApplicable] = {
        code: draw(st.one_of(st.integers(0, points), st.sampled_from([0, points])))
        for code, points in most.items()
    }
    if draw(st.booleans()):
        said["away"] = NotApplicable(not_applicable=True, reason="没有合作社")
    return own, said


@given(cases())
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_each_room_brings_what_it_is_said_to_be_worth(
    case: tuple[Policy, dict[str, int | NotApplicable]],
) -> None:
    own, said = case
    trial = tried(own, **said)
    for room in rooms(own, trial.verdict(0, 0)):
        points = said[room.item]
        assert isinstance(points, int)
        moved = points - room.room if room.block == "deduction" else points + room.room
        after = tried(own, **{**said, room.item: moved})
        assert _exact(after) - _exact(trial) == room.gain
        assert not room.gain or room.room
