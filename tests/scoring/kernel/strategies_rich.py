"""Random counties that use the whole grammar: all rule kinds, groups, quotas, effects, gaps."""

from datetime import date
from itertools import pairwise
from typing import Any, Literal

from hypothesis import assume
from hypothesis import strategies as st

from services.scoring.kernel.check import check
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    Answer,
    DatedSanction,
    LetIn,
    OrganizationInput,
    Refusal,
    SanctionsAnswer,
)
from services.scoring.kernel.items import Item
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.said import NotApplicable, Said
from shared.money import decimal_text, hundredths
from tests.scoring.kernel.reference_rules import by_facts_alone
from tests.scoring.kernel.strategies import OPERATORS, answers_of, organizations, policies
from tests.scoring.kernel.strategies_rules import KINDS, MEASURES, ROUNDINGS, rules, words

WITHIN = st.sampled_from(["county", "township"])
AWAY = NotApplicable(not_applicable=True, reason="没有这项工作")


@st.composite
def _rich_item(draw: st.DrawFn, item: dict[str, Any], *, always: bool) -> dict[str, Any]:
    """Give an awarded item another rule and, unless it must always apply, gaps."""
    points = hundredths(item["rule"]["max_points"])
    kind = draw(st.sampled_from(("awarded", "composite", *KINDS)))
    if kind == "composite" and points >= 2:
        item["rule"] = draw(_composite(item["code"], points))
    elif kind in KINDS:
        item["rule"] = draw(rules(kind, points))
    filled = draw(st.sampled_from(["error", "default", "peer_average"]))
    if filled == "default" and kind != "composite":
        default = decimal_text(draw(st.integers(0, points)))
        item["when_missing"] = {"kind": "default", "points": default}
    elif filled == "peer_average":
        within, rounding = draw(WITHIN), draw(ROUNDINGS)
        item["when_missing"] = {"kind": filled, "within": within, "rounding": rounding}
    if not always and draw(st.booleans()):
        base = item["block"] == "base"
        instead = ["renormalised", "full_marks"] if base else ["left_out"]
        item["when_not_applicable"] = draw(st.sampled_from(instead))
        if draw(st.booleans()):
            item["only"] = {"kinds": ["branch"]}
    return item


@st.composite
def _composite(draw: st.DrawFn, code: str, points: int) -> dict[str, Any]:
    first = draw(st.integers(1, points - 1))
    parts = []
    for n, own in enumerate((first, points - first)):
        kind = draw(st.sampled_from(("awarded", *KINDS)))
        most = decimal_text(own)
        rule = (
            {"kind": "awarded", "max_points": most} if kind == "awarded" else draw(rules(kind, own))
        )
        parts.append({"code": f"{code}_{n}", "name": "分项", "clause": "分", "rule": rule})
    cap = {"parts": [parts[0]["code"]], "most_points": decimal_text(draw(st.integers(0, first)))}
    return {
        "kind": "composite",
        "max_points": decimal_text(points),
        "sum": "adds_up",
        "parts": parts,
        "caps": [cap | {"clause": "内限"}] if draw(st.booleans()) else [],
    }


@st.composite
def _rich_star(draw: st.DrawFn, star: dict[str, Any], levels: list[int]) -> dict[str, Any]:
    bases = [item for item in star["items"] if item["block"] == "base"]
    star["items"] = [draw(_rich_item(item, always=item is bases[0])) for item in star["items"]]
    if draw(st.booleans()):
        group = draw(st.lists(st.sampled_from([i["code"] for i in bases]), min_size=1, unique=True))
        most = sum(hundredths(i["rule"]["max_points"]) for i in bases if i["code"] in group)
        line = decimal_text(draw(st.integers(0, most - 1)))
        star["groups"] = [
            {
                "code": f"{star['code']}_group",
                "name": "组",
                "items": group,
                "operator": draw(OPERATORS),
                "points": line,
                "clause": "组",
            }
        ]
    for line_of in star["bottom_lines"]:
        effect = draw(st.sampled_from(["star", "lowers_level", "caps_level"]))
        if effect == "lowers_level":
            line_of["effect"] = {"kind": effect, "by": draw(st.integers(1, 2))}
        elif effect == "caps_level":
            line_of["effect"] = {"kind": effect, "level": draw(st.sampled_from(levels))}
        if draw(st.booleans()):
            line_of["rule"] = _in_influence()
    return star


def _in_influence() -> dict[str, Any]:
    periods = [
        {"decided_from": "2016-01-01", "months": 18, "clause": "旧规"},
        {"decided_from": "2025-06-01", "months": 6, "clause": "新规"},
    ]
    return {
        "kind": "in_influence",
        "sanctions": [{"sanction": "warning", "name": "警告", "periods": periods}],
    }


@st.composite
def rich_policies(draw: st.DrawFn) -> Policy:
    """A policy that passes the checks and uses what `policies` leaves out."""
    content = draw(policies()).model_dump(mode="json")
    levels = [band["level"] for band in content["levels"]]
    content["measures"] = MEASURES
    content["stars"] = [draw(_rich_star(star, levels)) for star in content["stars"]]
    codes = [star["code"] for star in content["stars"]]
    if draw(st.booleans()):
        content["totals"]["deduction_cap_points"] = decimal_text(draw(st.integers(0, 2000)))
    if draw(st.booleans()):
        starts = sorted(
            draw(
                st.sets(st.integers(1, 20_000), min_size=len(levels) - 1, max_size=len(levels) - 1)
            )
        )
        for band, start in zip(content["levels"], [0, *starts], strict=True):
            del band["min_stars"]
            band["from_points"] = decimal_text(start)
    content["star_prerequisites"] = [
        {"star": later, "requires": earlier, "clause": "前提"}
        for earlier, later in pairwise(codes)
        if draw(st.integers(0, 3)) == 0
    ]
    content["quotas"] = [
        draw(_quota(f"q_{star}", {"star": star})) for star in codes if draw(st.booleans())
    ] + [
        draw(_quota(f"q_{level}", {"level": level}))
        for level in levels
        if level and draw(st.booleans())
    ]
    policy = Policy.model_validate(content)
    assume(not check(policy))
    return policy


@st.composite
def _quota(draw: st.DrawFn, code: str, of: dict[str, Any]) -> dict[str, Any]:
    measures = ["total", "base", "bonus"] + (["stars"] if "level" in of else [])
    size = draw(st.sampled_from([{"at_most": 1}, {"at_most": 2}, {"percent": 30}]))
    order = draw(st.lists(st.sampled_from(measures), min_size=1, unique=True))
    return (
        {
            "code": code,
            "name": "名额",
            "clause": "名额",
            "within": draw(WITHIN),
            "rounding": draw(ROUNDINGS),
            "order": order,
            "tied": draw(st.sampled_from(["none", "all"])),
            "refill": draw(st.sampled_from(["none", "next"])),
        }
        | of
        | size
    )


def _may_be_silent(plan: Plan, leaf: Leaf) -> bool:
    return leaf.item.when_missing is not None or by_facts_alone(plan.measures, leaf.rule)


@st.composite
def _sheet(draw: st.DrawFn, plan: Plan, today: date, *, whole: bool) -> dict[str, Said]:
    """One stage's words; a whole sheet leaves out only what may be left out."""
    said: dict[str, Said] = {}
    away: dict[str, bool] = {}
    items: dict[str, Item] = {leaf.item.code: leaf.item for leaf in plan.leaves}
    for code, item in items.items():
        away[code] = item.when_not_applicable is not None and draw(st.integers(0, 3)) == 0
    for leaf in plan.leaves:
        silent = _may_be_silent(plan, leaf) or not whole
        if away[leaf.item.code]:
            said[leaf.code] = AWAY
        elif not by_facts_alone(plan.measures, leaf.rule) and not (silent and draw(st.booleans())):
            said[leaf.code] = draw(words(leaf.rule, plan.measures, today))
    return said


@st.composite
def _rich_answers(draw: st.DrawFn, policy: Policy) -> dict[str, Answer]:
    answers = draw(answers_of(policy))
    for line in (line for star in policy.stars for line in star.bottom_lines):
        if line.rule.kind == "in_influence":
            days = draw(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=2))
            sanctions = tuple(
                DatedSanction(sanction="warning", decided_on=day, reference="决定") for day in days
            )
            answers[line.code] = SanctionsAnswer(sanctions=sanctions, reference="函")
    return answers


@st.composite
def _organization(draw: st.DrawFn, plan: Plan, name: str) -> OrganizationInput:
    policy, today = plan.policy, date(2026, 6, draw(st.integers(1, 30)))
    stars = [star.code for star in policy.stars]
    later = {
        stage.code: draw(_sheet(plan, today, whole=False))
        for stage in policy.stages[1:]
        if draw(st.booleans())
    }
    by: Literal["committee", "finding"] = draw(st.sampled_from(["committee", "finding"]))
    return OrganizationInput(
        organization_id=name,
        county_id=draw(st.sampled_from(["c1", "c1", "c1", "c2"])),
        township_id=draw(st.sampled_from(["t1", "t2"])),
        kind=draw(st.sampled_from(["branch", "joint_branch"])),
        sector=draw(st.sampled_from(["rural", "rural", "rural", "community"])),
        in_snapshot=draw(st.integers(0, 9)) > 0,
        submitted=True,
        applied=tuple(code for code in stars if draw(st.integers(0, 4)) > 0),
        scores={policy.stages[0].code: draw(_sheet(plan, today, whole=True))} | later,
        answers=draw(_rich_answers(policy)),
        refusals={
            code: Refusal(by=by, reference="文") for code in stars if draw(st.integers(0, 5)) == 0
        },
        listing_struck=Refusal(by=by, reference="文") if draw(st.integers(0, 5)) == 0 else None,
        facts={"income": draw(st.integers(0, 30_000))},
        assessed_on=today,
    )


@st.composite
def rich_counties(draw: st.DrawFn) -> tuple[Policy, list[OrganizationInput]]:
    """A rich policy and up to five organizations, some of them equal but for their name."""
    policy = draw(rich_policies())
    plan = compile_policy(policy)
    first = [draw(_organization(plan, f"v{n}")) for n in range(draw(st.integers(2, 3)))]
    copies = [
        draw(st.sampled_from(first)).model_copy(update={"organization_id": f"w{n}"})
        for n in range(draw(st.integers(1, 2)))
    ]
    return policy, [*first, *copies]


@st.composite
def quota_counties(draw: st.DrawFn) -> tuple[Policy, list[OrganizationInput]]:
    """Many organizations that reach their lines and compete for few places, often tied."""
    content = draw(policies()).model_dump(mode="json")
    codes = [star["code"] for star in content["stars"]]
    levels = [band["level"] for band in content["levels"] if band["level"]]
    content["lines"] = content["lines"][:1]
    content["star_prerequisites"] = [
        {"star": later, "requires": earlier, "clause": "前提"}
        for earlier, later in pairwise(codes)
        if draw(st.integers(0, 3)) == 0
    ]
    content["quotas"] = [draw(_quota(f"q_{star}", {"star": star})) for star in codes]
    content["quotas"] += [draw(_quota(f"q_{level}", {"level": level})) for level in levels]
    policy = Policy.model_validate(content)
    assume(not check(policy))
    first = [draw(organizations(policy, f"v{n}")) for n in range(3)]
    some = [
        draw(st.sampled_from(first)).model_copy(
            update={
                "organization_id": f"w{n}",
                "refusals": draw(_refusals(codes)),
                "let_in": draw(_let_in(policy)),
            }
        )
        for n in range(draw(st.integers(2, 6)))
    ]
    return policy, [*first, *some]


def _let_in(policy: Policy) -> st.SearchStrategy[dict[str, LetIn]]:
    codes = [quota.code for quota in policy.quotas if quota.refill == "next"]
    let_in = LetIn(determination_id="补充", reference="纪要", left=())
    return st.dictionaries(st.sampled_from(codes), st.just(let_in)) if codes else st.just({})


def _refusals(codes: list[str]) -> st.SearchStrategy[dict[str, Refusal]]:
    decisions = st.sampled_from(
        [Refusal(by="finding", reference="结论"), Refusal(by="committee", reference="纪要")]
    )
    return st.dictionaries(st.sampled_from(codes), decisions, max_size=1)
