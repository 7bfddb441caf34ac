"""Mistakes in a policy are found before anyone is judged by it, each with clause and place."""

from collections.abc import Callable
from typing import Any

import pytest

from services.scoring.kernel.check import check
from services.scoring.kernel.errors import PolicyError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import compile_policy
from tests.scoring.kernel.documents import preset

Content = dict[str, Any]


def changed(change: Callable[[Content], object]) -> Policy:
    content = preset().model_dump(mode="json")
    change(content)
    return Policy.model_validate(content)


def linkage(content: Content, code: str) -> Content:
    found: Content = next(one for one in content["linkages"] if one["code"] == code)
    return found


def star(content: Content, number: int = 0) -> Content:
    found: Content = content["stars"][number]
    return found


def limits(content: Content) -> list[Content]:
    found: list[Content] = star(content, 2)["bottom_lines"][0]["rule"]["limits"]
    return found


MISTAKES: dict[str, tuple[Callable[[Content], object], str, str]] = {
    "items that do not add up": (
        lambda c: star(c)["items"][0]["rule"].update(max_points="19.99"),
        "base_sum",
        "stars.0",
    ),
    "a line above what a star can reach": (
        lambda c: c["lines"][1].update(points="118.01"),
        "line_unreachable",
        "stars.2",
    ),
    "a strict line at the top": (
        lambda c: c["lines"][0].update(points="100.00", operator=">"),
        "line_unreachable",
        "stars.0",
    ),
    "an item twice": (
        lambda c: star(c, 1)["items"][0].update(code="secretary_ability"),
        "duplicate_code",
        "stars.1.items.0",
    ),
    "a stage twice": (
        lambda c: c["stages"][1].update(code="self"),
        "duplicate_code",
        "stages.1",
    ),
    "an undeclared department": (
        lambda c: star(c).update(department="nobody"),
        "unknown_department",
        "stars.0",
    ),
    "an undeclared source office": (
        lambda c: star(c)["bottom_lines"][1].update(source_office="nobody"),
        "unknown_source_office",
        "stars.0.bottom_lines.1",
    ),
    "a limit that everyone reaches": (
        lambda c: limits(c)[0].update(count=0),
        "limit_always_hit",
        "stars.2.bottom_lines.0",
    ),
    "an event twice": (
        lambda c: limits(c)[0].update(event="city_group_visit"),
        "duplicate_code",
        "stars.2.bottom_lines.0",
    ),
    "no level for no star": (
        lambda c: c["levels"][0].update(min_stars=1),
        "level_gap",
        "levels.0",
    ),
    "a level that needs no more than the one below": (
        lambda c: c["levels"][3].update(min_stars=2),
        "level_overlap",
        "levels.3",
    ),
    "a level above all stars": (
        lambda c: c["levels"][5].update(min_stars=6),
        "level_unreachable",
        "levels.5",
    ),
    "a struck listing that falls to no level": (
        lambda c: c["procedure"]["determination"].update(struck_level=9),
        "unknown_level",
        "procedure.determination.struck_level",
    ),
    "a prerequisite that is no star": (
        lambda c: c["prerequisites"][0].update(star="nothing"),
        "unknown_star",
        "prerequisites.0",
    ),
    "a prerequisite that lifts": (
        lambda c: c["prerequisites"][0].update(otherwise_level=4),
        "prerequisite_order",
        "prerequisites.0",
    ),
    "a prerequisite of an unknown level": (
        lambda c: c["prerequisites"][0].update(from_level=9),
        "unknown_level",
        "prerequisites.0",
    ),
    "a linkage nobody pays": (
        lambda c: linkage(c, "county_award").update(payer="nobody"),
        "unknown_payer",
        "linkages.2",
    ),
    "a linkage of an unknown level": (
        lambda c: linkage(c, "county_award")["amounts"][0].update(level=9),
        "unknown_level",
        "linkages.2",
    ),
    "residents of an unknown star": (
        lambda c: linkage(c, "residents_70").update(star="nothing"),
        "unknown_star",
        "linkages.6",
    ),
    "a post without a rate": (
        lambda c: linkage(c, "star_pay")["rates"].pop(0),
        "post_without_rate",
        "linkages.1",
    ),
    "a post with two rates": (
        lambda c: linkage(c, "star_pay")["rates"][0]["posts"].append("member"),
        "duplicate_code",
        "linkages.1",
    ),
    "a rate for an unknown post": (
        lambda c: linkage(c, "star_pay")["rates"][0]["posts"].append("nobody"),
        "unknown_post",
        "linkages.1",
    ),
    "pay that does not start at level 0": (
        lambda c: linkage(c, "performance")["paid"].pop(0),
        "level_gap",
        "linkages.0",
    ),
}


def test_the_preset_has_no_mistake() -> None:
    assert check(preset()) == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_where_it_stands(mistake: str) -> None:
    change, code, where = MISTAKES[mistake]
    faults = check(changed(change))
    assert (code, where) in {(fault.code, fault.where) for fault in faults}
    assert all(fault.zh for fault in faults)


def test_points_that_could_overflow_are_refused() -> None:
    def many(content: Content) -> None:
        item = {**star(content)["items"][0], "rule": {"kind": "awarded", "max_points": "100000"}}
        star(content)["items"] += [{**item, "code": f"item_{n}"} for n in range(300)]

    assert "overflow" in {fault.code for fault in check(changed(many))}


def test_compiling_refuses_with_all_mistakes_at_once() -> None:
    def two(content: Content) -> None:
        star(content).update(department="nobody")
        content["lines"][0].update(points="100.01")

    with pytest.raises(PolicyError) as raised:
        compile_policy(changed(two))
    assert {fault.code for fault in raised.value.faults} == {
        "unknown_department",
        "line_unreachable",
    }


def test_the_first_stage_must_give_scores() -> None:
    with pytest.raises(ValueError, match="第一个环节"):
        changed(lambda c: c["stages"][0].update(effect="lowers"))
