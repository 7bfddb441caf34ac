"""What stands in the way of freezing the inputs."""

from collections.abc import Collection
from uuid import UUID

from services.scoring.cycles.domain import Cycle
from services.scoring.results.domain.determinations import Missing
from services.scoring.reviews import store as reviews
from shared.context import Work


async def missing(work: Work, cycle: Cycle, only: Collection[UUID] | None) -> list[Missing]:
    """Return the clearances that block a determination of these branches."""
    found = await reviews.missing_clearances(work.session, cycle.id)
    return [
        Missing(office, organization_id, bottom_line)
        for office, organization_id, bottom_line in found
        if only is None or organization_id in only
    ]
