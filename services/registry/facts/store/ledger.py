"""The SQL of facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.facts.domain.ledger import Fact
from services.registry.facts.tables import FactRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_columns = columns(FactRow)


def _fact(row: sa.Row[*tuple[Any, ...]]) -> Fact:
    return Fact(**row._mapping)  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, facts: Sequence[Fact]) -> None:
    """Insert facts; nothing stored before is touched."""
    await session.execute(sa.insert(FactRow), [vars(fact) for fact in facts])


@dataclass(frozen=True)
class Filter:
    """Which facts a list shows; all given conditions hold together, bounds are inclusive."""

    reach: Reach
    as_of: date
    under: str | None = None
    codes: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


async def newest(
    session: AsyncSession, wanted: Filter, after: tuple[UUID, str] | None, limit: int
) -> list[Fact]:
    """Return up to `limit + 1` values valid on the date, in the order of organization and code."""
    place, code = col(FactRow.organization_id), col(FactRow.code)
    statement = (
        sa.select(*_columns)
        .select_from(FactRow)
        .ext(distinct_on(place, code))
        .join(OrganizationRow, col(OrganizationRow.id) == place)
        .where(
            within(wanted.reach),
            col(OrganizationRow.deleted).is_(False),
            col(FactRow.valid_from) <= wanted.as_of,
        )
    )
    if wanted.under is not None:
        statement = statement.where(col(OrganizationRow.path).like(f"{wanted.under}%"))
    if wanted.codes:
        statement = statement.where(code.in_(wanted.codes))
    if after is not None:
        statement = statement.where(sa.tuple_(place, code) > sa.tuple_(*after))
    latest = (col(FactRow.valid_from).desc(), col(FactRow.id).desc())
    rows = await session.execute(_between(statement.order_by(place, code, *latest), wanted, limit))
    return [_fact(row) for row in rows]


def _between(
    newest: sa.Select[*tuple[Any, ...]], wanted: Filter, limit: int
) -> sa.Select[*tuple[Any, ...]]:
    """Of the values that count, take those within the bounds: an older one never stands in."""
    if wanted.at_least is None and wanted.at_most is None:
        return newest.limit(limit + 1)
    counting = newest.subquery("counting")
    value = counting.c.value
    statement: sa.Select[*tuple[Any, ...]] = sa.select(*counting.c)
    if wanted.at_least is not None:
        statement = statement.where(value >= wanted.at_least)
    if wanted.at_most is not None:
        statement = statement.where(value <= wanted.at_most)
    order = (counting.c.organization_id, counting.c.code)
    return statement.order_by(*order).limit(limit + 1)


async def newest_of(
    session: AsyncSession, organizations: Iterable[UUID], codes: Iterable[str], as_of: date
) -> list[Fact]:
    """Return the values valid on the date of exactly these organizations and codes."""
    place, code = col(FactRow.organization_id), col(FactRow.code)
    statement = (
        sa.select(*_columns)
        .ext(distinct_on(place, code))
        .where(
            place == sa.any_(sa.cast(list(organizations), ARRAY(sa.Uuid))),
            code == sa.any_(sa.cast(list(codes), ARRAY(sa.Text))),
            col(FactRow.valid_from) <= as_of,
        )
        .order_by(place, code, col(FactRow.valid_from).desc(), col(FactRow.id).desc())
    )
    return [_fact(row) for row in await session.execute(statement)]


async def last_entered(
    session: AsyncSession, organizations: Iterable[UUID], codes: Iterable[str]
) -> dict[tuple[UUID, str, date], int]:
    """Return the value that counts from each first day on, of these organizations and codes."""
    place, code, begin = col(FactRow.organization_id), col(FactRow.code), col(FactRow.valid_from)
    statement = (
        sa.select(place, code, begin, col(FactRow.value))
        .ext(distinct_on(place, code, begin))
        .where(
            place == sa.any_(sa.cast(list(organizations), ARRAY(sa.Uuid))),
            code == sa.any_(sa.cast(list(codes), ARRAY(sa.Text))),
        )
        .order_by(place, code, begin, col(FactRow.id).desc())
    )
    rows = await session.execute(statement)
    return {(row.organization_id, row.code, row.valid_from): row.value for row in rows}


async def history(
    session: AsyncSession,
    organization_id: UUID,
    code: str | None,
    before: UUID | None,
    limit: int,
) -> list[Fact]:
    """Return up to `limit + 1` entries of an organization, the last entered first."""
    statement = sa.select(*_columns).where(col(FactRow.organization_id) == organization_id)
    if code is not None:
        statement = statement.where(col(FactRow.code) == code)
    if before is not None:
        statement = statement.where(col(FactRow.id) < before)
    rows = await session.execute(statement.order_by(col(FactRow.id).desc()).limit(limit + 1))
    return [_fact(row) for row in rows]
