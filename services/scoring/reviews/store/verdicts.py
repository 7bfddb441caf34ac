"""What counts of all closed parts of a cycle; see the rules in `domain.verdicts`.

Of a whole county only the words are read; of the few rows that refuse or lift, everything.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.reviews.domain import verdicts
from services.scoring.reviews.domain.departments import StarReview
from services.scoring.reviews.domain.outcomes import TOWNSHIP
from services.scoring.reviews.domain.stages import StageKind, StageState
from services.scoring.reviews.store.departments import IN_ORDER, review_of
from services.scoring.reviews.store.recommendations import recommendation_of, words_in
from services.scoring.reviews.store.stages import stages
from services.scoring.reviews.tables import RecommendationRow, StarReviewRow


async def counted(
    session: AsyncSession, cycle_id: UUID
) -> tuple[dict[UUID, verdicts.StageScores], dict[UUID, verdicts.Refusals]]:
    """Return what counts, by organization, and who refused which star.

    Scores are stage (township, department, spot_check) → item → what was said; refusals are
    star → who refused it, and where the reason stands.
    """
    by_townships, signed = await _signed(session, cycle_id)
    by_departments, reviews = await _reviewed(session, cycle_id)
    return (
        verdicts.by_stage(by_townships + by_departments),
        verdicts.refusals(signed, reviews),
    )


async def _signed(
    session: AsyncSession, cycle_id: UUID
) -> tuple[list[verdicts.Spoken], list[verdicts.Signed]]:
    parts = await stages(session, cycle_id, StageKind.TOWNSHIP)
    mine = RecommendationRow.rows().where(col(RecommendationRow.cycle_id) == cycle_id)
    rows = [
        (row, stage)
        for row in await session.execute(mine)
        if (stage := parts.get(str(row.township_id))) and stage.state is StageState.COMPLETED
    ]
    return (
        [(row.organization_id, TOWNSHIP, words_in(row.marks)) for row, _ in rows],
        [(recommendation_of(row), stage) for row, stage in rows if row.refusals],
    )


async def _reviewed(
    session: AsyncSession, cycle_id: UUID
) -> tuple[list[verdicts.Spoken], list[StarReview]]:
    parts = await stages(session, cycle_id, StageKind.DEPARTMENT)
    mine = StarReviewRow.rows().where(
        col(StarReviewRow.cycle_id) == cycle_id,
        col(StarReviewRow.department).in_(
            [party for party, stage in parts.items() if stage.closed]
        ),
    )
    rows = (await session.execute(mine.order_by(*IN_ORDER))).all()
    return (
        [(row.organization_id, row.kind, words_in(row.marks)) for row in rows],
        [review_of(row) for row in rows if row.refusal or row.lift],
    )
