"""Recorded meetings."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.results.domain.determinations import (
    Actor,
    Determination,
    DeterminationState,
    ListingStrike,
    Meeting,
    Strike,
)
from services.scoring.results.tables import DeterminationRow
from shared.errors import NotFound


async def add(session: AsyncSession, determination: Determination) -> None:
    """Insert a recorded meeting."""
    session.add(_row(determination))
    await session.flush()


async def save(session: AsyncSession, determination: Determination) -> Determination:
    """Write a meeting back with its version raised by one; returns it as stored."""
    row = _row(determination)
    row.version += 1
    await session.merge(row)
    await session.flush()
    return _determination(row)


async def find(session: AsyncSession, determination_id: UUID) -> Determination:
    """Return a meeting; NotFound otherwise. Whoever asks must check the scope."""
    return await _one(session, determination_id, lock=False)


async def lock(session: AsyncSession, determination_id: UUID) -> Determination:
    """Return a meeting and hold it until the transaction ends; NotFound otherwise."""
    return await _one(session, determination_id, lock=True)


async def of_cycle(session: AsyncSession, cycle_id: UUID) -> list[Determination]:
    """Return all meetings of a cycle, oldest first."""
    statement = sa.select(DeterminationRow).where(col(DeterminationRow.cycle_id) == cycle_id)
    rows = await session.scalars(statement.order_by(col(DeterminationRow.id)))
    return [_determination(row) for row in rows]


async def recorded(session: AsyncSession, cycle_id: UUID) -> Determination | None:
    """Return the meeting of a cycle that waits for its confirmation."""
    statement = sa.select(DeterminationRow).where(
        col(DeterminationRow.cycle_id) == cycle_id,
        col(DeterminationRow.state) == DeterminationState.RECORDED,
    )
    row = await session.scalar(statement.with_for_update())
    return None if row is None else _determination(row)


async def _one(session: AsyncSession, determination_id: UUID, *, lock: bool) -> Determination:
    statement = sa.select(DeterminationRow).where(col(DeterminationRow.id) == determination_id)
    if lock:
        statement = statement.with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("没有找到这次县委确定的记录，请核对编号。", "No such determination.")
    return _determination(row)


def _determination(row: DeterminationRow) -> Determination:
    settled = None if row.settled_by is None else Actor(row.settled_by, row.settled_by_person)
    scope = row.organization_ids
    return Determination(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        meeting=Meeting.model_validate(row.meeting),
        strikes=tuple(Strike.model_validate(each) for each in row.strikes),
        listing_strikes=tuple(ListingStrike.model_validate(each) for each in row.listing_strikes),
        organization_ids=None if scope is None else tuple(UUID(each) for each in scope),
        state=DeterminationState(row.state),
        recorded_by=Actor(row.recorded_by, row.recorded_by_person),
        recorded_at=row.recorded_at,
        settled_by=settled,
        settled_at=row.settled_at,
        reason=row.reason,
        version=row.version,
    )


def _row(determination: Determination) -> DeterminationRow:
    scope, settled = determination.organization_ids, determination.settled_by
    return DeterminationRow(
        id=determination.id,
        cycle_id=determination.cycle_id,
        county_id=determination.county_id,
        meeting=determination.meeting.model_dump(mode="json"),
        strikes=[each.model_dump(mode="json") for each in determination.strikes],
        listing_strikes=[each.model_dump(mode="json") for each in determination.listing_strikes],
        organization_ids=None if scope is None else [str(each) for each in scope],
        state=determination.state,
        recorded_by=determination.recorded_by.user_id,
        recorded_by_person=determination.recorded_by.person_id,
        recorded_at=determination.recorded_at,
        settled_by=settled.user_id if settled else None,
        settled_by_person=settled.person_id if settled else None,
        settled_at=determination.settled_at,
        reason=determination.reason,
        version=determination.version,
    )
