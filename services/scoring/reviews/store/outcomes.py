"""Level and stars of every branch at the end of a stage."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Cycle
from services.scoring.reviews.domain.outcomes import Outcome
from services.scoring.reviews.tables import OutcomeRow


async def add_outcomes(
    session: AsyncSession, cycle: Cycle, stage: str, found: Iterable[Outcome]
) -> None:
    """Insert what a stage brought; it is written once."""
    rows = [
        asdict(each)
        | {"stage": stage, "cycle_id": cycle.id, "county_id": cycle.county_id}
        | {"stars": list(each.stars)}
        for each in found
    ]
    if rows:
        await session.execute(insert(OutcomeRow), rows)


async def stage_outcomes(session: AsyncSession, cycle_id: UUID, stage: str) -> dict[UUID, Outcome]:
    """Return what a stage brought, by application."""
    statement = sa.select(OutcomeRow).where(
        col(OutcomeRow.cycle_id) == cycle_id, col(OutcomeRow.stage) == stage
    )
    return {row.application_id: _outcome(row) for row in await session.scalars(statement)}


async def outcomes_of(session: AsyncSession, application_id: UUID) -> dict[str, Outcome]:
    """Return what the stages brought one application, by stage."""
    statement = sa.select(OutcomeRow).where(col(OutcomeRow.application_id) == application_id)
    return {row.stage: _outcome(row) for row in await session.scalars(statement)}


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome(
        application_id=row.application_id,
        organization_id=row.organization_id,
        township_id=row.township_id,
        applied_level=row.applied_level,
        level=row.level,
        stars=tuple(row.stars),
    )
