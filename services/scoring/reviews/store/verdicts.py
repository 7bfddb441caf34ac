"""What counts of all closed parts of a cycle; see the rules in `domain.verdicts`."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.reviews.domain import verdicts
from services.scoring.reviews.domain.departments import StarReview
from services.scoring.reviews.domain.stages import StageKind, StageState
from services.scoring.reviews.store.departments import star_reviews
from services.scoring.reviews.store.recommendations import recommendations
from services.scoring.reviews.store.stages import stages


async def counted(
    session: AsyncSession, cycle_id: UUID
) -> tuple[dict[UUID, verdicts.StageScores], dict[UUID, verdicts.Refusals]]:
    """Return what counts, by organization, and who refused which star.

    Scores are stage (township, department, spot_check) → item → what was said; refusals are
    star → who refused it, and where the reason stands.
    """
    signed, reviews = await _signed(session, cycle_id), await _reviews(session, cycle_id)
    return verdicts.scores(signed, reviews), verdicts.refusals(signed, reviews)


async def _signed(session: AsyncSession, cycle_id: UUID) -> list[verdicts.Signed]:
    parts = await stages(session, cycle_id, StageKind.TOWNSHIP)
    saved = await recommendations(session, cycle_id)
    return [
        (each, stage)
        for each in saved.values()
        if (stage := parts.get(str(each.township_id))) and stage.state is StageState.COMPLETED
    ]


async def _reviews(session: AsyncSession, cycle_id: UUID) -> list[StarReview]:
    parts = await stages(session, cycle_id, StageKind.DEPARTMENT)
    closed = {party for party, stage in parts.items() if stage.closed}
    return [each for each in await star_reviews(session, cycle_id) if each.department in closed]
