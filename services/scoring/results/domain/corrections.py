"""Upheld objections as inputs: the frozen snapshot stays, the finding refuses stars.

A correction can only take away: it adds refusals, so no star and no level can rise by it.
Clause: 五星创建 第二版 · 异议处理.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput, Refusal
from shared.contracts.notifications import FallScope


@dataclass(frozen=True)
class Correction:
    """One upheld objection applied to a snapshot; `sequence` counts from 1 per snapshot."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    snapshot_id: UUID
    sequence: int
    determination_id: UUID
    objection_id: UUID
    scope: FallScope
    star: str | None
    organization_ids: tuple[UUID, ...]
    decided_on: date

    def stars(self, one: OrganizationInput) -> tuple[str, ...]:
        """The stars that fall for one branch: the one concerned, or all it applied for."""
        if self.scope is FallScope.WHOLE_AWARD:
            return one.applied
        return () if self.star is None else (self.star,)


def effective_scope(scope: FallScope, star: str | None, policy: Policy) -> FallScope:
    """Return what falls; a star the policy does not have sends the case back to the committee."""
    if scope is FallScope.STAR and star not in {each.code for each in policy.stars}:
        return FallScope.REDETERMINE
    return scope


def corrected(
    organizations: Sequence[OrganizationInput], corrections: Iterable[Correction]
) -> tuple[OrganizationInput, ...]:
    """Return the inputs with every correction applied, in the order of the corrections.

    A star that was refused before keeps its first refusal.
    """
    inputs = {each.organization_id: each for each in organizations}
    for correction in corrections:
        refusal = Refusal(by="finding", reference=str(correction.objection_id))
        for organization_id in map(str, correction.organization_ids):
            one = inputs.get(organization_id)
            if one is None:
                continue
            added = dict.fromkeys(correction.stars(one), refusal)
            inputs[organization_id] = one.model_copy(update={"refusals": added | one.refusals})
    return tuple(inputs.values())
