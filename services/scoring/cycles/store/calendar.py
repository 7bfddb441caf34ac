"""Working days as notifications told them."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.tables import CalendarDayRow, CalendarYearRow
from shared.contracts.notifications import CalendarDay
from shared.workdays import Calendar


async def calendar(session: AsyncSession) -> Calendar:
    """Return the working days: the library's with everything received laid over them."""
    days = await session.execute(sa.select(col(CalendarDayRow.day), col(CalendarDayRow.working)))
    years = await session.scalars(sa.select(col(CalendarYearRow.year)))
    overrides = {row.day: row.working for row in days}
    return Calendar(overrides, frozenset(years))


async def replace_calendar(
    session: AsyncSession, days: Iterable[CalendarDay], complete_years: Iterable[int]
) -> None:
    """Lay these days over the known ones and add the complete years."""
    for day in days:
        statement = insert(CalendarDayRow).values(day.model_dump())
        replaced = {"working": day.working, "name": day.name}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["day"], set_=replaced)
        )
    for year in complete_years:
        statement = insert(CalendarYearRow).values(year=year)
        await session.execute(statement.on_conflict_do_nothing())
