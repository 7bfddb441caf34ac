"""Random policies and inputs, biased to values that stand exactly on a line."""

from typing import Any

from hypothesis import strategies as st

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    Answer,
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
    Refusal,
    ReportedAnswer,
)
from services.scoring.kernel.rules import CountsPerProblem
from shared.money import decimal_text
from tests.scoring.kernel.documents import preset, spread

OPERATORS = st.sampled_from([">=", ">"])
NEAR = st.sampled_from([-1, 0, 0, 0, 1])


def _item(code: str, block: str, points: int) -> dict[str, Any]:
    rule = {"kind": "awarded", "max_points": decimal_text(points)}
    return {"code": code, "name": code, "clause": code, "block": block, "rule": rule}


@st.composite
def _star(draw: st.DrawFn, code: str) -> dict[str, Any]:
    base = draw(st.lists(st.integers(500, 4000), min_size=1, max_size=4))
    bonus = draw(st.lists(st.integers(1, 1500), max_size=3))
    deduction = draw(st.lists(st.integers(1, 1500), max_size=2))
    items = [
        _item(f"{code}_{block}_{index}", block, points)
        for block, maxima in (("deduction", deduction), ("base", base), ("bonus", bonus))
        for index, points in enumerate(maxima)
    ]
    return {
        "code": code,
        "name": code,
        "department": "publicity_department",
        "clause": code,
        "base_points": decimal_text(sum(base)),
        "items": items,
        "bottom_lines": [
            draw(_bottom_line(f"{code}_bottom_{index}")) for index in range(draw(st.integers(0, 2)))
        ],
    }


@st.composite
def _bottom_line(draw: st.DrawFn, code: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "reported"}
    if draw(st.booleans()):
        limits = [
            {"event": f"event_{n}", "name": "事", "operator": draw(OPERATORS), "count": count}
            for n, count in enumerate(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
        ]
        rule = {"kind": "counts_per_problem", "unlisted": "zero", "limits": limits}
    office = "petition_bureau"
    return {"code": code, "name": code, "clause": code, "source_office": office, "rule": rule}


@st.composite
def _prerequisites(draw: st.DrawFn, codes: list[str], top: int) -> list[dict[str, object]]:
    levels = draw(st.lists(st.integers(1, top), max_size=2) if top else st.just([]))
    return [
        {
            "star": draw(st.sampled_from(codes)),
            "from_level": level,
            "otherwise_level": draw(st.integers(0, level - 1)),
            "clause": "前提",
        }
        for level in levels
    ]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy that passes the checks; what no verdict depends on is the preset's."""
    codes = [f"star_{n}" for n in range(draw(st.integers(1, 6)))]
    stars = [draw(_star(code)) for code in codes]
    lowest = min(
        sum(float(i["rule"]["max_points"]) for i in star["items"] if i["block"] == "base")
        for star in stars
    )
    most = int(lowest * 100) - 1
    lines = [
        {
            "code": f"line_{n}",
            "name": "线",
            "measure": draw(st.sampled_from(["base", "total"])),
            "operator": draw(OPERATORS),
            "points": decimal_text(draw(st.integers(0, most))),
            "clause": "线",
        }
        for n in range(draw(st.integers(0, 3)))
    ]
    steps = sorted(draw(st.sets(st.integers(1, len(codes)), max_size=len(codes))))
    levels = [
        {"level": level, "name": f"{level}级", "min_stars": stars_needed, "clause": "级"}
        for level, stars_needed in enumerate([0, *steps])
    ]
    prerequisites = draw(_prerequisites(codes, len(steps)))
    effects = draw(st.lists(st.sampled_from(["replaces", "lowers"]), max_size=3))
    content = preset().model_dump(mode="json")
    content["procedure"]["determination"]["struck_level"] = draw(st.integers(0, len(steps)))
    return Policy.model_validate(
        content
        | {
            "stars": stars,
            "lines": lines,
            "levels": levels,
            "prerequisites": prerequisites,
            "linkages": [],
            "stages": [
                {"code": f"stage_{n}", "name": "环节", "effect": effect}
                for n, effect in enumerate(["replaces", *effects])
            ],
            "totals": {
                "bonus_cap_points": decimal_text(draw(st.integers(0, 3000))),
                "deductions_touch": draw(st.sampled_from(["total", "base"])),
                "floor_points": decimal_text(draw(st.sampled_from([0, 0, 1000]))),
                "rounding": "half_up",
                "clause": "计分",
            },
            "ranking": {"by": draw(_ranking_orders()), "clause": "排名"},
        }
    )


def _ranking_orders() -> st.SearchStrategy[list[str]]:
    measures = st.sampled_from(["level", "stars", "total", "base"])
    return st.lists(measures, min_size=1, max_size=4, unique=True)


@st.composite
def _final_scores(draw: st.DrawFn, policy: Policy, star: str) -> dict[str, int]:
    """Scores of one star that bring base and total near or exactly on one of the lines."""
    items = {
        block: [item for item in policy.star(star).items if item.block == block]
        for block in ("base", "bonus", "deduction")
    }
    most = {block: sum(i.rule.max_points for i in own) for block, own in items.items()}
    lines = [line.points for line in policy.lines]
    target = st.sampled_from([*lines, most["base"]])
    deduction = draw(st.integers(0, most["deduction"]))
    anywhere = draw(st.integers(0, most["base"]))
    base = draw(st.sampled_from([anywhere, *lines, *lines])) + draw(NEAR)
    base += draw(st.sampled_from([0, deduction]))
    base = min(max(base, 0), most["base"])
    bonus = draw(target) + draw(NEAR) - base + deduction
    bonus = min(max(draw(st.sampled_from([bonus, bonus, 0, most["bonus"]])), 0), most["bonus"])
    scores: dict[str, int] = {}
    for block, points in (("base", base), ("bonus", bonus), ("deduction", deduction)):
        own = draw(st.permutations(items[block]))
        given = spread(points, [item.rule.max_points for item in own])
        scores |= {item.code: one for item, one in zip(own, given, strict=True)}
    return scores


@st.composite
def _staged(draw: st.DrawFn, policy: Policy, final: dict[str, int]) -> dict[str, dict[str, int]]:
    """Let some stage give the final score, earlier ones noise, later `lowers` ones anything."""
    maxima = {i.code: i.rule.max_points for star in policy.stars for i in star.items}
    stages = policy.stages
    replacing = [n for n, stage in enumerate(stages) if stage.effect == "replaces"]
    scores: dict[str, dict[str, int]] = {stage.code: {} for stage in stages}
    for code, points in final.items():
        deciding = draw(st.sampled_from(replacing))
        for n, stage in enumerate(stages):
            noise = st.integers(0, maxima[code])
            if n == deciding:
                scores[stage.code][code] = points
            elif (n < deciding or stage.effect == "lowers") and draw(st.booleans()):
                near = min(max(points + draw(NEAR), 0), maxima[code])
                scores[stage.code][code] = draw(st.one_of(noise, st.just(near)))
    return scores


@st.composite
def answers_of(draw: st.DrawFn, policy: Policy) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for line in (line for star in policy.stars for line in star.bottom_lines):
        if isinstance(line.rule, CountsPerProblem):
            problems = tuple(
                CountedProblem(
                    reference=f"{n}号",
                    counts={
                        limit.event: draw(st.integers(0, limit.count + 1))
                        for limit in line.rule.limits
                        if draw(st.integers(0, 3)) == 0
                    },
                )
                for n in range(draw(st.integers(0, 2)))
            )
            answers[line.code] = CountsAnswer(problems=problems, reference="函")
        else:
            hit = draw(st.integers(0, 5)) == 0
            answers[line.code] = ReportedAnswer(hit=hit, reference="函")
    return answers


@st.composite
def organizations(draw: st.DrawFn, policy: Policy, name: str) -> OrganizationInput:
    codes = [star.code for star in policy.stars]
    submitted = draw(st.integers(0, 9)) > 0
    applied = tuple(code for code in codes if submitted and draw(st.integers(0, 5)) > 0)
    final: dict[str, int] = {}
    for star in codes:
        # A village may fill in a star and not apply for it.
        if star in applied or draw(st.integers(0, 3)) == 0:
            final |= draw(_final_scores(policy, star))
    decision = Refusal(by="committee", reference="纪要")
    return OrganizationInput(
        organization_id=name,
        county_id=draw(st.sampled_from(["c1", "c2"])),
        township_id=draw(st.sampled_from(["t1", "t2"])),
        kind="branch",
        sector=draw(st.sampled_from(["rural", "rural", "rural", "community"])),
        in_snapshot=draw(st.integers(0, 9)) > 0,
        submitted=submitted,
        applied=applied,
        scores=draw(_staged(policy, final)),
        answers=draw(answers_of(policy)),
        refusals={code: decision for code in codes if draw(st.integers(0, 9)) == 0},
        listing_struck=decision if draw(st.integers(0, 9)) == 0 else None,
    )


@st.composite
def counties(draw: st.DrawFn) -> tuple[Policy, list[OrganizationInput]]:
    """A policy and up to six organizations, some of them equal but for their name."""
    policy = draw(policies())
    first = [draw(organizations(policy, f"v{n}")) for n in range(draw(st.integers(1, 4)))]
    copies = [
        draw(st.sampled_from(first)).model_copy(update={"organization_id": f"w{n}"})
        for n in range(draw(st.integers(0, 2)))
    ]
    return policy, [*first, *copies]
