"""A policy that says one of everything the grammar can say, and passes all checks."""

from functools import cache
from typing import Any

from services.scoring.kernel.grammar import Policy
from tests.scoring.kernel.documents import preset

Content = dict[str, Any]

MEASURES = [
    {
        "code": "attendance",
        "name": "到会率",
        "unit": "%",
        "decimals": 1,
        "minimum": "0",
        "maximum": "100",
    },
    {
        "code": "income",
        "name": "集体收入",
        "unit": "万元",
        "decimals": 2,
        "minimum": "-100",
        "maximum": "5000",
        "fact": "collective_income",
    },
    {
        "code": "households",
        "name": "示范户",
        "unit": "户",
        "decimals": 0,
        "minimum": "0",
        "maximum": "500",
    },
    {
        "code": "load",
        "name": "工作量系数",
        "unit": "倍",
        "decimals": 2,
        "minimum": "0.5",
        "maximum": "1.5",
    },
]

PERIODS = [
    {"decided_from": "2018-10-01", "months": 12, "clause": "条例·旧"},
    {"decided_from": "2024-01-01", "months": 18, "clause": "条例·新"},
]

RULES: dict[str, Content] = {
    "awarded": {"kind": "awarded", "max_points": "10"},
    "events": {
        "kind": "events",
        "max_points": "8",
        "effect": "deducts",
        "floor_points": "1.50",
        "unlisted": "zero",
        "events": [
            {"event": "late", "name": "迟报", "points": "0.5", "most_points": "2"},
            {"event": "missed", "name": "漏报；未报", "points": "1"},
        ],
    },
    "steps": {
        "kind": "steps",
        "max_points": "5",
        "measure": "households",
        "below_points": "0",
        "steps": [{"from_value": "1", "points": "3"}, {"from_value": "3", "points": "5"}],
    },
    "bands": {
        "kind": "bands",
        "max_points": "8",
        "rows": [
            {"points": "8", "any_of": [{"measure": "attendance", "from_value": "80"}]},
            {
                "points": "6",
                "any_of": [{"measure": "attendance", "from_value": "70", "below": "80"}],
            },
            {
                "points": "0",
                "any_of": [{"measure": "attendance", "from_value": "0", "below": "70"}],
            },
        ],
    },
    "proportion": {
        "kind": "proportion",
        "max_points": "10",
        "measure": "income",
        "target": "12",
        "better": "higher",
        "rounding": "half_up",
    },
    "per_percentage_point": {
        "kind": "per_percentage_point",
        "max_points": "6",
        "measure": "attendance",
        "target": "95",
        "penalised": "below",
        "points_each": "0.5",
        "parts": "started",
    },
    "ranked": {
        "kind": "ranked",
        "max_points": "9",
        "measure": "income",
        "better": "higher",
        "within": "township",
        "places": [{"up_to": 1, "points": "9"}, {"up_to": 3, "points": "6"}],
        "otherwise_points": "2",
    },
    "graded": {
        "kind": "graded",
        "max_points": "12",
        "grades": [{"grade": "好", "points": "10"}, {"grade": "差", "points": "0"}],
        "load_factor": "load",
        "rounding": "floor",
    },
    "all_or_nothing": {
        "kind": "all_or_nothing",
        "max_points": "4",
        "conditions": [{"code": "room", "name": "有活动场所"}, {"code": "sign", "name": "挂牌"}],
    },
    "occurring": {
        "kind": "occurring",
        "max_points": "8",
        "same_event": "highest",
        "across": "policy",
        "events": [
            {"event": "national", "name": "国家级", "points": "8"},
            {"event": "provincial", "name": "省级", "points": "4", "periods": PERIODS},
        ],
    },
    "composite": {
        "kind": "composite",
        "max_points": "20",
        "sum": "capped",
        "parts": [
            {
                "code": "c_one",
                "name": "甲",
                "clause": "分项1",
                "rule": {"kind": "awarded", "max_points": "12"},
            },
            {
                "code": "c_two",
                "name": "乙",
                "clause": "分项2",
                "rule": {"kind": "awarded", "max_points": "12"},
            },
            {
                "code": "c_three",
                "name": "丙",
                "clause": "分项3",
                "rule": {"kind": "awarded", "max_points": "4"},
            },
        ],
        "caps": [{"parts": ["c_one", "c_three"], "most_points": "14", "clause": "分项上限"}],
    },
}


def item(kind: str, block: str = "base", **more: object) -> Content:
    code = f"rich_{kind}"
    head = {"code": code, "name": f"评分项 {kind}", "clause": f"新增·{kind}", "block": block}
    return {**head, "rule": RULES[kind], **more}


def _items() -> list[Content]:
    return [
        item(
            "awarded",
            page="12",
            department="publicity_department",
            evidence=["台账", "照片"],
            check_methods=["审核材料", "实地察看"],
        ),
        item("events", when_missing={"kind": "default", "points": "5"}),
        item(
            "steps",
            only={"kinds": ["branch"], "sectors": ["rural"]},
            when_not_applicable="renormalised",
        ),
        item("bands", when_not_applicable="full_marks"),
        item(
            "proportion",
            when_missing={"kind": "peer_average", "within": "county", "rounding": "floor"},
        ),
        item("per_percentage_point"),
        item(
            "ranked", only={"organizations": ["甲村", "乙；村"]}, when_not_applicable="renormalised"
        ),
        item("graded"),
        item("all_or_nothing"),
        item("composite"),
        item("occurring", "bonus", when_not_applicable="left_out"),
    ]


def rich_content() -> Content:
    """The second edition with a star of all rule kinds, groups, quotas, effects and periods."""
    content: Content = preset().model_dump(mode="json")
    star = content["stars"][1]
    star["items"] = _items()
    star["base_points"] = "92"
    star["groups"] = [
        {
            "code": "paper",
            "name": "材料",
            "items": ["rich_awarded", "rich_events"],
            "operator": ">=",
            "points": "10",
            "clause": "小组线",
        }
    ]
    disciplined = content["stars"][0]["bottom_lines"][1]
    disciplined["rule"] = {
        "kind": "in_influence",
        "sanctions": [{"sanction": "serious", "name": "严重警告", "periods": PERIODS}],
    }
    disciplined["effect"] = {"kind": "lowers_level", "by": 1}
    content["stars"][0]["bottom_lines"][2]["effect"] = {"kind": "caps_level", "level": 4}
    quota = {"within": "county", "rounding": "half_up", "order": ["total", "base"], "tied": "none"}
    return content | {
        "measures": MEASURES,
        "totals": content["totals"] | {"deduction_cap_points": "15"},
        "star_prerequisites": [
            {"star": "civility", "requires": "party_building", "clause": "星的前提"}
        ],
        "quotas": [
            {"code": "ten", "name": "每星十名", "clause": "名额", "star": "civility", "at_most": 10}
            | quota | {"refill": "none"},
            {"code": "few", "name": "五星不超过一成", "clause": "名额", "level": 5, "percent": 10}
            | quota | {"refill": "next"},
        ],
    }  # fmt: skip


@cache
def rich() -> Policy:
    return Policy.model_validate(rich_content())


def by_points(content: Content) -> None:
    """Let the levels follow from points instead of stars."""
    content["prerequisites"], content["quotas"] = [], []
    starts = ("0", "100", "200", "300", "400", "500")
    for level, start in zip(content["levels"], starts, strict=True):
        level.pop("min_stars")
        level["from_points"] = start
