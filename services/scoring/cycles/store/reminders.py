"""Who was reminded of what: one row a party, duty and last day, so that nobody is told twice."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Cycle, CycleState, Debt
from services.scoring.cycles.tables import CycleRow, ReminderRow


async def add_reminders(
    session: AsyncSession, cycle: Cycle, debts: Sequence[Debt], at: datetime
) -> list[Debt]:
    """Write down whom to tell now; returns those who were not told of it before."""
    if not debts:
        return []
    row = ReminderRow
    rows = [
        {
            "cycle_id": cycle.id,
            "county_id": cycle.county_id,
            "duty": each.duty.value,
            "party": each.party,
            "due_on": each.due_on,
            "told_at": at,
        }
        for each in debts
    ]
    keys = (col(row.duty), col(row.party), col(row.due_on))
    statement = insert(row).values(rows).on_conflict_do_nothing()
    new = {tuple(each) for each in await session.execute(statement.returning(*keys))}
    return [each for each in debts if (each.duty.value, each.party, each.due_on) in new]


async def cycles_in_states(session: AsyncSession, *states: CycleState) -> list[Cycle]:
    """Return the cycles in one of these steps, without their pauses."""
    row = CycleRow
    statement = sa.select(row).where(col(row.state).in_(states)).order_by(col(row.id))
    return [
        Cycle(**each.model_dump() | {"state": CycleState(each.state), "pauses": ()})
        for each in await session.scalars(statement)
    ]
