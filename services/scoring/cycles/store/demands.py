"""Which cycles registry has not yet counted as asking for facts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Cycle, CycleState
from services.scoring.cycles.tables import CycleRow, FactDemandRow

_row = FactDemandRow


async def add_demand(session: AsyncSession, cycle: Cycle) -> None:
    """Note that registry is to be told."""
    values = {"cycle_id": cycle.id, "county_id": cycle.county_id}
    await session.execute(sa.insert(_row).values(values))


async def demands_to_tell(session: AsyncSession) -> list[UUID]:
    """Return the cycles that registry is to be told of, oldest first; none that were cancelled."""
    statement = (
        sa.select(col(_row.cycle_id))
        .join(CycleRow, col(CycleRow.id) == col(_row.cycle_id))
        .where(col(_row.told_at).is_(None), col(CycleRow.state) != CycleState.CANCELLED.value)
    )
    return list(await session.scalars(statement.order_by(col(_row.cycle_id))))


async def set_told(session: AsyncSession, cycle_id: UUID, at: datetime) -> None:
    """Note that registry has counted what the cycle asks for."""
    statement = sa.update(_row).where(col(_row.cycle_id) == cycle_id, col(_row.told_at).is_(None))
    await session.execute(statement.values(told_at=at))
