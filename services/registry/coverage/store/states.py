"""The SQL of what is known of units, a ledger that only grows."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.coverage.domain.states import State
from services.registry.coverage.tables import CoverageStateRow
from services.registry.tables import columns

_row = CoverageStateRow
_columns = columns(CoverageStateRow)


def _state(row: sa.Row[*tuple[Any, ...]]) -> State:
    return State(**row._mapping)  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, states: Sequence[State]) -> None:
    """Insert states."""
    if states:
        await session.execute(sa.insert(_row), [vars(each) for each in states])


async def of_units(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[State]]:
    """Return every entry about these units."""
    return await _by_unit(session, col(_row.unit_id) == _any_of(ids))


async def of_covered(session: AsyncSession, branches: Iterable[UUID]) -> dict[UUID, list[State]]:
    """Return every entry about the units that one of these branches covers or has covered."""
    named = sa.select(col(_row.unit_id)).where(col(_row.branch_id) == _any_of(branches))
    return await _by_unit(session, col(_row.unit_id).in_(named))


async def _by_unit(session: AsyncSession, which: sa.ColumnElement[bool]) -> dict[UUID, list[State]]:
    found: dict[UUID, list[State]] = {}
    for row in await session.execute(sa.select(*_columns).where(which)):
        found.setdefault(row.unit_id, []).append(_state(row))
    return found


def _any_of(ids: Iterable[UUID]) -> sa.CollectionAggregate[bool]:
    # One array instead of thousands of parameters.
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
