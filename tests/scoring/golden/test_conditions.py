"""What stands beside the rules, worked out by hand: gaps, events, influence, effects, groups."""

from datetime import date
from typing import Any

import pytest

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    Answer,
    DatedSanction,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.kernel.plan import compile_policy
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said
from tests.scoring.golden.sheets import awarded, item, plan_of, said, totals
from tests.scoring.kernel.documents import preset


def test_not_applicable_scales_the_others_up() -> None:
    plan = plan_of(awarded("x", "7"), awarded("y", "3", when_not_applicable="renormalised"))
    away = NotApplicable(not_applicable=True, reason="没有")
    # 5 of the 7 points that apply, of 10: 7.142857… -> 7.14.
    assert totals(plan, said({"x": 500, "y": away})) == [714]
    assert totals(plan, said({"x": 500, "y": 200})) == [700]


def test_an_item_applies_as_a_whole_or_not_at_all() -> None:
    parts = [
        {"code": code, "name": f"分项{code}", "clause": "分", "rule": awarded(code, most)["rule"]}
        for code, most in (("a", "1"), ("b", "2"))
    ]
    rule = {"kind": "composite", "max_points": "3", "sum": "adds_up", "parts": parts}
    plan = plan_of(awarded("x", "7"), item(rule, code="y", when_not_applicable="renormalised"))
    away = NotApplicable(not_applicable=True, reason="没有")
    one = said({"x": 700, "a": away, "b": away})
    later: dict[str, dict[str, Said]] = {"township": {"a": 100, "b": 150}}
    whole = one.model_copy(update={"scores": {**one.scores, **later}})
    assert totals(plan, whole) == [950]
    later["township"].pop("b")
    part = one.model_copy(update={"scores": {**one.scores, **later}})
    with pytest.raises(InputError) as refused:
        Inputs.of(plan, [part])
    assert [(each.code, each.subject) for each in refused.value.faults] == [
        ("partly_not_applicable", "y")
    ]


def test_an_item_for_some_kinds_only() -> None:
    only = {"kinds": ["joint_branch"]}
    own = awarded("y", "3", only=only, when_not_applicable="full_marks")
    plan = plan_of(awarded("x", "7"), own)
    assert totals(plan, said({"x": 500})) == [800]
    assert totals(plan, said({"x": 500, "y": 100}, kind="joint_branch")) == [600]


def test_missing_scores_take_the_default_or_the_average_of_the_peers() -> None:
    average = {"kind": "peer_average", "within": "county", "rounding": "half_up"}
    plan = plan_of(
        awarded("x", "7", when_missing={"kind": "default", "points": "1.5"}),
        awarded("y", "3", when_missing=average),
    )
    # The peers have 1, 2 and 2: 1.666… -> 1.67.
    peers = [said({"x": 0, "y": y}, f"p{n}") for n, y in enumerate((100, 200, 200))]
    assert totals(plan, said({}), *peers) == [150 + 167, 100, 200, 200]


def test_a_measure_that_is_a_fact_is_never_entered() -> None:
    rule = {
        "kind": "proportion",
        "max_points": "10",
        "measure": "income",
        "target": "200000",
        "better": "higher",
        "rounding": "half_up",
    }
    plan = plan_of(item(rule))
    # 50,000.00 yuan of 200,000: a quarter.
    assert totals(plan, said({}, facts={"collective_income": 5_000_000})) == [250]


HONOURS = {
    "kind": "occurring",
    "max_points": "10",
    "same_event": "highest",
    "across": "policy",
    "events": [
        {"event": "province", "name": "省级", "points": "5"},
        {"event": "city", "name": "市级", "points": "3"},
    ],
}


def test_the_same_event_counts_once_and_highest_across_items() -> None:
    plan = plan_of(awarded("x", "10"), item(HONOURS, "a", "bonus"), item(HONOURS, "b", "bonus"))

    def listed(*events: tuple[str, str]) -> Occurrences:
        return Occurrences(
            occurrences=tuple(Occurrence(event=kind, reference=paper) for kind, paper in events)
        )

    both = {"a": listed(("city", "文1"), ("city", "文2")), "b": listed(("province", "文1"))}
    # Paper 1 counts 5 under b, paper 2 counts 3 under a.
    assert totals(plan, said({"x": 0, **both})) == [800]
    once = {"a": listed(("city", "文1")), "b": listed(("city", "文1"))}
    assert totals(plan, said({"x": 0, **once})) == [300]


@pytest.mark.parametrize(
    ("decided_on", "counts"),
    # By the older rules 12 months, by those of 2024 18; looked at on 8 May 2026.
    [
        (date(2023, 12, 31), False),  # until 30 December 2024
        (date(2024, 1, 1), False),  # until 30 June 2025
        (date(2024, 11, 8), False),  # until 7 May 2026
        (date(2024, 11, 9), True),  # until 8 May 2026
        (date(2026, 5, 8), True),
        (date(2026, 5, 9), False),  # not decided yet
    ],
)
def test_an_influence_period_by_the_rules_of_its_day(
    decided_on: date,
    counts: bool,  # noqa: FBT001 -- a case
) -> None:
    periods = [
        {"decided_from": "2016-01-01", "months": 12, "clause": "旧规"},
        {"decided_from": "2024-01-01", "months": 18, "clause": "新规"},
    ]
    warning = {"sanction": "warning", "name": "警告", "periods": periods}
    line = {
        "code": "disciplined",
        "name": "处分影响期未满",
        "clause": "底线",
        "source_office": "discipline_commission",
        "rule": {"kind": "in_influence", "sanctions": [warning]},
    }
    content = plan_of(awarded("x", "10")).policy.model_dump(mode="json")
    content["stars"][0]["bottom_lines"] = [line]
    plan = compile_policy(Policy.model_validate(content))
    sanction = DatedSanction(sanction="warning", decided_on=decided_on, reference="决定1号")
    answers: dict[str, Answer] = {
        "disciplined": SanctionsAnswer(sanctions=(sanction,), reference="函1号")
    }
    one = said({"x": 1000}, answers=answers)
    assert bool(evaluate(plan, Inputs.of(plan, [one])).hit[0, 0]) is counts


@pytest.mark.parametrize(
    ("effect", "level"),
    [(None, 4), ({"kind": "lowers_level", "by": 1}, 4), ({"kind": "caps_level", "level": 3}, 3)],
)
def test_a_bottom_line_takes_a_star_or_a_level_or_bars_the_top(
    effect: dict[str, Any] | None, level: int
) -> None:
    content = preset().model_dump(mode="json")
    line = next(
        line
        for star in content["stars"]
        for line in star["bottom_lines"]
        if line["code"] == "land_use"
    )
    if effect is not None:
        line["effect"] = effect
    plan = compile_policy(Policy.model_validate(content))
    full = {
        each["code"]: int(float(each["rule"]["max_points"]) * 100) if each["block"] == "base" else 0
        for star in content["stars"]
        for each in star["items"]
    }
    hit = ReportedAnswer(hit=True, reference="函1号")
    one = said(
        dict(full),
        applied=tuple(star["code"] for star in content["stars"]),
        answers={"land_use": hit},
    )
    outcome = evaluate(plan, Inputs.of(plan, [one], provisional=True))
    assert outcome.level.tolist() == [level]
    assert outcome.star_count.tolist() == [4 if effect is None else 5]


def test_a_group_must_reach_its_own_line() -> None:
    group = {
        "code": "g",
        "name": "组",
        "items": ["y"],
        "operator": ">=",
        "points": "2",
        "clause": "组",
    }
    content = plan_of(awarded("x", "7"), awarded("y", "3")).policy.model_dump(mode="json")
    content["stars"][0]["groups"] = [group]
    plan = compile_policy(Policy.model_validate(content))
    met = evaluate(
        plan, Inputs.of(plan, [said({"x": 700, "y": 199}), said({"x": 0, "y": 200}, "p")])
    )
    assert met.awarded[0].tolist() == [False, True]
