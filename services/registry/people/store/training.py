"""The SQL of courses and of who attended them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.training import Attendance, Course, CourseKind, CourseUnknown
from services.registry.people.tables import AttendanceRow, CourseRow
from services.registry.tables import columns

_row, _mark, _place = CourseRow, AttendanceRow, OrganizationRow


_columns = columns(CourseRow)


def _course(row: sa.Row[*tuple[Any, ...]]) -> Course:
    return Course(**{**row._mapping, "kind": CourseKind(row.kind)})  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, course: Course) -> None:
    """Insert a course."""
    await session.execute(sa.insert(_row).values(vars(course)))


async def update(session: AsyncSession, course: Course) -> None:
    """Write a course as it now is."""
    statement = sa.update(_row).where(col(_row.id) == course.id)
    await session.execute(statement.values(vars(course)))


async def find(session: AsyncSession, seen: Reach, course_id: UUID, *, lock: bool = True) -> Course:
    """Return a course within reach, locked for change; CourseUnknown otherwise."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(col(_row.id) == course_id, within(seen))
    )
    if lock:
        statement = statement.with_for_update(of=_row)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise CourseUnknown(
            "没有找到这个培训班，请在列表中查找。", "No such course: look it up in the list."
        )
    return _course(row)


@dataclass(frozen=True)
class Filter:
    """Which courses a list shows; all given conditions hold together."""

    reach: Reach
    under: str | None = None
    kind: CourseKind | None = None
    year: int | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: UUID | None, limit: int
) -> list[Course]:
    """Return up to `limit + 1` courses after an id."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(within(wanted.reach))
    )
    if wanted.under is not None:
        statement = statement.where(col(_place.path).like(f"{wanted.under}%"))
    if wanted.kind is not None:
        statement = statement.where(col(_row.kind) == wanted.kind.value)
    if wanted.year is not None:
        statement = statement.where(in_year(wanted.year))
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_course(row) for row in rows]


def in_year(year: int) -> sa.ColumnElement[bool]:
    """Return the predicate: the course counts in that year, in which it ends."""
    return col(_row.ends_on).between(date(year, 1, 1), date(year, 12, 31))


async def record(session: AsyncSession, given: Sequence[Attendance]) -> None:
    """Write attendance in the place of what was recorded of the same people before."""
    statement = insert(_mark)
    new = {
        name: statement.excluded[name]
        for name in ("hours", "completed", "recorded_by", "recorded_at")
    }
    statement = statement.on_conflict_do_update(index_elements=["course_id", "person_id"], set_=new)
    await session.execute(statement, [vars(each) for each in given])


async def most_hours(session: AsyncSession, course_id: UUID) -> int:
    """Return the most hours recorded of anybody in a course."""
    statement = sa.select(sa.func.max(col(_mark.hours))).where(col(_mark.course_id) == course_id)
    return await session.scalar(statement) or 0


async def attended(
    session: AsyncSession, course_id: UUID, after: UUID | None, limit: int
) -> list[Attendance]:
    """Return up to `limit + 1` people's attendance of a course after a person's id."""
    statement = sa.select(*columns(AttendanceRow)).where(col(_mark.course_id) == course_id)
    if after is not None:
        statement = statement.where(col(_mark.person_id) > after)
    rows = await session.execute(statement.order_by(col(_mark.person_id)).limit(limit + 1))
    return [Attendance(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name
