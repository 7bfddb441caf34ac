"""The SQL of reserve cadres."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
from services.registry.people.domain.reserve import (
    Reserve,
    ReserveKind,
    ReserveState,
    ReserveUnknown,
    appointed,
)
from services.registry.people.domain.terms import Term
from services.registry.people.tables import ReserveRow
from services.registry.tables import columns

_row, _place = ReserveRow, OrganizationRow
_columns = columns(ReserveRow)


def _entry(row: sa.Row[*tuple[Any, ...]]) -> Reserve:
    said = dict(row._mapping)  # noqa: SLF001 -- its public name
    return Reserve(**said | {"kind": ReserveKind(row.kind), "state": ReserveState(row.state)})


def _select() -> sa.Select[*tuple[Any, ...]]:
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
    )
    return statement


async def add(session: AsyncSession, entry: Reserve) -> None:
    """Insert an entry."""
    await session.execute(sa.insert(_row).values(vars(entry)))


async def update(session: AsyncSession, entry: Reserve) -> None:
    """Write an entry as it now is."""
    statement = sa.update(_row).where(col(_row.id) == entry.id)
    await session.execute(statement.values(vars(entry)))


async def find(session: AsyncSession, seen: Reach, entry_id: UUID, *, lock: bool = True) -> Reserve:
    """Return an entry within reach, locked for change; ReserveUnknown otherwise."""
    statement = _select().where(col(_row.id) == entry_id, within(seen))
    if lock:
        statement = statement.with_for_update(of=_row)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise ReserveUnknown(
            "没有找到这条后备干部记录，请在列表中查找。", "No such entry: look it up in the list."
        )
    return _entry(row)


async def of_person(session: AsyncSession, organization_id: UUID, person_id: UUID) -> list[Reserve]:
    """Return all entries of a person in an organization."""
    statement = _select().where(
        col(_row.organization_id) == organization_id, col(_row.person_id) == person_id
    )
    return [_entry(row) for row in await session.execute(statement)]


async def of_anywhere(session: AsyncSession, person_id: UUID) -> list[Reserve]:
    """Return all entries of a person, wherever, oldest first."""
    statement = _select().where(col(_row.person_id) == person_id)
    return [_entry(row) for row in await session.execute(statement.order_by(col(_row.id)))]


async def appoint(session: AsyncSession, begun: Sequence[Term]) -> list[Reserve]:
    """Link those in reserve to the terms for which they stood ready; return the entries."""
    waiting = await _waiting(session, {term.person_id for term in begun})
    linked = []
    for entry, term in appointed(waiting, begun):
        after = replace(
            entry, state=ReserveState.APPOINTED, term_id=term.id, version=entry.version + 1
        )
        await update(session, after)
        linked.append(after)
    return linked


async def _waiting(session: AsyncSession, people: Collection[UUID]) -> list[Reserve]:
    statement = _select().where(
        col(_row.person_id) == sa.any_(sa.cast(list(people), ARRAY(sa.Uuid))),
        col(_row.state) == ReserveState.IN_RESERVE.value,
    )
    rows = await session.execute(statement.order_by(col(_row.id)).with_for_update(of=_row))
    return [_entry(row) for row in rows]


@dataclass(frozen=True)
class Filter:
    """Which entries a list shows; all given conditions hold together."""

    reach: Reach
    under: str | None = None
    kind: ReserveKind | None = None
    state: ReserveState | None = None
    person_id: UUID | None = None
    as_of: date | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: UUID | None, limit: int
) -> list[Reserve]:
    """Return up to `limit + 1` entries after an id."""
    statement = _select().where(within(wanted.reach))
    if wanted.under is not None:
        statement = statement.where(col(_place.path).like(f"{wanted.under}%"))
    if wanted.kind is not None:
        statement = statement.where(col(_row.kind) == wanted.kind.value)
    if wanted.state is not None:
        statement = statement.where(col(_row.state) == wanted.state.value)
    if wanted.person_id is not None:
        statement = statement.where(col(_row.person_id) == wanted.person_id)
    if wanted.as_of is not None:
        ends = col(_row.ends_on)
        statement = statement.where(
            col(_row.starts_on) <= wanted.as_of, ends.is_(None) | (ends >= wanted.as_of)
        )
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_entry(row) for row in rows]
