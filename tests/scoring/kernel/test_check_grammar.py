"""Mistakes in rules, groups, quotas and what stands in for a score, each with its place."""

from collections.abc import Callable

import pytest

from services.scoring.kernel.check import check
from services.scoring.kernel.grammar import Policy
from tests.scoring.kernel.rich import Content, by_points, rich, rich_content

Change = Callable[[Content], object]


def changed(change: Change) -> Policy:
    content = rich_content()
    content = Policy.model_validate(content).model_dump(mode="json")
    change(content)
    return Policy.model_validate(content)


def place(kind: str) -> str:
    codes = [item.code for item in rich().stars[1].items]
    return f"stars.1.items.{codes.index(f'rich_{kind}')}"


def item(content: Content, kind: str) -> Content:
    items: list[Content] = content["stars"][1]["items"]
    return next(one for one in items if one["code"] == f"rich_{kind}")


def rule(content: Content, kind: str) -> Content:
    found: Content = item(content, kind)["rule"]
    return found


def line(content: Content, number: int) -> Content:
    found: Content = content["stars"][0]["bottom_lines"][number]
    return found


def points_from(level: int, start: str) -> Change:
    def change(content: Content) -> None:
        by_points(content)
        content["levels"][level]["from_points"] = start

    return change


def requires(*pairs: tuple[str, str]) -> Change:
    rows = [{"star": one, "requires": other, "clause": "前提"} for one, other in pairs]
    return lambda content: content.update(star_prerequisites=rows)


def unreachable_requirement(content: Content) -> None:
    requires(("industry", "civility"))(content)
    content["stars"][1]["groups"][0]["points"] = "18.01"


def all_renormalised(content: Content) -> None:
    for one in content["stars"][1]["items"]:
        if one["block"] == "base":
            one["when_not_applicable"] = "renormalised"


MISTAKES: dict[str, tuple[Change, str, str]] = {
    "sub-items short of the maximum": (
        lambda c: rule(c, "composite").update(max_points="28.01"),
        "parts_sum",
        place("composite"),
    ),
    "sub-items that must add up and do not": (
        lambda c: rule(c, "composite").update(sum="adds_up"),
        "parts_sum",
        place("composite"),
    ),
    "an inner cap that keeps the maximum away": (
        lambda c: rule(c, "composite")["caps"][0].update(most_points="7.99"),
        "caps_below_maximum",
        place("composite"),
    ),
    "an inner cap on a part that is not there": (
        lambda c: rule(c, "composite")["caps"][0]["parts"].append("nothing"),
        "unknown_part",
        place("composite") + ".rule.caps.0",
    ),
    "a part under two caps": (
        lambda c: rule(c, "composite")["caps"].append(dict(rule(c, "composite")["caps"][0])),
        "part_in_two_caps",
        place("composite"),
    ),
    "a part that bears an item's code": (
        lambda c: rule(c, "composite")["parts"][0].update(code="rich_awarded"),
        "duplicate_code",
        place("composite") + ".rule.parts.0",
    ),
    "a gap between bands": (
        lambda c: rule(c, "bands")["rows"][1]["any_of"][0].update(below="79"),
        "band_gap",
        place("bands"),
    ),
    "bands that overlap": (
        lambda c: rule(c, "bands")["rows"][1]["any_of"][0].update(below="81"),
        "band_overlap",
        place("bands"),
    ),
    "steps in the wrong order": (
        lambda c: rule(c, "steps")["steps"].reverse(),
        "steps_order",
        place("steps"),
    ),
    "places in the wrong order": (
        lambda c: rule(c, "ranked")["places"].reverse(),
        "places_order",
        place("ranked"),
    ),
    "a measure that nobody declared": (
        lambda c: rule(c, "proportion").update(measure="nothing"),
        "unknown_measure",
        place("proportion"),
    ),
    "a measure that ends before it begins": (
        lambda c: c["measures"][2].update(minimum="501"),
        "measure_range",
        "measures.2",
    ),
    "a fact read with other decimals": (
        lambda c: c["measures"].append(c["measures"][1] | {"code": "again", "decimals": 1}),
        "fact_decimals",
        "measures.4",
    ),
    "a measure twice": (
        lambda c: c["measures"].append(c["measures"][0]),
        "duplicate_code",
        "measures.4",
    ),
    "a formula beyond int64": (
        lambda c: (
            c["measures"][1].update(maximum="100000000000"),
            rule(c, "proportion").update(target="90000000000", max_points="100000"),
        ),
        "overflow",
        place("proportion"),
    ),
    "events that can never bring the maximum": (
        lambda c: rule(c, "events").update(
            effect="adds",
            floor_points="0",
            events=[{"event": "late", "name": "迟", "points": "1", "most_points": "3"}],
        ),
        "rule_maximum",
        place("events"),
    ),
    "a load factor that never brings the maximum": (
        lambda c: rule(c, "graded").update(max_points="15.01"),
        "rule_maximum",
        place("graded"),
    ),
    "a department that nobody declared": (
        lambda c: item(c, "awarded").update(department="nobody"),
        "unknown_department",
        place("awarded"),
    ),
    "a default above the maximum": (
        lambda c: item(c, "events")["when_missing"].update(points="8.01"),
        "default_above_maximum",
        place("events"),
    ),
    "a default for a whole composite": (
        lambda c: item(c, "composite").update(when_missing={"kind": "default", "points": "1"}),
        "default_on_composite",
        place("composite"),
    ),
    "an item for some, and nothing for the others": (
        lambda c: item(c, "steps").pop("when_not_applicable"),
        "only_without_rule",
        place("steps"),
    ),
    "an item for organizations that are not judged": (
        lambda c: item(c, "steps")["only"].update(sectors=["community"]),
        "scope_outside",
        place("steps"),
    ),
    "a rank among one": (
        lambda c: item(c, "ranked")["only"].update(organizations=["甲村"]),
        "group_of_one",
        place("ranked"),
    ),
    "a bonus that is renormalised": (
        lambda c: item(c, "occurring").update(when_not_applicable="renormalised"),
        "renormalised_outside_base",
        place("occurring"),
    ),
    "a base item that is left out": (
        lambda c: item(c, "bands").update(when_not_applicable="left_out"),
        "left_out_of_base",
        place("bands"),
    ),
    "a deduction in full where it does not apply": (
        lambda c: c["stars"][0]["items"][-1].update(when_not_applicable="full_marks"),
        "full_deduction",
        "stars.0.items.10",
    ),
    "a base that may vanish": (all_renormalised, "nothing_to_renormalise", "stars.1"),
    "a group line above the group": (
        lambda c: c["stars"][1]["groups"][0].update(points="18.00", operator=">"),
        "group_unreachable",
        "stars.1.groups.0",
    ),
    "a group with an item of another star": (
        lambda c: c["stars"][1]["groups"][0]["items"].append("team_role"),
        "unknown_item",
        "stars.1.groups.0",
    ),
    "levels that overlap in points": (points_from(2, "100"), "level_overlap", "levels.2"),
    "levels that leave the lowest points out": (points_from(0, "1"), "level_gap", "levels.0"),
    "a level above all points": (points_from(5, "613"), "level_unreachable", "levels.5"),
    "levels by stars and by points": (
        lambda c: (c["levels"][2].pop("min_stars"), c["levels"][2].update(from_points="1")),
        "level_mixed",
        "levels",
    ),
    "a level that nobody settles": (
        lambda c: c["procedure"]["department"].update(reviews_from_level=4),
        "level_undecided",
        "procedure.department.reviews_from_level",
    ),
    "stars that need each other": (
        requires(
            ("civility", "industry"), ("industry", "peace_harmony"), ("peace_harmony", "civility")
        ),
        "prerequisite_circle",
        "star_prerequisites.2",
    ),
    "a star that needs itself": (
        requires(("civility", "civility")),
        "prerequisite_circle",
        "star_prerequisites.0",
    ),
    "a star that needs no star": (
        requires(("civility", "nothing")),
        "unknown_star",
        "star_prerequisites.0",
    ),
    "a star that needs one nobody reaches": (
        unreachable_requirement,
        "star_unreachable",
        "star_prerequisites.0",
    ),
    "a quota of an unknown star": (
        lambda c: c["quotas"][0].update(star="nothing"),
        "unknown_star",
        "quotas.0",
    ),
    "a quota of an unknown level": (
        lambda c: c["quotas"][1].update(level=9),
        "unknown_level",
        "quotas.1",
    ),
    "a quota of the lowest level": (
        lambda c: c["quotas"][1].update(level=0),
        "quota_on_lowest",
        "quotas.1",
    ),
    "a quota without places": (
        lambda c: c["quotas"][0].update(at_most=0),
        "quota_of_nothing",
        "quotas.0",
    ),
    "a quota of a star by stars": (
        lambda c: c["quotas"][0].update(order=["stars"]),
        "quota_order",
        "quotas.0",
    ),
    "two quotas of one star": (
        lambda c: c["quotas"].append({**c["quotas"][0], "code": "again"}),
        "duplicate_quota",
        "quotas.2",
    ),
    "a cap at a level that is not there": (
        lambda c: line(c, 2)["effect"].update(level=9),
        "unknown_level",
        "stars.0.bottom_lines.2",
    ),
    "influence periods out of order": (
        lambda c: line(c, 1)["rule"]["sanctions"][0]["periods"].reverse(),
        "periods_order",
        "stars.0.bottom_lines.1",
    ),
    "a sanction twice": (
        lambda c: line(c, 1)["rule"]["sanctions"].append(line(c, 1)["rule"]["sanctions"][0]),
        "duplicate_code",
        "stars.0.bottom_lines.1",
    ),
    "two amounts for one level": (
        lambda c: c["linkages"][2]["amounts"].append({"level": 3, "amount": "1"}),
        "duplicate_code",
        "linkages.2",
    ),
    "residents between levels the wrong way": (
        lambda c: c["linkages"][6].update(from_level=5, to_level=1),
        "level_order",
        "linkages.6",
    ),
}


def test_the_policy_of_everything_has_no_mistake() -> None:
    assert check(rich()) == ()


def test_levels_by_points_may_tile() -> None:
    assert check(changed(by_points)) == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_where_it_stands(mistake: str) -> None:
    change, code, where = MISTAKES[mistake]
    faults = check(changed(change))
    assert (code, where) in {(fault.code, fault.where) for fault in faults}
    assert all(fault.zh for fault in faults)


def test_a_deduction_cap_above_what_can_be_deducted_is_harmless() -> None:
    assert check(changed(lambda c: c["totals"].update(deduction_cap_points="100000"))) == ()


def test_zero_says_something() -> None:
    def below_zero(content: Content) -> None:
        rows = rule(content, "bands")["rows"]
        for one in rows:
            one["any_of"][0]["measure"] = "income"
        rows[2]["any_of"][0].update(from_value="-100", below="0")

    policy = changed(below_zero)
    again = Policy.model_validate(policy.model_dump(mode="json"))
    assert again == policy
    assert "rich_bands" in str(policy.model_dump(mode="json"))
    assert rule(policy.model_dump(mode="json"), "bands")["rows"][2]["any_of"][0]["below"] == "0"
