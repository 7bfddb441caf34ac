"""The SQL of pairs of branches."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.pairs import Pair, PairUnknown
from services.registry.people.tables import PairRow
from services.registry.tables import columns

_row = PairRow
_strong, _weak = aliased(OrganizationRow), aliased(OrganizationRow)
_columns = columns(PairRow)


def _pair(row: sa.Row[*tuple[Any, ...]]) -> Pair:
    return Pair(**row._mapping)  # noqa: SLF001 -- its public name


def _select(seen: Reach) -> sa.Select[*tuple[Any, ...]]:
    """Select pairs of which one or the other lies within reach."""
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_strong, col(_strong.id) == col(_row.strong_id))
        .join(_weak, col(_weak.id) == col(_row.weak_id))
        .where(_either(seen))
    )
    return statement


def _either(seen: Reach) -> sa.ColumnElement[bool]:
    strong, weak = (within(seen, sa.type_coerce(each.path, sa.Text)) for each in (_strong, _weak))
    return strong | weak


async def add(session: AsyncSession, pair: Pair) -> None:
    """Insert a pair."""
    await session.execute(sa.insert(_row).values(vars(pair)))


async def update(session: AsyncSession, pair: Pair) -> None:
    """Write a pair as it now is."""
    statement = sa.update(_row).where(col(_row.id) == pair.id)
    await session.execute(statement.values(vars(pair)))


async def find(session: AsyncSession, seen: Reach, pair_id: UUID, *, lock: bool = True) -> Pair:
    """Return a pair of which one lies within reach, locked for change; PairUnknown otherwise."""
    statement = _select(seen).where(col(_row.id) == pair_id)
    if lock:
        statement = statement.with_for_update(of=_row)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise PairUnknown(
            "没有找到这个结对，请在列表中查找。", "No such pair: look it up in the list."
        )
    return _pair(row)


async def of_two(session: AsyncSession, one: UUID, other: UUID) -> list[Pair]:
    """Return all pairs of these two, either way round."""
    both = (one, other)
    statement = sa.select(*_columns).where(
        col(_row.strong_id).in_(both), col(_row.weak_id).in_(both)
    )
    return [_pair(row) for row in await session.execute(statement)]


@dataclass(frozen=True)
class Filter:
    """Which pairs a list shows; all given conditions hold together."""

    reach: Reach
    under: str | None = None
    as_of: date | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: UUID | None, limit: int
) -> list[Pair]:
    """Return up to `limit + 1` pairs after an id."""
    statement = _select(wanted.reach)
    if wanted.under is not None:
        statement = statement.where(_either(Reach(everywhere=False, paths=(wanted.under,))))
    if wanted.as_of is not None:
        ends = col(_row.ends_on)
        statement = statement.where(
            col(_row.starts_on) <= wanted.as_of, ends.is_(None) | (ends >= wanted.as_of)
        )
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_pair(row) for row in rows]
