"""Every kind of rule, worked out by hand, on and beside its thresholds."""

from datetime import date
from typing import Any

import pytest

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    Answer,
    DatedSanction,
    OrganizationInput,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said, Values
from tests.scoring.kernel.documents import preset

TODAY = date(2026, 5, 8)
RATE = {"code": "rate", "name": "率", "unit": "%", "decimals": 2, "minimum": "0", "maximum": "200"}
HEADS = {
    "code": "heads",
    "name": "数",
    "unit": "人",
    "decimals": 0,
    "minimum": "0",
    "maximum": "99",
}
LOAD = {"code": "load", "name": "系数", "unit": "倍", "decimals": 2, "minimum": "0", "maximum": "2"}
INCOME = {
    "code": "income",
    "name": "集体收入",
    "unit": "元",
    "decimals": 2,
    "minimum": "0",
    "maximum": "10000000",
    "fact": "collective_income",
}


def item(rule: dict[str, Any], code: str = "x", block: str = "base", **more: object) -> Any:  # noqa: ANN401 -- JSON
    return {"code": code, "name": "项", "clause": "款", "block": block, "rule": rule, **more}


def plan_of(*items: dict[str, Any], base: str = "10", **more: object) -> Plan:
    """One star of these items, without lines; `more` replaces parts of the policy."""
    content = preset().model_dump(mode="json")
    star = content["stars"][0] | {"items": list(items), "bottom_lines": [], "base_points": base}
    content |= {
        "stars": [star],
        "lines": [],
        "levels": content["levels"][:2],
        "prerequisites": [],
        "linkages": [],
        "measures": [RATE, HEADS, LOAD, INCOME],
    }
    content["procedure"]["determination"]["struck_level"] = 0
    return compile_policy(Policy.model_validate(content | more))


def said(words: dict[str, Said], name: str = "o1", **more: object) -> OrganizationInput:
    one = OrganizationInput(
        organization_id=name,
        county_id="c",
        township_id="t",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=("party_building",),
        scores={"self": words},
        assessed_on=TODAY,
    )
    return one.model_copy(update=more)


def totals(plan: Plan, *organizations: OrganizationInput) -> list[int]:
    return [int(x) for x in evaluate(plan, Inputs.of(plan, organizations)).total[0]]


def one_total(plan: Plan, word: Said) -> int:
    return totals(plan, said({"x": word}))[0]


def value(**values: float | str) -> Values:
    """Values as a stage gives them: numbers in ints of 0.0001, grades as they are."""
    return Values(
        values={k: v if isinstance(v, str) else round(v * 10_000) for k, v in values.items()}
    )


@pytest.mark.parametrize(
    ("quarrels", "fights", "points"),
    # From 10: a quarrel costs 0.50 (1.50 at most), a fight 3; never below 2.
    [(0, 0, 1000), (1, 0, 950), (3, 0, 850), (9, 0, 850), (0, 2, 400), (3, 2, 250), (3, 9, 200)],
)
def test_deduction_per_event_with_penalties_floor_and_cap(
    quarrels: int, fights: int, points: int
) -> None:
    rule = {
        "kind": "events",
        "effect": "deducts",
        "max_points": "10",
        "floor_points": "2",
        "unlisted": "zero",
        "events": [
            {"event": "quarrel", "name": "纠纷", "points": "0.5", "most_points": "1.5"},
            {"event": "fight", "name": "斗殴", "points": "3"},
        ],
    }
    word = value(quarrel=quarrels, fight=fights)
    assert one_total(plan_of(item(rule)), word) == points


@pytest.mark.parametrize(("heads", "points"), [(0, 0), (1, 400), (2, 400), (3, 1000), (99, 1000)])
def test_stepwise_counts(heads: int, points: int) -> None:
    steps = [{"from_value": "1", "points": "4"}, {"from_value": "3", "points": "10"}]
    rule = {"kind": "steps", "max_points": "10", "measure": "heads", "below_points": "0"}
    assert one_total(plan_of(item(rule | {"steps": steps})), value(heads=heads)) == points


@pytest.mark.parametrize(
    ("rate", "heads", "points"),
    # 90 % or 20 people: 10; 60 % or 10 people: 6; else 0. The ends belong to the higher band.
    [
        (90, 0, 1000),
        (89.99, 0, 600),
        (60, 0, 600),
        (59.99, 0, 0),
        (0, 20, 1000),
        (0, 19, 600),
        (59.99, 9, 0),
        (200, 0, 1000),
    ],
)
def test_half_open_bands_of_one_measure_or_another(rate: float, heads: int, points: int) -> None:
    rows: list[tuple[str, dict[str, tuple[str, str | None]]]] = [
        ("10", {"rate": ("90", None), "heads": ("20", None)}),
        ("6", {"rate": ("60", "90"), "heads": ("10", "20")}),
        ("0", {"rate": ("0", "60"), "heads": ("0", "10")}),
    ]
    rule = {
        "kind": "bands",
        "max_points": "10",
        "rows": [
            {
                "points": own,
                "any_of": [
                    {"measure": code, "from_value": start}
                    | ({} if below is None else {"below": below})
                    for code, (start, below) in edges.items()
                ],
            }
            for own, edges in rows
        ],
    }
    assert one_total(plan_of(item(rule)), value(rate=rate, heads=heads)) == points


@pytest.mark.parametrize(
    ("better", "rounding", "rate", "points"),
    [
        ("higher", "half_up", 12, 1000),
        ("higher", "half_up", 4, 333),  # 10 x 4 / 12 = 3.333…
        ("higher", "ceiling", 4, 334),
        ("higher", "floor", 8, 666),  # 6.666…
        ("higher", "half_up", 8, 667),
        ("higher", "half_up", 0, 0),
        ("lower", "half_up", 12, 1000),
        ("lower", "half_up", 0, 1000),
        ("lower", "half_up", 24, 500),  # 10 x 12 / 24
        ("lower", "half_up", 18, 667),
    ],
)
def test_proportion_to_a_target_in_both_directions(
    better: str, rounding: str, rate: float, points: int
) -> None:
    rule = {
        "kind": "proportion",
        "max_points": "10",
        "measure": "rate",
        "target": "12",
        "better": better,
        "rounding": rounding,
    }
    assert one_total(plan_of(item(rule)), value(rate=rate)) == points


@pytest.mark.parametrize(
    ("parts", "rate", "points"),
    # 0.30 for every point below 95 %, from 10 down to 8.
    [
        ("proportional", 95, 1000),
        ("proportional", 93.5, 955),  # 1.5 x 0.30
        ("proportional", 94.95, 998),  # 0.05 x 0.30 = 0.015, half up 0.02
        ("whole", 93.5, 970),
        ("started", 93.5, 940),
        ("started", 94.99, 970),
        ("started", 80, 800),
        ("whole", 120, 1000),
    ],
)
def test_penalty_per_percentage_point(parts: str, rate: float, points: int) -> None:
    rule = {
        "kind": "per_percentage_point",
        "max_points": "10",
        "floor_points": "8",
        "measure": "rate",
        "target": "95",
        "penalised": "below",
        "points_each": "0.3",
        "parts": parts,
    }
    assert one_total(plan_of(item(rule)), value(rate=rate)) == points


def test_rank_to_points_equals_share_the_better_place() -> None:
    places = [{"up_to": 1, "points": "10"}, {"up_to": 3, "points": "6"}]
    rule = {
        "kind": "ranked",
        "max_points": "10",
        "measure": "rate",
        "better": "higher",
        "within": "county",
        "places": places,
        "otherwise_points": "1",
    }
    # 80, 80, 70, 60: places 1, 1, 3, 4.
    ranked = [said({"x": value(rate=rate)}, f"o{n}") for n, rate in enumerate((70, 80, 60, 80))]
    assert totals(plan_of(item(rule)), *ranked) == [600, 1000, 100, 1000]


@pytest.mark.parametrize(
    ("grade", "load", "points"),
    [("A", 1, 1000), ("A", 1.2, 1000), ("B", 1.25, 938), ("B", 0.9, 675), ("C", 2, 0)],
)
def test_letter_grades_times_a_load_factor(grade: str, load: float, points: int) -> None:
    # B is 7.50; 7.50 x 1.25 = 9.375, half up 9.38; never more than 10.
    rule = {
        "kind": "graded",
        "max_points": "10",
        "rounding": "half_up",
        "load_factor": "load",
        "grades": [
            {"grade": "A", "points": "10"},
            {"grade": "B", "points": "7.5"},
            {"grade": "C", "points": "0"},
        ],
    }
    assert one_total(plan_of(item(rule)), value(grade=grade, load=load)) == points


@pytest.mark.parametrize(("plan", "public", "points"), [(1, 1, 1000), (1, 0, 0), (0, 0, 0)])
def test_all_or_nothing(plan: int, public: int, points: int) -> None:
    conditions = [{"code": "plan", "name": "方案"}, {"code": "public", "name": "公开"}]
    rule = {"kind": "all_or_nothing", "max_points": "10", "conditions": conditions}
    assert one_total(plan_of(item(rule)), value(plan=plan, public=public)) == points


@pytest.mark.parametrize(
    ("parts", "points"),
    # Two visits share a cap of 5; what is written adds up to 6.
    [((400, 400, 600), 1000), ((100, 200, 600), 900), ((500, 500, 0), 500)],
)
def test_a_composite_with_an_inner_cap(parts: tuple[int, int, int], points: int) -> None:
    def part(code: str, most: str) -> dict[str, Any]:
        rule = {"kind": "awarded", "max_points": most}
        return {"code": code, "name": code, "clause": "款", "rule": rule}

    rule = {
        "kind": "composite",
        "max_points": "10",
        "sum": "capped",
        "parts": [part("visits", "5"), part("calls", "5"), part("papers", "6")],
        "caps": [{"parts": ["visits", "calls"], "most_points": "5", "clause": "款"}],
    }
    words: dict[str, Said] = dict(zip(("visits", "calls", "papers"), parts, strict=True))
    assert totals(plan_of(item(rule)), said(words)) == [points]


def _awarded(code: str, most: str, **more: object) -> dict[str, Any]:
    own: dict[str, Any] = item({"kind": "awarded", "max_points": most}, code)
    return own | more


def test_not_applicable_scales_the_others_up() -> None:
    plan = plan_of(_awarded("x", "7"), _awarded("y", "3", when_not_applicable="renormalised"))
    away = NotApplicable(not_applicable=True, reason="没有")
    # 5 of the 7 points that apply, of 10: 7.142857… -> 7.14.
    assert totals(plan, said({"x": 500, "y": away})) == [714]
    assert totals(plan, said({"x": 500, "y": 200})) == [700]


def test_an_item_for_some_kinds_only() -> None:
    only = {"kinds": ["joint_branch"]}
    own = _awarded("y", "3", only=only, when_not_applicable="full_marks")
    plan = plan_of(_awarded("x", "7"), own)
    assert totals(plan, said({"x": 500})) == [800]
    assert totals(plan, said({"x": 500, "y": 100}, kind="joint_branch")) == [600]


def test_missing_scores_take_the_default_or_the_average_of_the_peers() -> None:
    average = {"kind": "peer_average", "within": "county", "rounding": "half_up"}
    plan = plan_of(
        _awarded("x", "7", when_missing={"kind": "default", "points": "1.5"}),
        _awarded("y", "3", when_missing=average),
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
    plan = plan_of(_awarded("x", "10"), item(HONOURS, "a", "bonus"), item(HONOURS, "b", "bonus"))

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
    content = plan_of(_awarded("x", "10")).policy.model_dump(mode="json")
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
    content = plan_of(_awarded("x", "7"), _awarded("y", "3")).policy.model_dump(mode="json")
    content["stars"][0]["groups"] = [group]
    plan = compile_policy(Policy.model_validate(content))
    met = evaluate(
        plan, Inputs.of(plan, [said({"x": 700, "y": 199}), said({"x": 0, "y": 200}, "p")])
    )
    assert met.awarded[0].tolist() == [False, True]
