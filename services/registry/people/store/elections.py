"""The SQL of elections and of who was elected."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
from services.registry.people.domain.elections import (
    OPEN,
    Body,
    Election,
    ElectionState,
    ElectionUnknown,
    Seat,
)
from services.registry.people.tables import ElectionRow, ElectionSeatRow
from services.registry.tables import columns
from shared.contracts.registry import OrganizationKind, Post, Sector

_row, _seat, _place = ElectionRow, ElectionSeatRow, OrganizationRow
_columns = columns(ElectionRow)


def _election(row: sa.Row[*tuple[Any, ...]]) -> Election:
    said = dict(row._mapping)  # noqa: SLF001 -- its public name
    return Election(**said | {"body": Body(row.body), "state": ElectionState(row.state)})


async def add(session: AsyncSession, elections: Sequence[Election]) -> None:
    """Insert elections."""
    if elections:
        await session.execute(sa.insert(_row), [vars(each) for each in elections])


async def update(session: AsyncSession, election: Election) -> None:
    """Write an election as it now is."""
    statement = sa.update(_row).where(col(_row.id) == election.id)
    await session.execute(statement.values(vars(election)))


async def find(
    session: AsyncSession, seen: Reach, election_id: UUID, *, lock: bool = True
) -> Election:
    """Return an election within reach, locked for change; ElectionUnknown otherwise."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(col(_row.id) == election_id, within(seen))
    )
    if lock:
        statement = statement.with_for_update(of=_row)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise ElectionUnknown(
            "没有找到这次选举，请在选举列表中查找。", "No such election: look it up in the list."
        )
    return _election(row)


async def open_of(session: AsyncSession, organizations: Iterable[UUID]) -> list[Election]:
    """Return the elections of these organizations that are under way."""
    statement = sa.select(*_columns).where(
        col(_row.organization_id) == sa.any_(sa.cast(list(organizations), ARRAY(sa.Uuid))),
        col(_row.state).in_([state.value for state in OPEN]),
    )
    return [_election(row) for row in await session.execute(statement)]


async def set_seats(session: AsyncSession, election_id: UUID, seats: Sequence[Seat]) -> None:
    """Put who was elected in the place of who was before."""
    await session.execute(sa.delete(_seat).where(col(_seat.election_id) == election_id))
    if seats:
        rows = [{"election_id": election_id, **vars(seat)} for seat in seats]
        await session.execute(sa.insert(_seat), rows)


async def seats_of(
    session: AsyncSession, elections: Collection[UUID]
) -> dict[UUID, tuple[Seat, ...]]:
    """Return who was elected in these elections, in the order of posts."""
    statement = sa.select(*columns(ElectionSeatRow)).where(
        col(_seat.election_id) == sa.any_(sa.cast(list(elections), ARRAY(sa.Uuid)))
    )
    found: dict[UUID, list[Seat]] = {}
    for row in await session.execute(statement.order_by(col(_seat.person_id))):
        seat = Seat(row.person_id, Post(row.post), row.term_id)
        found.setdefault(row.election_id, []).append(seat)
    order = list(Post)
    return {
        each: tuple(sorted(seats, key=lambda seat: order.index(seat.post)))
        for each, seats in found.items()
    }


@dataclass(frozen=True)
class Filter:
    """Which elections a list shows; all given conditions hold together."""

    reach: Reach
    under: str | None = None
    state: ElectionState | None = None
    since: date | None = None
    until: date | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: UUID | None, limit: int
) -> list[Election]:
    """Return up to `limit + 1` elections after an id."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(within(wanted.reach))
    )
    if wanted.under is not None:
        statement = statement.where(col(_place.path).like(f"{wanted.under}%"))
    if wanted.state is not None:
        statement = statement.where(col(_row.state) == wanted.state.value)
    if wanted.since is not None:
        statement = statement.where(col(_row.planned_on) >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(col(_row.planned_on) <= wanted.until)
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_election(row) for row in rows]


async def electing(
    session: AsyncSession,
    path: str,
    kinds: Iterable[OrganizationKind],
    sector: Sector | None,
    day: date,
) -> list[tuple[UUID, UUID, str]]:
    """Return id, county and short name of what stands below a path on a day and elects."""
    dissolved = col(_place.dissolved_on)
    statement = sa.select(
        col(_place.id),
        sa.func.coalesce(col(_place.county_id), col(_place.id)),
        col(_place.short_name),
    ).where(
        col(_place.path).like(f"{path}%"),
        col(_place.kind).in_([kind.value for kind in kinds]),
        col(_place.deleted).is_(False),
        col(_place.founded_on) <= day,
        dissolved.is_(None) | (dissolved > day),
    )
    if sector is not None:
        statement = statement.where(col(_place.sector) == sector.value)
    rows = await session.execute(statement.order_by(col(_place.path)))
    return [(row[0], row[1], row[2]) for row in rows]
