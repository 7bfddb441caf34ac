"""Organizations as they were on a day: lists, searches, ancestors and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.divisions.tables import DivisionVersionRow
from services.registry.organizations.domain.scope import Reach, Sight
from services.registry.organizations.domain.search import keys_sought
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store.periods import under, valid
from services.registry.organizations.store.rows import STORED, organization
from services.registry.organizations.tables import OrganizationRow, OrganizationVersionRow
from services.registry.tables import columns
from shared.contracts.registry import OrganizationKind, Sector, Tier

_row, _version = OrganizationRow, OrganizationVersionRow
_OF_THE_DAY = (
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
    division_ids: Sequence[UUID] | None = None


def _select(as_of: date, *, now: bool) -> sa.Select[*tuple[Any, ...]]:
    """Select organizations as of a day; ends to come are told only where the day is now."""
    division = DivisionVersionRow
    until = col(division.valid_until)
    then = (
        (col(division.division_id) == col(_version.division_id))
        & (col(division.valid_from) <= as_of)
        & (until.is_(None) | (until > as_of))
    )
    hidden: dict[str, Any] = {}
    if not now:
        hidden = {name: sa.null() for name in ("dissolved_on", "successor_id")}
        hidden |= {"former_paths": sa.literal([], columns(_row)["former_paths"].type)}
        # Counts what was written since, and is of use only for changes of today's state.
        hidden |= {"version": sa.literal(0)}
    dated = {name: columns(_version)[name] for name in _OF_THE_DAY}
    shown = dated | {"division_code": col(division.code)} | hidden
    picked = [shown.get(name, columns(_row)[name]).label(name) for name in STORED]
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(*picked)
        .select_from(_version)
        .join(_row, col(_row.id) == col(_version.organization_id))
        .outerjoin(division, then)
    )
    return statement


async def reach_on(session: AsyncSession, sight: Sight, as_of: date) -> Reach:
    """Look up the paths that the roots of a sight had on a day."""
    if sight.everywhere or not sight.roots:
        return Reach(sight.everywhere)
    mine = col(_version.organization_id).in_(sight.roots)
    found = await session.scalars(sa.select(col(_version.path)).where(mine, valid(as_of)))
    return Reach(everywhere=False, paths=tuple(found))


async def path_on(session: AsyncSession, organization_id: UUID, as_of: date) -> str | None:
    """Return where an organization stood on a day; None if it did not exist."""
    mine = col(_version.organization_id) == organization_id
    return await session.scalar(sa.select(col(_version.path)).where(mine, valid(as_of)))


async def find_on(session: AsyncSession, organization_id: UUID, as_of: date) -> Organization | None:
    """Return an organization as it was on a day; None if it did not exist then."""
    statement = _select(as_of, now=False).where(
        col(_version.organization_id) == organization_id, valid(as_of), _kept()
    )
    row = (await session.execute(statement)).one_or_none()
    return organization(row) if row is not None else None


async def line_of(session: AsyncSession, path: str, as_of: date) -> list[Organization]:
    """Return the organizations on a path as they were on a day, from the top down."""
    ids = [UUID(part) for part in path.strip("/").split("/")]
    statement = _select(as_of, now=False).where(
        col(_version.organization_id).in_(ids), valid(as_of)
    )
    rows = await session.execute(statement.order_by(col(_version.path)))
    return [organization(row) for row in rows]


async def listed(
    session: AsyncSession, wanted: Filter, after: str | None, limit: int, *, now: bool
) -> list[Organization]:
    """Return up to `limit + 1` organizations after a path, in the order of paths."""
    statement = _select(wanted.as_of, now=now).where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(col(_version.path) > after)
    rows = await session.execute(statement.order_by(col(_version.path)).limit(limit + 1))
    return [organization(row) for row in rows]


async def count(session: AsyncSession, wanted: Filter) -> int:
    """Return how many organizations the filter shows."""
    statement = (
        sa.select(sa.func.count())
        .select_from(_version)
        .join(_row, col(_row.id) == col(_version.organization_id))
        .where(*_conditions(wanted))
    )
    return await session.scalar(statement) or 0


async def counts(
    session: AsyncSession, wanted: Filter
) -> list[tuple[Tier, OrganizationKind, Sector, int]]:
    """Return how many organizations of each tier, kind and sector the filter shows."""
    by = (col(_row.tier), col(_version.kind), col(_version.sector))
    statement = (
        sa.select(*by, sa.func.count())
        .select_from(_version)
        .join(_row, col(_row.id) == col(_version.organization_id))
        .where(*_conditions(wanted))
        .group_by(*by)
    )
    rows = await session.execute(statement)
    return [
        (Tier(tier), OrganizationKind(kind), Sector(sector), number)
        for tier, kind, sector, number in rows
    ]


def standing_under(path: str, as_of: date) -> sa.Select[UUID]:
    """Select the ids of what stood at or below a path on a day."""
    return sa.select(col(_version.organization_id)).where(under(path), valid(as_of))


def _kept() -> sa.ColumnElement[bool]:
    return col(_row.deleted).is_(False)


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions = [within(wanted.reach), _kept(), valid(wanted.as_of)]
    if wanted.tier is not None:
        conditions.append(col(_row.tier) == wanted.tier.value)
    for column in ("parent_id", "sector", "kind"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(columns(_version)[column] == value)
    if wanted.under is not None:
        conditions.append(under(wanted.under))
    if wanted.division_ids is not None:
        conditions.append(col(_version.division_id).in_(wanted.division_ids))
    if wanted.text:
        conditions.append(_named(wanted.text))
    return conditions


def within(seen: Reach) -> sa.ColumnElement[bool]:
    """Return the predicate: the version stands within reach on its days."""
    if seen.everywhere:
        return sa.true()
    return sa.or_(sa.false(), *(under(root) for root in seen.paths))


def _named(text: str) -> sa.ColumnElement[bool]:
    key = text.lower()
    names = (_version.name, _version.short_name)
    return col(_version.search_keys).contains(keys_sought(key)) & sa.or_(
        *(sa.func.lower(col(name)).contains(key, autoescape=True) for name in names),
        col(_version.pinyin).contains(key, autoescape=True),
        col(_version.initials).contains(key, autoescape=True),
    )
