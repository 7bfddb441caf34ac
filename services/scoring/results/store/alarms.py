"""What a replay found: alarms, appended and never changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.policies.store import of_county
from services.scoring.results.domain.replay import Alarm, Difference
from services.scoring.results.tables import AlarmRow, SnapshotRow
from shared.tables import new_id


async def add(
    session: AsyncSession,
    cycle_id: UUID,
    county_id: UUID,
    differences: Iterable[Difference],
    at: datetime,
) -> list[Alarm]:
    """Insert the differences that were not known yet; returns those."""
    new: list[Alarm] = []
    for each in differences:
        alarm = Alarm(new_id(), cycle_id, county_id, **vars(each), raised_at=at)
        statement = insert(AlarmRow).values(vars(alarm)).on_conflict_do_nothing()
        if await session.scalar(statement.returning(col(AlarmRow.id))) is not None:
            new.append(alarm)
    return new


async def page(
    session: AsyncSession,
    roots: Iterable[UUID],
    cycle_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Alarm]:
    """Return the alarms of the roots' counties, newest first."""
    statement = sa.select(AlarmRow).where(of_county(roots, col(AlarmRow.county_id)))
    if cycle_id is not None:
        statement = statement.where(col(AlarmRow.cycle_id) == cycle_id)
    if after is not None:
        statement = statement.where(col(AlarmRow.id) < after)
    rows = await session.scalars(statement.order_by(col(AlarmRow.id).desc()).limit(limit))
    return [Alarm(**row.model_dump()) for row in rows]


async def replayable(session: AsyncSession) -> list[UUID]:
    """Return the cycles that have frozen inputs to replay."""
    statement = sa.select(col(SnapshotRow.cycle_id)).distinct()
    return list(await session.scalars(statement))
