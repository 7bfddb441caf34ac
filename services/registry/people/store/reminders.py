"""What was told already: a row a reminder, so that a sweep repeated tells nothing twice."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.people.tables import PostReminderRow

_row = PostReminderRow


async def claim(
    session: AsyncSession, kind: str, subjects: Iterable[tuple[str, UUID]], today: date
) -> set[str]:
    """Mark subjects, each with its county, as told; return those that were not before."""
    rows = [
        {"kind": kind, "subject": subject, "county_id": county_id, "told_on": today}
        for subject, county_id in sorted(subjects)
    ]
    if not rows:
        return set()
    statement = insert(_row).on_conflict_do_nothing().returning(col(_row.subject))
    return set(await session.scalars(statement, rows))
