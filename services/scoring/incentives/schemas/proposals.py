"""Proposals for 整顿 as they travel."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.incentives.domain.proposals import PROPOSAL, Proposal, ProposalState
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import Rectification

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]


class Reason(BaseModel):
    """A decision that needs its reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "班子刚调整，先观察半年"}]}
    )

    reason: Why


class ProposalConfirmation(Reason):
    """Confirm with all measures, or with those chosen."""

    measures: list[str] | None = Field(
        default=None, max_length=20, description="不填为建议的全部措施"
    )


class MeasureView(BaseModel):
    """A measure by code and name."""

    code: str
    name: str


class ProposalView(BaseModel):
    """One branch proposed for 整顿, and what a person decided."""

    id: UUID
    cycle_id: UUID
    organization_id: UUID
    name: str
    township_id: UUID
    result_id: UUID
    level: int
    level_name: str
    clause: str
    measures: list[MeasureView]
    state: ProposalState
    state_name: str
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    version: int

    @classmethod
    def of(cls, policy: Policy, found: Proposal) -> Self:
        """Make the view; the policy names level and measures."""
        linkages = [each for each in policy.linkages if isinstance(each, Rectification)]
        names = {one.code: one.name for each in linkages for one in each.measures}
        return cls(
            id=found.id,
            cycle_id=found.cycle_id,
            organization_id=found.organization_id,
            name=found.name,
            township_id=found.township_id,
            result_id=found.result_id,
            level=found.level,
            level_name=policy.level_name(found.level),
            clause=found.clause,
            measures=[MeasureView(code=each, name=names[each]) for each in found.measures],
            state=found.state,
            state_name=PROPOSAL.labels[found.state],
            decided_by=found.decided_by.user_id if found.decided_by else None,
            decided_at=found.decided_at,
            reason=found.reason,
            version=found.version,
        )
