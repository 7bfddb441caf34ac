"""Meetings as they travel."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.scoring.results.domain.determinations import (
    DETERMINATION,
    Determination,
    DeterminationState,
    ListingStrike,
    Meeting,
    Strike,
)

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]


class Reason(BaseModel):
    """A decision that needs its reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "会议纪要有误，请重新记录"}]}
    )

    reason: Why


class DeterminationView(BaseModel):
    """A recorded meeting and where it stands."""

    id: UUID
    cycle_id: UUID
    state: DeterminationState
    state_name: str
    supplementary: bool
    meeting: Meeting
    strikes: list[Strike]
    listing_strikes: list[ListingStrike]
    organization_ids: list[UUID] | None
    recorded_by: UUID
    recorded_at: datetime
    settled_by: UUID | None
    settled_at: datetime | None
    reason: str | None
    version: int

    @classmethod
    def of(cls, found: Determination) -> Self:
        """Make the view."""
        return cls(
            id=found.id,
            cycle_id=found.cycle_id,
            state=found.state,
            state_name=DETERMINATION.labels[found.state],
            supplementary=found.supplementary,
            meeting=found.meeting,
            strikes=list(found.strikes),
            listing_strikes=list(found.listing_strikes),
            organization_ids=None if found.organization_ids is None else [*found.organization_ids],
            recorded_by=found.recorded_by.user_id,
            recorded_at=found.recorded_at,
            settled_by=found.settled_by.user_id if found.settled_by else None,
            settled_at=found.settled_at,
            reason=found.reason,
            version=found.version,
        )
