"""Inspections and the pauses they ordered."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import (
    CycleState,
    Inspection,
    InspectionState,
    Pause,
    PauseRecord,
    Schedule,
)
from services.scoring.cycles.tables import InspectionRow, PauseRow
from shared.errors import NotFound


async def add_inspection(session: AsyncSession, inspection: Inspection) -> None:
    """Insert a finding."""
    session.add(InspectionRow(**asdict(inspection)))
    await session.flush()


async def lock_inspection(session: AsyncSession, inspection_id: UUID) -> Inspection:
    """Return a finding and hold it until the transaction ends; NotFound otherwise."""
    statement = (
        sa.select(InspectionRow).where(col(InspectionRow.id) == inspection_id).with_for_update()
    )
    row = await session.scalar(statement)
    if row is None:
        raise NotFound("没有找到这条监督意见，请核对编号。", "No such inspection.")
    return _inspection(row)


async def save_inspection(session: AsyncSession, inspection: Inspection) -> None:
    """Write a finding back."""
    await session.merge(InspectionRow(**asdict(inspection)))
    await session.flush()


async def inspections(session: AsyncSession, cycle_id: UUID) -> list[Inspection]:
    """Return the findings on a cycle, oldest first."""
    statement = sa.select(InspectionRow).where(col(InspectionRow.cycle_id) == cycle_id)
    return [
        _inspection(row) for row in await session.scalars(statement.order_by(col(InspectionRow.id)))
    ]


async def add_pause(session: AsyncSession, record: PauseRecord) -> None:
    """Insert a pause."""
    session.add(_pause_row(record))
    await session.flush()


async def save_pause(session: AsyncSession, record: PauseRecord) -> None:
    """Write a pause back."""
    await session.merge(_pause_row(record))
    await session.flush()


async def running_pause(session: AsyncSession, cycle_id: UUID) -> PauseRecord | None:
    """Return the cycle's pause that is not marked as ended."""
    statement = sa.select(PauseRow).where(
        col(PauseRow.cycle_id) == cycle_id, col(PauseRow.ended_on).is_(None)
    )
    row = await session.scalar(statement.order_by(col(PauseRow.id).desc()).limit(1))
    return None if row is None else _record(row)


def _inspection(row: InspectionRow) -> Inspection:
    return Inspection(
        **row.model_dump() | {"step": CycleState(row.step), "state": InspectionState(row.state)}
    )


def _record(row: PauseRow) -> PauseRecord:
    before = {name: date.fromisoformat(day) for name, day in row.before.items()}
    return PauseRecord(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        inspection_id=row.inspection_id,
        step=CycleState(row.step),
        reason=row.reason,
        pause=Pause(row.step, row.started_on, row.until, row.working_days),
        before=Schedule(**before),
        ordered_by=row.ordered_by,
        ended_on=row.ended_on,
    )


def _pause_row(record: PauseRecord) -> PauseRow:
    return PauseRow(
        id=record.id,
        cycle_id=record.cycle_id,
        county_id=record.county_id,
        inspection_id=record.inspection_id,
        step=record.step,
        reason=record.reason,
        started_on=record.pause.started_on,
        until=record.pause.until,
        working_days=record.pause.working_days,
        before={name: day.isoformat() for name, day in asdict(record.before).items()},
        ordered_by=record.ordered_by,
        ended_on=record.ended_on,
    )
