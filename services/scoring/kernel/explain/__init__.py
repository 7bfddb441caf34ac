"""The certificate of one organization, from the same plan, inputs and outcome as its verdict."""

from collections.abc import Sequence
from typing import Literal

from services.scoring.kernel.certificate import Certificate
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.explain.levels import level_verdict
from services.scoring.kernel.explain.stars import star_reasons, star_verdict
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.intake import is_assessed
from services.scoring.kernel.plan import Plan

__all__ = ["explain", "star_reasons"]

Status = Literal["judged", "not_applied", "outside_policy", "founded_later"]


def explain(
    plan: Plan,
    inputs: Inputs,
    outcome: Outcome,
    index: int,
    entitlements: Sequence[Entitlement] = (),
) -> Certificate:
    """Return the certificate of the organization in column `index`.

    `entitlements` are its lines of the county's settlement; lines of others are left out.
    The inputs must hold the documents they were made of.
    """
    one = inputs.organizations[index]
    own = tuple(x for x in entitlements if x.organization_id == one.organization_id)
    return Certificate(
        policy=plan.policy.code,
        edition=plan.policy.edition,
        policy_hash=plan.policy_hash,
        organization_id=one.organization_id,
        status=_status(plan, one),
        provisional=outcome.provisional,
        stars=tuple(star_verdict(plan, outcome, one, row, index) for row in range(len(plan.stars))),
        level=level_verdict(plan, outcome, one, index),
        county_rank=int(outcome.county_rank[index]),
        township_rank=int(outcome.township_rank[index]),
        entitlements=own,
    )


def _status(plan: Plan, one: OrganizationInput) -> Status:
    if not one.in_snapshot:
        return "founded_later"
    if not is_assessed(plan, one):
        return "outside_policy"
    return "judged" if one.submitted else "not_applied"
