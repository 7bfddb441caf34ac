"""What departments reviewed and spot-checked, star by star."""

from dataclasses import replace
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.reviews.domain.departments import ReviewKind, StarReview
from services.scoring.reviews.store.recommendations import marks_document, marks_of
from services.scoring.reviews.store.versions import write_version
from services.scoring.reviews.tables import StarReviewRow
from services.scoring.tables import values_of

IN_ORDER = (col(StarReviewRow.application_id), col(StarReviewRow.kind), col(StarReviewRow.star))


async def star_review(
    session: AsyncSession,
    application_id: UUID,
    kind: ReviewKind,
    star: str,
    *,
    lock: bool = False,
) -> StarReview | None:
    """Return a department's scores of one star, None where nothing was saved.

    With `lock`, what was saved is held until the transaction ends.
    """
    statement = StarReviewRow.rows().where(
        col(StarReviewRow.application_id) == application_id,
        col(StarReviewRow.kind) == kind,
        col(StarReviewRow.star) == star,
    )
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else review_of(row)


async def star_reviews(
    session: AsyncSession,
    cycle_id: UUID,
    *,
    department: str | None = None,
    application_id: UUID | None = None,
) -> list[StarReview]:
    """Return what was saved in a cycle; of one department or application where one is given."""
    statement = StarReviewRow.rows().where(col(StarReviewRow.cycle_id) == cycle_id)
    if department is not None:
        statement = statement.where(col(StarReviewRow.department) == department)
    if application_id is not None:
        statement = statement.where(col(StarReviewRow.application_id) == application_id)
    rows = await session.execute(statement.order_by(*IN_ORDER))
    return [review_of(row) for row in rows]


async def save_star_review(session: AsyncSession, given: StarReview) -> StarReview:
    """Write a star's scores with the version raised by one; returns them as stored.

    Stale where somebody else saved the first version at the same time.
    """
    saved = replace(given, version=given.version + 1)
    values = {name: getattr(saved, name) for name in StarReviewRow.model_fields}
    values |= {"marks": marks_document(saved.marks)}
    await write_version(session, "star_reviews", values)
    return saved


def review_of(row: sa.Row[Any]) -> StarReview:
    """Read a star's review from its row."""
    return StarReview(
        **values_of(row)
        | {
            "kind": ReviewKind(row.kind),
            "scored_by": cast("Literal['department', 'county_group']", row.scored_by),
            "marks": marks_of(row.marks),
        }
    )
