"""Policies and inputs that the kernel tests are made of."""

from functools import cache
from pathlib import Path

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.evaluate import Outcome, evaluate
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

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")

STARS = ("party_building", "civility", "peace_harmony", "industry", "beautiful_village")


@cache
def preset() -> Policy:
    return read_policy(PRESET.read_text("utf-8"))


@cache
def preset_plan() -> Plan:
    return compile_policy(preset())


def clear_answers(policy: Policy) -> dict[str, Answer]:
    """Every source office answers "none"."""
    return {
        line.code: CountsAnswer(problems=(), reference="信函1号")
        if isinstance(line.rule, CountsPerProblem)
        else ReportedAnswer(hit=False, reference="信函1号")
        for star in policy.stars
        for line in star.bottom_lines
    }


def spread(points: int, maxima: list[int]) -> list[int]:
    """Fill the items one after the other until `points` hundredths are used up."""
    given = []
    for most in maxima:
        given.append(min(points, most))
        points -= given[-1]
    assert points == 0, "more points than the items can hold"
    return given


def star_scores(
    policy: Policy, star: str, base: int, bonus: int = 0, deduction: int = 0
) -> dict[str, int]:
    """Scores of one star's items whose blocks add up to these hundredths."""
    scores: dict[str, int] = {}
    for block, points in (("base", base), ("bonus", bonus), ("deduction", deduction)):
        items = [item for item in policy.star(star).items if item.block == block]
        given = spread(points, [item.rule.max_points for item in items])
        scores |= {item.code: one for item, one in zip(items, given, strict=True)}
    return scores


def branch(policy: Policy, stars: tuple[str, ...] = STARS, name: str = "v1") -> OrganizationInput:
    """A village branch that applies for these stars with 90.00 base points in each."""
    scores: dict[str, int] = {}
    for star in stars:
        scores |= star_scores(policy, star, 9000)
    return OrganizationInput(
        organization_id=name,
        county_id="county",
        township_id="township",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=stars,
        scores={"self": scores},
        answers=clear_answers(policy),
        residents_70=100,
        collective_income_fen=20_000_000,
        posts=(PostHolder(person_id=f"{name}-p1", post="secretary", pay_fen=200_000),),
    )


def judge(*organizations: OrganizationInput) -> tuple[Inputs, Outcome]:
    """Evaluate branches under the preset."""
    inputs = Inputs.of(preset_plan(), organizations)
    return inputs, evaluate(preset_plan(), inputs)
