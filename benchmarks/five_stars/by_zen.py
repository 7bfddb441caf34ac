"""The policy as one would write it for zen-engine: a decision graph, run once an organization.

The graph (JDM) sums each star, holds it against the lines in a decision table, counts the stars
and finds the level in a second table. A graph sees one organization, so ranks are added outside
of it in Python. Making the documents that it reads is not measured.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import zen

from benchmarks.five_stars.cases import BOTTOM_LINES, STARS, Cases, Ints, Verdicts

SUMS = {
    "base": "sum(items.base)",
    "bonus": "min([sum(items.bonus), 20])",
    "total": "max([$.base + $.bonus - sum(items.deduction), 0])",
    "lost": "some(bottom_lines, #)",
}
COUNTS = {
    "star_count": "count(stars, #.awarded)",
    "party_building": "stars[0].awarded",
    "total": "sum(map(filter(stars, #.applied), #.total))",
    "base": "sum(map(filter(stars, #.applied), #.base))",
}
EACH_STAR = {"inputField": "stars", "outputPath": "stars", "executionMode": "loop"}
# First hit, from above. Columns: applied, base, total, lost, refused → awarded.
AWARD = [("true", ">= 75", ">= 85", "false", "false", "true"), ("", "", "", "", "", "false")]
# Columns: star_count, party_building, struck → level.
LEVEL = [
    (">= 3", "", "true", "2"),
    (">= 3", "false", "", "2"),
    ("", "", "", "star_count"),
]


def expressions(name: str, values: dict[str, str], **how: str) -> dict[str, Any]:
    rows = [{"id": key, "key": key, "value": value} for key, value in values.items()]
    content = {"expressions": rows, "passThrough": True, "executionMode": "single", **how}
    return node(name, "expressionNode", content)


def decision_table(
    name: str, inputs: list[str], output: str, rules: Sequence[tuple[str, ...]], **how: str
) -> dict[str, Any]:
    columns = [*inputs, output]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": each, "name": each, "field": each} for each in inputs],
        "outputs": [{"id": output, "name": output, "field": output}],
        "rules": [
            {"_id": str(n), **dict(zip(columns, rule, strict=True))} for n, rule in enumerate(rules)
        ],
        "passThrough": True,
        "executionMode": "single",
        **how,
    }
    return node(name, "decisionTableNode", content)


def node(name: str, kind: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    found = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return found | ({"content": content} if content else {})


def graph() -> str:
    nodes = [
        node("organization", "inputNode"),
        expressions("sums", SUMS, **EACH_STAR),
        decision_table(
            "award", ["applied", "base", "total", "lost", "refused"], "awarded", AWARD, **EACH_STAR
        ),
        expressions("counts", COUNTS),
        decision_table("level", ["star_count", "party_building", "struck"], "level", LEVEL),
        node("verdict", "outputNode"),
    ]
    steps = [each["id"] for each in nodes]
    edges = [
        {"id": f"{one}-{other}", "type": "edge", "sourceId": one, "targetId": other}
        for one, other in pairwise(steps)
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def documents(cases: Cases) -> list[dict[str, Any]]:
    """One document an organization, points as a county would send them: 3.75."""
    return [_document(cases, column) for column in range(cases.size)]


def _document(cases: Cases, column: int) -> dict[str, Any]:
    hits = iter(cases.hit[:, column].tolist())
    assessed = bool(cases.assessed[column])
    return {
        "struck": bool(cases.struck[column]),
        "stars": [
            {
                "applied": bool(cases.applied[star, column]) and assessed,
                "refused": bool(cases.refused[star, column]),
                "items": {
                    block: (rows[:, column] / 100).tolist()
                    for block, rows in cases.star(star).items()
                },
                "bottom_lines": [next(hits) for _ in range(BOTTOM_LINES[star])],
            }
            for star in range(STARS)
        ],
    }


def ranks(results: list[dict[str, Any]], group: Ints, assessed: list[bool]) -> Ints:
    members: defaultdict[int, list[tuple[float, ...]]] = defaultdict(list)
    keys: list[tuple[float, ...]] = [
        (-each["level"], -each["star_count"], -each["total"], -each["base"]) for each in results
    ]
    for key, own, judged in zip(keys, group.tolist(), assessed, strict=True):
        if judged:
            members[own].append(key)
    place: dict[tuple[int, tuple[float, ...]], int] = {}
    for own, found in members.items():
        for position, key in enumerate(sorted(found)):
            place.setdefault((own, key), position + 1)
    return np.array(
        [
            place[own, key] if judged else 0
            for key, own, judged in zip(keys, group.tolist(), assessed, strict=True)
        ],
        dtype=np.int32,
    )


def prepare(cases: Cases) -> Callable[[], Verdicts]:
    decision = zen.ZenEngine().create_decision(graph())
    ready = documents(cases)
    assessed = cases.assessed.tolist()

    def run() -> Verdicts:
        results = [decision.evaluate(each)["result"] for each in ready]
        return Verdicts(
            awarded=np.array([[star["awarded"] for star in each["stars"]] for each in results]).T,
            level=np.array([each["level"] for each in results], dtype=np.int32),
            county_rank=ranks(results, cases.county, assessed),
            township_rank=ranks(results, cases.township, assessed),
        )

    return run
