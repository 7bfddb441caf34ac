"""Who still owes a part of the recommendation or the review, and until when."""

from uuid import UUID

from services.scoring.cycles.domain import Debt, Duty
from services.scoring.reviews.domain.stages import Stage, StageKind, Timing
from shared.caller import Role


def owed(stage: Stage, timing: Timing) -> Debt:
    """Return what an open part asks of whom: of its own body, or of the county group instead."""
    of_township = stage.kind is StageKind.TOWNSHIP
    duty = Duty.RECOMMEND if of_township else Duty.REVIEW
    due_on = timing.last_day(stage)
    if stage.substituted:
        role = Role.ORGANIZATION_DEPARTMENT
        return Debt(duty, stage.party, due_on, role, stage.county_id)
    if of_township:
        return Debt(duty, stage.party, due_on, Role.TOWNSHIP, UUID(stage.party))
    return Debt(duty, stage.party, due_on, Role.DEPARTMENT, stage.county_id, stage.party)
