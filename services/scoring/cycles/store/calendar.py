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
    """Return the working days: the library's with everything received laid over them.

    Read once a transaction.
    """
    if _KEPT not in session.info:
        session.info[_KEPT] = await _read(session)
    kept: Calendar = session.info[_KEPT]
    return kept


_KEPT = "calendar"


# Made once: every deadline asks for it.
_EVERYTHING = sa.union_all(
    sa.select(
        col(CalendarDayRow.day),
        col(CalendarDayRow.working),
        sa.literal(None, sa.Integer).label("year"),
    ),
    sa.select(sa.literal(None, sa.Date), sa.literal(None, sa.Boolean), col(CalendarYearRow.year)),
)


async def _read(session: AsyncSession) -> Calendar:
    rows = (await session.execute(_EVERYTHING)).all()
    return Calendar(
        {row.day: row.working for row in rows if row.day is not None},
        frozenset(row.year for row in rows if row.year is not None),
    )


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
