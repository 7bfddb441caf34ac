"""The SQL of courses and of who attended them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.training import (
    Attendance,
    Course,
    CourseKind,
    CourseUnknown,
    Held,
)
from services.registry.people.tables import AttendanceRow, CourseRow, TermRow
from services.registry.tables import columns
from shared.contracts.registry import Post

_row, _mark, _place, _term = CourseRow, AttendanceRow, OrganizationRow, TermRow
_columns = columns(CourseRow)


def _course(row: sa.Row[*tuple[Any, ...]]) -> Course:
    return Course(**{**row._mapping, "kind": CourseKind(row.kind)})  # noqa: SLF001 -- its public name


def _any_of(column: Any, ids: Collection[UUID]) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    found: sa.ColumnElement[bool] = column == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
    return found


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
        statement = statement.where(_in_year(wanted.year))
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_course(row) for row in rows]


def _in_year(year: int) -> sa.ColumnElement[bool]:
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


@dataclass(frozen=True)
class Holders:
    """Who is asked about: those who hold a post below a path on a day."""

    reach: Reach
    under: str
    as_of: date
    post: Post | None = None


def _holding(wanted: Holders) -> list[sa.ColumnElement[bool]]:
    ends, dissolved = col(_term.ends_on), col(_place.dissolved_on)
    conditions = [
        within(wanted.reach),
        col(_place.path).like(f"{wanted.under}%"),
        col(_place.deleted).is_(False),
        dissolved.is_(None) | (dissolved > wanted.as_of),
        col(_term.starts_on) <= wanted.as_of,
        ends.is_(None) | (ends >= wanted.as_of),
    ]
    if wanted.post is not None:
        conditions.append(col(_term.post) == wanted.post.value)
    return conditions


async def holders(
    session: AsyncSession, wanted: Holders, after: UUID | None, limit: int
) -> list[UUID]:
    """Return up to `limit + 1` people who hold such a post, after an id."""
    statement = (
        sa.select(col(_term.person_id))
        .distinct()
        .join(_place, col(_place.id) == col(_term.organization_id))
        .where(*_holding(wanted))
    )
    if after is not None:
        statement = statement.where(col(_term.person_id) > after)
    return list(await session.scalars(statement.order_by(col(_term.person_id)).limit(limit + 1)))


async def posts_of(
    session: AsyncSession, wanted: Holders, people: Collection[UUID]
) -> dict[UUID, list[Held]]:
    """Return which of the posts asked about each of these people holds."""
    statement = (
        sa.select(
            col(_term.person_id), col(_term.organization_id), col(_place.path), col(_term.post)
        )
        .join(_place, col(_place.id) == col(_term.organization_id))
        .where(*_holding(wanted), _any_of(col(_term.person_id), people))
        .order_by(col(_place.path), col(_term.post))
    )
    found: dict[UUID, list[Held]] = {}
    for person_id, place, path, post in await session.execute(statement):
        found.setdefault(person_id, []).append(Held(place, path, Post(post)))
    return found


async def hours_of(
    session: AsyncSession, people: Collection[UUID], year: int
) -> dict[UUID, tuple[int, int]]:
    """Return each one's hours and completed courses of those that ended in a year."""
    completed = sa.func.count().filter(col(_mark.completed))
    statement = (
        sa.select(col(_mark.person_id), sa.func.sum(col(_mark.hours)), completed)
        .join(_row, col(_row.id) == col(_mark.course_id))
        .where(_any_of(col(_mark.person_id), people), _in_year(year))
        .group_by(col(_mark.person_id))
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in await session.execute(statement)}
