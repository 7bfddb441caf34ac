"""Organizations as they are today: what callers see of them, and how they are kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach, Sight
from services.registry.organizations.domain.timeline import first_period
from services.registry.organizations.domain.tree import Organization, OrganizationUnknown
from services.registry.organizations.store import periods
from services.registry.organizations.store.rows import STORED, organization, values
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns
from shared.db import copy_rows
from shared.errors import OutOfScope

_row = OrganizationRow
_columns = columns(OrganizationRow)

Rows = sa.Select[*tuple[Any, ...]]


def _select() -> Rows:
    statement: Rows = sa.select(*(_columns[name] for name in STORED))
    return statement


async def reach(session: AsyncSession, sight: Sight) -> Reach:
    """Look up the paths of the subtrees that a sight opens today."""
    if sight.everywhere or not sight.roots:
        return Reach(sight.everywhere)
    found = await session.scalars(sa.select(col(_row.path)).where(col(_row.id).in_(sight.roots)))
    return Reach(everywhere=False, paths=tuple(found))


def within(seen: Reach, path: sa.ColumnElement[str] | None = None) -> sa.ColumnElement[bool]:
    """Return the predicate: the organization (or `path`) lies within reach."""
    column = col(_row.path) if path is None else path
    if seen.everywhere:
        return sa.true()
    return sa.or_(sa.false(), *(column.like(f"{root}%") for root in seen.paths))


async def serialise_writers(session: AsyncSession) -> None:
    """Let one transaction at a time change organizations, so that the feed has no holes.

    A feed position is taken before the commit; with two writers at once, a reader could see
    the later position first and never come back for the earlier one.
    """
    key = sa.func.hashtextextended("registry.organizations", 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def add(
    session: AsyncSession,
    organizations: Sequence[Organization],
    now: datetime,
) -> None:
    """Insert organizations, parents first, at the end of the feed, with their first version."""
    await insert(session, organizations, now)
    await periods.begin(session, [first_period(each) for each in organizations])


async def insert(
    session: AsyncSession, organizations: Sequence[Organization], now: datetime
) -> None:
    """Insert organizations at the end of the feed, without a version."""
    if not organizations:
        return
    start = await feed_end(session) + 1
    rows = (
        (*values(each).values(), start + place, now) for place, each in enumerate(organizations)
    )
    await copy_rows(session, "organizations", (*STORED, "change_sequence", "changed_at"), rows)


async def update(session: AsyncSession, changed: Organization, now: datetime) -> None:
    """Write an organization as it now is and move it to the end of the feed."""
    position = {"change_sequence": await feed_end(session) + 1, "changed_at": now}
    statement = sa.update(_row).where(col(_row.id) == changed.id)
    await session.execute(statement.values(values(changed) | position))


async def feed_end(session: AsyncSession) -> int:
    """Return the last position of the change feed."""
    return await session.scalar(sa.select(sa.func.max(col(_row.change_sequence)))) or 0


async def find(session: AsyncSession, organization_id: UUID) -> Organization:
    """Return one organization, also an ended one; OrganizationUnknown if there is none."""
    statement = _select().where(col(_row.id) == organization_id, col(_row.deleted).is_(False))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise OrganizationUnknown(
            "没有找到这个组织，请核对编号，或在组织列表中查找。",
            "No such organization: look it up in the list.",
        )
    return organization(row)


async def require_within(
    session: AsyncSession, sight: Sight, organization_id: UUID
) -> Organization:
    """Return the organization if the sight covers it; raise OutOfScope otherwise."""
    found = await find(session, organization_id)
    if not (await reach(session, sight)).covers(found.path):
        raise OutOfScope(
            "这个组织不在您的管辖范围内，请换用该单位或其上级的账号办理。",
            "This organization is outside the part of the tree you are responsible for.",
        )
    return found


async def find_all(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Organization]:
    """Return those of the organizations that exist, by id."""
    statement = _select().where(col(_row.id) == _any_of(ids), col(_row.deleted).is_(False))
    return {row.id: organization(row) for row in await session.execute(statement)}


def _any_of(ids: Iterable[UUID]) -> sa.CollectionAggregate[bool]:
    # One array instead of thousands of parameters.
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))


async def living_of_divisions(
    session: AsyncSession, division_ids: Iterable[UUID]
) -> dict[UUID, Organization]:
    """Return the organizations that stand for these divisions and have not ended."""
    statement = _select().where(
        col(_row.division_id) == _any_of(division_ids),
        col(_row.deleted).is_(False),
        col(_row.dissolved_on).is_(None),
    )
    return {row.division_id: organization(row) for row in await session.execute(statement)}


async def follows_others(session: AsyncSession, organization_id: UUID) -> bool:
    """Whether an ended organization names this one as its successor."""
    others = sa.select(sa.literal(1)).where(
        col(_row.successor_id) == organization_id, col(_row.deleted).is_(False)
    )
    return bool(await session.scalar(sa.select(sa.exists(others))))


async def set_end(
    session: AsyncSession, organization_id: UUID, on: date, successor_id: UUID | None, now: datetime
) -> None:
    """Let an organization end on a day, and tell it in the feed."""
    statement = sa.update(_row).where(col(_row.id) == organization_id)
    ended = {"dissolved_on": on, "successor_id": successor_id, "version": col(_row.version) + 1}
    position = {"change_sequence": await feed_end(session) + 1, "changed_at": now}
    await session.execute(statement.values(ended | position))
