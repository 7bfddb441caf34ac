"""What townships scored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.applications.domain import Application, word_document, word_of
from services.scoring.kernel.said import Said
from services.scoring.reviews.domain.marks import Mark, Marks
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.store.versions import write_version
from services.scoring.reviews.tables import RecommendationRow
from services.scoring.tables import values_of


async def recommendation(
    session: AsyncSession, application: Application, *, lock: bool = False
) -> Recommendation:
    """Return a township's scores for an application, version 0 where nothing was saved.

    With `lock`, what was saved is held until the transaction ends.
    """
    statement = RecommendationRow.rows().where(
        col(RecommendationRow.application_id) == application.id
    )
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).one_or_none()
    return recommendation_of(row) if row is not None else _none(application)


async def recommendations(
    session: AsyncSession, cycle_id: UUID, township_id: UUID | None = None
) -> dict[UUID, Recommendation]:
    """Return what was saved in a cycle, by application; of one township where one is given."""
    statement = RecommendationRow.rows().where(col(RecommendationRow.cycle_id) == cycle_id)
    if township_id is not None:
        statement = statement.where(col(RecommendationRow.township_id) == township_id)
    rows = await session.execute(statement)
    return {row.application_id: recommendation_of(row) for row in rows}


async def save_recommendation(session: AsyncSession, given: Recommendation) -> Recommendation:
    """Write a township's scores with the version raised by one; returns them as stored.

    Stale where somebody else saved the first version at the same time.
    """
    saved = replace(given, version=given.version + 1)
    values = {name: getattr(saved, name) for name in RecommendationRow.model_fields}
    values |= {"marks": marks_document(saved.marks), "refusals": dict(saved.refusals)}
    await write_version(session, "recommendations", values)
    return saved


def marks_document(marks: Marks) -> dict[str, Any]:
    """Return the document that stores marks: points in hundredths, other words whole."""
    return {
        code: {**word_document(mark.word), "reason": mark.reason} for code, mark in marks.items()
    }


def words_in(document: Mapping[str, Any]) -> dict[str, Said]:
    """Read only what was said from stored marks."""
    return {code: word for code, each in document.items() if (word := word_of(each)) is not None}


def marks_of(document: Mapping[str, Any]) -> dict[str, Mark]:
    """Read marks back from their stored document."""
    return {
        code: Mark(word, each["reason"])
        for code, each in document.items()
        if (word := word_of(each)) is not None
    }


def _none(application: Application) -> Recommendation:
    return Recommendation(
        application_id=application.id,
        cycle_id=application.cycle_id,
        county_id=application.county_id,
        township_id=application.township_id,
        organization_id=application.organization_id,
    )


def recommendation_of(row: sa.Row[Any]) -> Recommendation:
    """Read a township's scores from their row."""
    return Recommendation(**values_of(row) | {"marks": marks_of(row.marks)})
