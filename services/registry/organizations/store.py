"""The SQL of organizations: the tree, what callers see of it, and the change feed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.divisions.tables import DivisionVersionRow
from services.registry.organizations.domain.scope import Reach, Sight
from services.registry.organizations.domain.tree import (
    Change,
    Organization,
    OrganizationUnknown,
)
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import OutOfScope

_row = OrganizationRow
_columns = columns(OrganizationRow)
_STORED = [
    column.name for column in _columns if column.name not in ("change_sequence", "changed_at")
]

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Filter:
    """Which organizations a list shows; all given conditions hold together."""

    reach: Reach
    as_of: date
    under: str | None = None
    parent_id: UUID | None = None
    tier: Tier | None = None
    sector: Sector | None = None
    kind: OrganizationKind | None = None
    text: str | None = None


def _select() -> Rows:
    current = (col(DivisionVersionRow.division_id) == col(_row.division_id)) & col(
        DivisionVersionRow.valid_until
    ).is_(None)
    code: sa.Label[str] = col(DivisionVersionRow.code).label("division_code")
    statement: Rows = sa.select(*_columns, code).outerjoin(DivisionVersionRow, current)
    return statement


def _organization(row: sa.Row[*tuple[Any, ...]]) -> Organization:
    values = {name: row._mapping[name] for name in (*_STORED, "division_code")}  # noqa: SLF001 -- its public name
    enums = {
        "kind": OrganizationKind(row.kind),
        "sector": Sector(row.sector),
        "tier": Tier(row.tier),
    }
    return Organization(**values | enums)


async def reach(session: AsyncSession, sight: Sight) -> Reach:
    """Look up the paths of the subtrees that a sight opens."""
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


async def add(session: AsyncSession, organizations: Sequence[Organization], now: datetime) -> None:
    """Insert organizations, parents first, at the end of the feed."""
    if not organizations:
        return
    start = await _feed_end(session) + 1
    rows = [
        _values(each) | {"change_sequence": start + place, "changed_at": now}
        for place, each in enumerate(organizations)
    ]
    await session.execute(sa.insert(_row), rows)


async def update(session: AsyncSession, organization: Organization, now: datetime) -> None:
    """Write an organization as it now is and move it to the end of the feed."""
    position = {"change_sequence": await _feed_end(session) + 1, "changed_at": now}
    statement = sa.update(_row).where(col(_row.id) == organization.id)
    await session.execute(statement.values(_values(organization) | position))


def _values(organization: Organization) -> dict[str, Any]:
    return {name: getattr(organization, name) for name in _STORED}


async def _feed_end(session: AsyncSession) -> int:
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
    return _organization(row)


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
    statement = _select().where(col(_row.id).in_(set(ids)), col(_row.deleted).is_(False))
    return {row.id: _organization(row) for row in await session.execute(statement)}


async def living_of_divisions(
    session: AsyncSession, division_ids: Iterable[UUID]
) -> dict[UUID, Organization]:
    """Return the organizations that stand for these divisions and have not ended."""
    statement = _select().where(
        col(_row.division_id).in_(list(division_ids)),
        col(_row.deleted).is_(False),
        col(_row.dissolved_on).is_(None),
    )
    return {row.division_id: _organization(row) for row in await session.execute(statement)}


async def has_living_children(session: AsyncSession, organization_id: UUID, on: date) -> bool:
    """Whether an organization directly below this one exists on that day or later."""
    ended = col(_row.dissolved_on)
    living = sa.select(sa.literal(1)).where(
        col(_row.parent_id) == organization_id,
        col(_row.deleted).is_(False),
        ended.is_(None) | (ended > on),
    )
    return bool(await session.scalar(sa.select(sa.exists(living))))


async def listed(
    session: AsyncSession, wanted: Filter, after: str | None, limit: int
) -> list[Organization]:
    """Return up to `limit + 1` organizations after a path, in the order of paths."""
    statement = _select().where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(col(_row.path) > after)
    rows = await session.execute(statement.order_by(col(_row.path)).limit(limit + 1))
    return [_organization(row) for row in rows]


async def count(session: AsyncSession, wanted: Filter) -> int:
    """Return how many organizations the filter shows."""
    statement = sa.select(sa.func.count()).select_from(_row).where(*_conditions(wanted))
    return await session.scalar(statement) or 0


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    ended = col(_row.dissolved_on)
    conditions = [
        within(wanted.reach),
        col(_row.deleted).is_(False),
        col(_row.founded_on) <= wanted.as_of,
        ended.is_(None) | (ended > wanted.as_of),
    ]
    for column in ("parent_id", "tier", "sector", "kind"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(_columns[column] == value)
    if wanted.under is not None:
        conditions.append(col(_row.path).like(f"{wanted.under}%"))
    if wanted.text:
        conditions.append(_named(wanted.text))
    return conditions


def _named(text: str) -> sa.ColumnElement[bool]:
    key = text.lower()
    return sa.or_(
        col(_row.name).contains(text, autoescape=True),
        col(_row.short_name).contains(text, autoescape=True),
        col(_row.pinyin).startswith(key, autoescape=True),
        col(_row.initials).startswith(key, autoescape=True),
    )


async def changes(session: AsyncSession, seen: Reach, after: int, limit: int) -> list[Change]:
    """Return up to `limit` entries of the feed after a position; deleted ones are included."""
    statement = _select().where(within(seen), col(_row.change_sequence) > after)
    rows = await session.execute(statement.order_by(col(_row.change_sequence)).limit(limit))
    return [Change(row.change_sequence, row.changed_at, _organization(row)) for row in rows]
