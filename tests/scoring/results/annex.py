"""A county's annex with many kinds of rules, and how its villages fill it in."""

import json
from typing import Any

from services.scoring.policies import domain as policies
from services.scoring.policies import usecases
from tests.scoring.county import PRESET

STAR = "industry"


def _item(code: str, block: str, rule: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"项目{code}",
        "clause": f"细则·{code}",
        "block": block,
        "rule": rule,
        **more,
    }


def _measure(code: str, unit: str, decimals: int, maximum: str) -> dict[str, Any]:
    minimum = "0"
    return {
        "code": code,
        "name": f"指标{code}",
        "unit": unit,
        "decimals": decimals,
        "minimum": minimum,
        "maximum": maximum,
    }


MEASURES = [
    _measure("growth", "%", 2, "100"),
    _measure("paid", "%", 2, "100"),
    _measure("projects", "个", 0, "50"),
    _measure("visits", "次", 0, "500"),
]
VISITS = {
    "kind": "bands",
    "max_points": "15",
    "rows": [
        {"points": "15", "any_of": [{"measure": "visits", "from_value": "8"}]},
        {"points": "10", "any_of": [{"measure": "visits", "from_value": "4", "below": "8"}]},
        {"points": "5", "any_of": [{"measure": "visits", "from_value": "0", "below": "4"}]},
    ],
}
ITEMS = [
    _item("reform", "base", {"kind": "awarded", "max_points": "20"}),
    _item(
        "income",
        "base",
        {
            "kind": "proportion",
            "max_points": "20",
            "measure": "growth",
            "target": "10",
            "better": "higher",
            "rounding": "half_up",
        },
    ),
    _item(
        "fees",
        "base",
        {
            "kind": "per_percentage_point",
            "max_points": "20",
            "measure": "paid",
            "target": "95",
            "penalised": "below",
            "points_each": "0.5",
            "parts": "started",
        },
    ),
    _item(
        "building",
        "base",
        {
            "kind": "steps",
            "max_points": "20",
            "measure": "projects",
            "below_points": "0",
            "steps": [{"from_value": "1", "points": "12"}, {"from_value": "3", "points": "20"}],
        },
    ),
    _item(
        "service",
        "base",
        {
            "kind": "composite",
            "max_points": "20",
            "sum": "adds_up",
            "parts": [
                {
                    "code": "plan",
                    "name": "有方案",
                    "clause": "细则·service·1",
                    "rule": {
                        "kind": "all_or_nothing",
                        "max_points": "5",
                        "conditions": [
                            {"code": "written", "name": "成文"},
                            {"code": "public", "name": "公开"},
                        ],
                    },
                },
                {"code": "visiting", "name": "走访", "clause": "细则·service·2", "rule": VISITS},
            ],
        },
    ),
    _item(
        "cooperative",
        "base",
        {
            "kind": "graded",
            "max_points": "10",
            "rounding": "half_up",
            "grades": [{"grade": "A", "points": "10"}, {"grade": "B", "points": "6"}],
        },
        when_not_applicable="renormalised",
    ),
    _item(
        "honours",
        "bonus",
        {
            "kind": "occurring",
            "max_points": "10",
            "same_event": "highest",
            "across": "item",
            "events": [
                {"event": "province", "name": "省级表彰", "points": "5"},
                {"event": "city", "name": "市级表彰", "points": "3"},
            ],
        },
    ),
    _item(
        "accidents",
        "deduction",
        {
            "kind": "events",
            "effect": "adds",
            "max_points": "10",
            "unlisted": "zero",
            "events": [{"event": "fire", "name": "火灾", "points": "2"}],
        },
    ),
]
SANCTIONED = {
    "code": "cadre_disciplined",
    "name": "两委成员受处分且影响期未满",
    "clause": "底线·1",
    "source_office": "discipline_commission",
    "rule": {
        "kind": "in_influence",
        "sanctions": [
            {
                "sanction": "serious_warning",
                "name": "严重警告",
                "periods": [{"decided_from": "2016-01-01", "months": 18, "clause": "条例"}],
            }
        ],
    },
}
PLACES = {
    "code": "industry_places",
    "name": "产业发展星",
    "clause": "名额",
    "star": STAR,
    "within": "county",
    "at_most": 2,
    "rounding": "floor",
    "order": ["total", "base"],
    "tied": "none",
    "refill": "none",
}


def text() -> str:
    """The annex as a policy: one star of many kinds, two places in the county."""
    content = policies.read(usecases.preset_text(PRESET)).model_dump(mode="json")
    star = next(each for each in content["stars"] if each["code"] == STAR)
    star |= {"base_points": "110", "items": ITEMS, "bottom_lines": [SANCTIONED]}
    procedure = content["procedure"]
    procedure["township"]["decides_up_to_level"] = 0
    procedure["department"]["reviews_from_level"] = 1
    procedure["determination"] |= {"listing_from_level": 1, "struck_level": 0}
    content |= {
        "code": "annex",
        "stars": [star],
        "levels": content["levels"][:2],
        "prerequisites": [],
        "linkages": [],
        "measures": MEASURES,
        "quotas": [PLACES],
    }
    return json.dumps(content, ensure_ascii=False)


def words(reform: str, **other: dict[str, Any]) -> dict[str, Any]:
    """What one village says; base 18+16+18.50+12+20+6 with 18 points for reform."""
    found: dict[str, Any] = {
        "reform": {"points": reform},
        "income": {"values": {"growth": "8"}},
        "fees": {"values": {"paid": "92.4"}},
        "building": {"values": {"projects": 2}},
        "plan": {"values": {"written": True, "public": True}},
        "visiting": {"values": {"visits": 8}},
        "cooperative": {"values": {"grade": "B"}},
        "honours": {
            "occurrences": [
                {"event": "province", "reference": "豫发〔2026〕1号"},
                {"event": "city", "reference": "豫发〔2026〕1号"},
                {"event": "city", "reference": "新发〔2026〕2号"},
            ]
        },
        "accidents": {"values": {"fire": 1}},
    }
    return found | other
