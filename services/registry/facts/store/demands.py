"""The SQL of demands for facts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.facts.domain.demands import (
    Asked,
    Demand,
    DemandExists,
    DemandUnknown,
)
from services.registry.facts.tables import FactDemandCountRow, FactDemandRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns
from shared.tables import new_id

_demand = FactDemandRow
_count = FactDemandCountRow
_columns = columns(FactDemandRow)


def _read(row: sa.Row[*tuple[Any, ...]]) -> Demand:
    return Demand(**{**row._mapping, "codes": tuple(row.codes)})  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, demand: Demand, counts: Sequence[Asked]) -> None:
    """Insert a demand and its counts; DemandExists when the county knows the reference."""
    values = vars(demand) | {"codes": list(demand.codes)}
    statement = insert(_demand).values(values).on_conflict_do_nothing()
    if (await session.execute(statement.returning(col(_demand.id)))).one_or_none() is None:
        raise DemandExists(
            f"编号为“{demand.reference}”的数据需求已经登记，不必重复；新的需求请换一个编号。",
            f"The demand {demand.reference} is registered: take another reference for a new one.",
        )
    if counts:
        base = {"county_id": demand.county_id, "demand_id": demand.id}
        rows = [base | {"id": new_id()} | vars(each) for each in counts]
        await session.execute(sa.insert(_count), rows)


async def find(session: AsyncSession, seen: Reach, demand_id: UUID) -> Demand:
    """Return a demand that asks somebody within reach; DemandUnknown otherwise."""
    statement = sa.select(*_columns).where(col(_demand.id) == demand_id, _asks(seen))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise DemandUnknown(
            "没有找到这次数据需求，请在列表中查找。", "No such demand: look it up in the list."
        )
    return _read(row)


async def asked_of(session: AsyncSession, demand_id: UUID) -> set[UUID]:
    """Return the organizations that a demand asked for anything."""
    statement = sa.select(col(_count.organization_id)).where(col(_count.demand_id) == demand_id)
    return set(await session.scalars(statement))


async def listed(
    session: AsyncSession, seen: Reach, before: UUID | None, limit: int
) -> list[Demand]:
    """Return up to `limit + 1` demands that ask somebody within reach, the newest first."""
    statement = sa.select(*_columns).where(_asks(seen))
    if before is not None:
        statement = statement.where(col(_demand.id) < before)
    rows = await session.execute(statement.order_by(col(_demand.id).desc()).limit(limit + 1))
    return [_read(row) for row in rows]


def _asks(seen: Reach) -> sa.ColumnElement[bool]:
    if seen.everywhere:
        return sa.true()
    asked = (
        sa.select(sa.literal(1))
        .select_from(_count)
        .join(OrganizationRow, col(OrganizationRow.id) == col(_count.organization_id))
        .where(col(_count.demand_id) == col(_demand.id), within(seen))
    )
    return sa.exists(asked)
