"""All entitlements of a determination, projected over the months of pay."""

from collections.abc import Iterable, Sequence

import numpy as np

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlement import Entitlement, Seat, Standing
from services.scoring.kernel.errors import InputError, InputFault
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.monthly import month_lines
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.yearly import year_lines


def standings(plan: Plan, outcome: Outcome, inputs: Inputs) -> dict[str, Standing]:
    """Return every organization's result as entitlements need it, by organization id."""
    codes = [star.code for star in plan.policy.stars]
    return {
        one.organization_id: Standing(
            organization_id=one.organization_id,
            township_id=one.township_id,
            assessed=bool(outcome.assessed[column]),
            level=int(outcome.level[column]),
            stars=tuple(codes[row] for row in np.flatnonzero(outcome.awarded[:, column])),
        )
        for column, one in enumerate(inputs.organizations)
    }


def seats(organizations: Iterable[OrganizationInput]) -> tuple[Seat, ...]:
    """Return every post of every organization as its input has them."""
    return tuple(
        Seat(
            organization_id=one.organization_id,
            person_id=holder.person_id,
            post=holder.post,
            pay_fen=holder.pay_fen,
        )
        for one in organizations
        for holder in one.posts
    )


def entitlements(plan: Plan, outcome: Outcome, inputs: Inputs) -> tuple[Entitlement, ...]:
    """Return all lines of all organizations, in the order of the organizations.

    Monthly lines stand for every month of pay with the post holders of the inputs:
    `periods` months of `amount`, and what the village's funds do not cover as `unfunded`.
    The inputs must hold whole counties, or a person with posts elsewhere is paid twice.
    Raises `InputError` naming every organization whose facts are missing.
    """
    results = standings(plan, outcome, inputs)
    lines: dict[str, list[Entitlement]] = {one: [] for one in results}
    faults: list[InputFault] = []
    try:
        for line in _projected(plan, results, inputs.organizations):
            lines[line.organization_id].append(line)
    except InputError as error:
        faults += error.faults
    for one in inputs.organizations:
        try:
            lines[one.organization_id] += year_lines(
                plan, results[one.organization_id], one.residents_70
            )
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(tuple(faults))
    return tuple(line for own in lines.values() for line in own)


def _projected(
    plan: Plan, results: dict[str, Standing], organizations: Sequence[OrganizationInput]
) -> tuple[Entitlement, ...]:
    funds = {
        one.organization_id: one.collective_income_fen
        for one in organizations
        if one.collective_income_fen is not None
    }
    return month_lines(plan, results, seats(organizations), funds, plan.policy.payment.months)
