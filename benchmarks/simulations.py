"""What-if on a county of 400 branches: from the changes asked for to the stored bytes.

Each variant is tried out beside the policy in force: stars and levels by township, who rises and
falls by which clause, the twenty nearest misses, the year's bill by payer. The policy in force
is tried out once for all variants, with its own near misses, and measured apart. CPU time, the
median of several runs, so that what else runs on the machine does not count; every run begins
with a base of which nothing else is explained yet.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    Answer,
    CountsAnswer,
    OrganizationInput,
    PostHolder,
    ReportedAnswer,
)
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.simulations.domain.making import make
from services.scoring.simulations.domain.simulating import base_of
from services.scoring.simulations.domain.simulation import NewSimulation

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")
ORGANIZATIONS, TOWNSHIPS, RUNS = 400, 15, 7
MOST = "≤200"
_ITEM = "stars.industry.items.{}.rule.max_points"
VARIANTS: dict[str, dict[str, object]] = {
    "a line": {"lines.total_line.points": "84"},
    "weights": {_ITEM.format("rural_reform"): "40", _ITEM.format("industry_growth"): "25"},
    "a reward": {"linkages.star_pay.rates.secretary.amount": "500"},
    "no prerequisite": {"prerequisites": []},
}


def county(policy: Policy) -> list[OrganizationInput]:
    """Branches whose totals scatter around the line, each with five posts."""
    rng = random.Random(1)
    answers: dict[str, Answer] = {
        line.code: (
            CountsAnswer(problems=(), reference="无")
            if isinstance(line.rule, CountsPerProblem)
            else ReportedAnswer(hit=False, reference="无")
        )
        for star in policy.stars
        for line in star.bottom_lines
    }
    return [_branch(rng, policy, answers, number) for number in range(ORGANIZATIONS)]


def _branch(
    rng: random.Random, policy: Policy, answers: dict[str, Answer], number: int
) -> OrganizationInput:
    scores: dict[str, int] = {}
    for item in (item for star in policy.stars for item in star.items):
        share = rng.triangular(60, 100, 88) if item.block == "base" else rng.choice([0, 0, 0, 40])
        scores[item.code] = round(item.rule.max_points * share) // 100
    return OrganizationInput(
        organization_id=f"v{number:03}",
        county_id="county",
        township_id=f"t{number % TOWNSHIPS:02}",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=tuple(star.code for star in policy.stars if rng.random() < 0.8),
        scores={"self": scores, "township": scores},
        answers=answers,
        residents_70=60 + number % 90,
        collective_income_fen=rng.choice([1_000_000, 5_000_000, 20_000_000]),
        posts=tuple(
            PostHolder(person_id=f"v{number:03}-{post.code}", post=post.code, pay_fen=160_000)
            for post in policy.posts
        ),
    )


def milliseconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) * 1000


def tried(plan: Plan, organizations: list[OrganizationInput], new: NewSimulation) -> float:
    """Milliseconds of one variant, on a policy in force whose own near misses are known."""
    base = base_of(plan, organizations, provisional=False)
    base.nearest(new.nearest)
    return milliseconds(lambda: make(new, base, {}))


def main() -> list[Figure]:
    policy = read_policy(PRESET.read_text("utf-8"))
    organizations = county(policy)
    plan = compile_policy(policy)
    taken: dict[str, float] = {}
    for name, changes in VARIANTS.items():
        listed = [{"path": path, "to": to} for path, to in changes.items()]
        new = NewSimulation.model_validate(
            {"title": name, "variants": [{"name": name, "changes": listed}]}
        )
        taken[name] = median(tried(plan, organizations, new) for _ in range(RUNS))
        print(f"{name:<16} {taken[name]:6.0f} ms")
    once = median(
        milliseconds(lambda: base_of(plan, organizations, provisional=False)) for _ in range(RUNS)
    )
    return [
        Figure(
            f"what-if on {ORGANIZATIONS} organizations, the dearest of {len(VARIANTS)} variants",
            max(taken.values()),
            "ms",
            MOST,
            "CPU",
        ),
        Figure("the policy in force, once for all variants", once, "ms", note="CPU"),
    ]
