"""Every kind of rule, worked out by hand, on and beside its thresholds."""

from typing import Any

import pytest

from services.scoring.kernel.said import Said
from tests.scoring.golden.sheets import item, one_total, plan_of, said, totals, value


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
