"""The change feed, and how it learns what begins to hold by date alone.

A change of a later day is written at once, as versions; `organizations` shows it from its day
on. Nobody waits for a job at midnight: whoever writes or follows the feed first on a new day
settles what has come due, and so it is with divisions that have got other codes.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.divisions.tables import DivisionVersionRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.domain.tree import Change
from services.registry.organizations.store.current import feed_end, within
from services.registry.organizations.store.periods import valid
from services.registry.organizations.store.rows import STORED, organization
from services.registry.organizations.tables import (
    OrganizationFeedRow,
    OrganizationRow,
    OrganizationVersionRow,
)
from services.registry.tables import columns

_row, _version = OrganizationRow, OrganizationVersionRow
_feed = OrganizationFeedRow
_SHOWN = (
    "parent_id",
    "path",
    "kind",
    "sector",
    "name",
    "short_name",
    "pinyin",
    "initials",
    "division_id",
)


async def changes(session: AsyncSession, seen: Reach, after: int, limit: int) -> list[Change]:
    """Return up to `limit` entries of the feed after a position; deleted ones are included."""
    names = (*STORED, "change_sequence", "changed_at")
    statement = sa.select(*(columns(_row)[name] for name in names)).where(
        within(seen), col(_row.change_sequence) > after
    )
    rows = await session.execute(statement.order_by(col(_row.change_sequence)).limit(limit))
    return [Change(row.change_sequence, row.changed_at, organization(row)) for row in rows]


async def is_settled(session: AsyncSession, today: date) -> bool:
    """Whether the feed tells all that holds today."""
    row = (await session.execute(sa.select(*columns(_feed)))).one_or_none()
    newest = await session.scalar(_NEWEST_DIVISION)
    return row is not None and (row.settled_on, row.division_version_id) == (today, newest)


_NEWEST_DIVISION = (
    sa.select(col(DivisionVersionRow.id)).order_by(col(DivisionVersionRow.id).desc()).limit(1)
)


async def settle(session: AsyncSession, today: date, now: datetime) -> None:
    """Show every organization as it is today."""
    await show(session, today, now)
    newest = await session.scalar(_NEWEST_DIVISION)
    mark = {"settled_on": today, "division_version_id": newest}
    statement = insert(_feed).values(id=1, **mark)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=mark))


async def show(
    session: AsyncSession, today: date, now: datetime, ids: list[UUID] | None = None
) -> None:
    """Write today's versions of all (or these) organizations where they differ."""
    due = _due(today, ids).cte("due")
    shown = {name: due.c[name] for name in (*_SHOWN, "division_code")}
    stay = sa.or_(col(_row.path) == due.c.path, due.c.path.is_(None))
    statement = (
        sa.update(_row)
        .where(col(_row.id) == due.c.id)
        .values(
            **shown,
            former_paths=sa.case(
                (stay, col(_row.former_paths)),
                else_=sa.func.array_append(col(_row.former_paths), col(_row.path)),
            ),
            version=col(_row.version) + 1,
            change_sequence=await feed_end(session) + due.c.place,
            changed_at=now,
        )
    )
    await session.execute(statement)


def _due(today: date, ids: list[UUID] | None) -> sa.Select[*tuple[Any, ...]]:
    """Select organizations whose row is not what holds today, numbered from the top down."""
    division = DivisionVersionRow
    until = col(division.valid_until)
    then = (
        (col(division.division_id) == col(_version.division_id))
        & (col(division.valid_from) <= today)
        & (until.is_(None) | (until > today))
    )
    dated = [columns(_version)[name] for name in _SHOWN]
    kept = [columns(_row)[name] for name in _SHOWN]
    code = col(division.code)
    place = sa.func.row_number().over(order_by=col(_version.path))
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(col(_row.id), *dated, code.label("division_code"), place.label("place"))
        .select_from(_row)
        .join(_version, (col(_version.organization_id) == col(_row.id)) & valid(today))
        .outerjoin(division, then)
        .where(sa.tuple_(*kept, col(_row.division_code)).is_distinct_from(sa.tuple_(*dated, code)))
    )
    if ids is not None:
        statement = statement.where(col(_row.id) == sa.any_(sa.cast(ids, ARRAY(sa.Uuid))))
    return statement
