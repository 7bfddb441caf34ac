"""The calendar notices in the database."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.calendar.domain import Notice, NoticeKind, calendar_of
from services.notifications.calendar.tables import CalendarNoticeRow
from shared.contracts.notifications import CalendarDay
from shared.workdays import Calendar

_LOCK = sa.func.hashtextextended("calendar", 0)


async def hold(session: AsyncSession) -> None:
    """Let nobody else upload a notice until this transaction ends."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def notices(session: AsyncSession) -> tuple[Notice, ...]:
    """Return every uploaded notice, the newest year and edition first."""
    row = CalendarNoticeRow
    statement = select(row).order_by(col(row.year).desc(), col(row.edition).desc())
    return tuple(_notice(each) for each in await session.scalars(statement))


async def calendar(session: AsyncSession) -> Calendar:
    """Return the working days as of now."""
    return calendar_of(await notices(session))


async def add(session: AsyncSession, notice: Notice) -> None:
    """Store a new edition."""
    row = CalendarNoticeRow(
        id=notice.id,
        year=notice.year,
        edition=notice.edition,
        kind=notice.kind.value,
        title=notice.title,
        reference=notice.reference,
        issued_on=notice.issued_on,
        days=[day.model_dump(mode="json") for day in notice.days],
        uploaded_by=notice.uploaded_by,
        uploaded_at=notice.uploaded_at,
    )
    session.add(row)
    await session.flush()


def _notice(row: CalendarNoticeRow) -> Notice:
    return Notice(
        row.year,
        NoticeKind(row.kind),
        row.title,
        row.reference,
        row.issued_on,
        tuple(CalendarDay.model_validate(day) for day in row.days),
        row.id,
        row.edition,
        row.uploaded_by,
        row.uploaded_at,
    )
