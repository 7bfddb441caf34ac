"""Level and stars of branches with the stages so far, by the kernel itself.

Bottom lines without an answer yet are taken as not hit: these outcomes tell who decides
next and what a stage brought, they are no results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.scoring.applications.domain import Application
from services.scoring.cycles.domain import Participant, computing
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.inputs import Answer, OrganizationInput, Refusal
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.procedure import Procedure
from services.scoring.kernel.said import Said

SELF, TOWNSHIP, DEPARTMENT, SPOT_CHECK = "self", "township", "department", "spot_check"


@dataclass(frozen=True)
class Branch:
    """One submitted application with everything that counts for it so far.

    `scores` are stage → item → what was said; `refusals`, `answers` and `facts` as the kernel
    reads them, influence periods looked at on `today`.
    """

    application_id: UUID
    organization_id: UUID
    township_id: UUID
    county_id: UUID
    name: str
    kind: str
    sector: str
    applied: tuple[str, ...]
    scores: dict[str, dict[str, Said]]
    refusals: dict[str, Refusal]
    answers: dict[str, Answer]
    facts: Mapping[str, int]
    today: date

    @classmethod
    def of(
        cls,
        participant: Participant,
        application: Application,
        layers: Mapping[str, dict[str, Said]],
        refusals: Mapping[str, Refusal],
        answers: Mapping[str, Answer],
        today: date,
    ) -> "Branch":
        """Put a branch together; `layers` are the stages after the village's own."""
        own = {SELF: dict(application.self_scores)}
        return cls(
            application_id=application.id,
            organization_id=participant.organization_id,
            township_id=participant.township_id,
            county_id=participant.county_id,
            name=participant.name,
            kind=participant.kind,
            sector=participant.sector,
            applied=application.applied,
            scores=own | {stage: layer for stage, layer in layers.items() if layer},
            refusals=dict(refusals),
            answers=dict(answers),
            facts=participant.facts,
            today=today,
        )


@dataclass(frozen=True)
class Outcome:
    """What one branch has so far; `applied_level` is the level it asked for itself."""

    application_id: UUID
    organization_id: UUID
    township_id: UUID
    applied_level: int
    level: int
    stars: tuple[str, ...]

    @property
    def lowered(self) -> bool:
        """Whether it stands below the level it applied for."""
        return self.level < self.applied_level


def outcomes(plan: Plan, branches: Sequence[Branch]) -> list[Outcome]:
    """Return the outcome of every branch, in their order; NotComputable names what is missing."""
    if not branches:
        return []
    plan = _without_quotas(plan)
    asked = evaluate(plan, _inputs(plan, [_as_applied(branch) for branch in branches]))
    found = evaluate(plan, _inputs(plan, branches))
    codes = list(plan.star_index)
    return [
        Outcome(
            application_id=branch.application_id,
            organization_id=branch.organization_id,
            township_id=branch.township_id,
            applied_level=int(asked.level[column]),
            level=int(found.level[column]),
            stars=tuple(codes[star] for star in found.awarded[:, column].nonzero()[0]),
        )
        for column, branch in enumerate(branches)
    ]


def stars_on_lines(plan: Plan, branch: Branch) -> set[str]:
    """Return the stars of one branch that reach the lines with the scores so far.

    NotComputable names what is missing.
    """
    met = evaluate(_without_quotas(plan), _inputs(plan, [branch])).lines_met[:, 0]
    return {code for code, reached in zip(plan.star_index, met, strict=True) if reached}


def decided_by_township(procedure: Procedure, level: int) -> bool:
    """Whether the township itself decides this level (一星、二星, and 无星)."""
    return level <= procedure.township.decides_up_to_level


def reviewed_by_departments(procedure: Procedure, level: int) -> bool:
    """Whether the lead departments review a branch recommended for this level."""
    return level >= procedure.department.reviews_from_level


def _without_quotas(plan: Plan) -> Plan:
    """Return the plan as merit alone has it: places are given when the county is settled."""
    return replace(plan, policy=plan.policy.model_copy(update={"quotas": ()}))


def _as_applied(branch: Branch) -> Branch:
    return replace(branch, scores={SELF: branch.scores.get(SELF, {})}, refusals={}, answers={})


def _inputs(plan: Plan, branches: Sequence[Branch]) -> Inputs:
    with computing():
        return Inputs.of(plan, [_input(branch) for branch in branches], provisional=True)


def _input(branch: Branch) -> OrganizationInput:
    return OrganizationInput(
        organization_id=str(branch.organization_id),
        county_id=str(branch.county_id),
        township_id=str(branch.township_id),
        kind=branch.kind,
        sector=branch.sector,
        submitted=True,
        applied=branch.applied,
        scores=branch.scores,
        refusals=branch.refusals,
        answers=branch.answers,
        facts=dict(branch.facts),
        assessed_on=branch.today,
    )
