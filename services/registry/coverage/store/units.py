"""The SQL of 两新 units."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.coverage.domain.units import Unit, UnitKind, UnitUnknown
from services.registry.coverage.tables import CoverageUnitRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_row = CoverageUnitRow
_columns = columns(CoverageUnitRow)
_WHOLE = sa.func.hashtextextended("registry.coverage", 0)


def _unit(row: sa.Row[*tuple[Any, ...]]) -> Unit:
    return Unit(**{**row._mapping, "kind": UnitKind(row.kind)})  # noqa: SLF001 -- its public name


async def lock_county(session: AsyncSession, county_id: UUID) -> None:
    """Let one transaction at a time write a county's ledger, and none beside `lock_all`."""
    key = sa.func.hashtextextended(f"registry.coverage.{county_id}", 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_WHOLE)))
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def lock_all(session: AsyncSession) -> None:
    """Let nobody else write the ledger of any county until the transaction ends."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_WHOLE)))


async def add(session: AsyncSession, units: Sequence[Unit]) -> None:
    """Insert units."""
    if units:
        await session.execute(sa.insert(_row), [vars(unit) for unit in units])


async def update(session: AsyncSession, unit: Unit) -> None:
    """Write a unit as it now is."""
    statement = sa.update(_row).where(col(_row.id) == unit.id)
    await session.execute(statement.values(vars(unit)))


async def find(session: AsyncSession, seen: Reach, unit_id: UUID) -> Unit:
    """Return a unit within reach; UnitUnknown otherwise."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(OrganizationRow, col(OrganizationRow.id) == col(_row.organization_id))
        .where(col(_row.id) == unit_id, within(seen))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise UnitUnknown(
            "没有找到这个两新单位，请在明细账中查找。", "No such unit: look it up in the ledger."
        )
    return _unit(row)


async def find_all(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Unit]:
    """Return those of these units that exist, by id."""
    statement = sa.select(*_columns).where(col(_row.id) == _any_of(ids))
    return {row.id: _unit(row) for row in await session.execute(statement)}


async def alike(
    session: AsyncSession,
    counties: Collection[UUID],
    places: Collection[UUID],
    codes: Collection[str],
) -> list[Unit]:
    """Return the units of these counties that lie in these places or have one of these codes."""
    coded = col(_row.credit_code) == sa.any_(sa.cast(list(codes), ARRAY(sa.Text)))
    statement = sa.select(*_columns).where(
        col(_row.county_id) == _any_of(counties),
        (col(_row.organization_id) == _any_of(places)) | coded,
    )
    return [_unit(row) for row in await session.execute(statement)]


def _any_of(ids: Iterable[UUID]) -> sa.CollectionAggregate[bool]:
    # One array instead of thousands of parameters.
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
