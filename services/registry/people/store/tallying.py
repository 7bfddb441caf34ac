"""The SQL of hours of training in a year: who is asked about, and what they have."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.tallying import Held
from services.registry.people.store.training import in_year
from services.registry.people.tables import AttendanceRow, CourseRow, TermRow
from shared.contracts.registry import Post

_row, _mark, _place, _term = CourseRow, AttendanceRow, OrganizationRow, TermRow


def _any_of(column: Any, ids: Collection[UUID]) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    found: sa.ColumnElement[bool] = column == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
    return found


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
        .where(_any_of(col(_mark.person_id), people), in_year(year))
        .group_by(col(_mark.person_id))
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in await session.execute(statement)}
