"""The policy as a document, run by the kernel: what the product does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.five_stars.cases import BASE, BONUS, DEDUCTION, Cases, Verdicts
from services.scoring.kernel.answers import CLEAR, HIT
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan, compile_policy

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")


def policy() -> Policy:
    content = read_policy(PRESET.read_text("utf-8")).model_dump(mode="json")
    points = {"base": "5.00", "bonus": "10.00", "deduction": "10.00"}
    counts = {"base": BASE, "bonus": BONUS, "deduction": DEDUCTION}
    for star in content["stars"]:
        star["items"] = [
            {
                "code": f"{star['code']}_{block}_{n}",
                "name": "项",
                "clause": "款",
                "block": block,
                "rule": {"kind": "awarded", "max_points": points[block]},
            }
            for block, count in counts.items()
            for n in range(count)
        ]
        for line in star["bottom_lines"]:
            line["rule"] = {"kind": "reported"}
    return Policy.model_validate(content)


def inputs_of(cases: Cases) -> Inputs:
    return Inputs(
        size=cases.size,
        scores=(cases.scores, None, None, None),
        applied=cases.applied,
        assessed=cases.assessed,
        submitted=np.ones(cases.size, dtype=np.bool_),
        answers=np.where(cases.hit, HIT, CLEAR).astype(np.int8),
        problems=(None,) * len(cases.hit),
        refused=cases.refused,
        struck=cases.struck,
        county=cases.county,
        township=cases.township,
        organizations=(),
        provisional=False,
    )


def plan() -> Plan:
    return compile_policy(policy())


def verdicts(outcome: Outcome) -> Verdicts:
    return Verdicts(outcome.awarded, outcome.level, outcome.county_rank, outcome.township_rank)


def prepare(cases: Cases) -> Callable[[], Verdicts]:
    compiled, inputs = plan(), inputs_of(cases)
    return lambda: verdicts(evaluate(compiled, inputs))
