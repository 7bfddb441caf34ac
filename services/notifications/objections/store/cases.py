"""Objections and clues, without their statements."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.objections.domain.objection import (
    OPEN,
    Case,
    Channel,
    Clue,
    Kind,
    Objection,
    State,
)
from services.notifications.objections.tables import ClueRow, ObjectionRow
from shared.directory import organizations, within
from shared.errors import NotFound

_PLAIN = (
    "id",
    "county_id",
    "announcement_id",
    "star",
    "named",
    "received_on",
    "receipt_hash",
)


async def add_objection(session: AsyncSession, objection: Objection) -> None:
    """Store a new objection."""
    session.add(ObjectionRow(**_values(objection)))
    await session.flush()


async def add_clue(session: AsyncSession, clue: Clue) -> None:
    """Store a clue."""
    session.add(ClueRow(**_case_values(clue)))
    await session.flush()


async def lock(session: AsyncSession, objection_id: UUID) -> Objection:
    """Return an objection that nobody else changes until this transaction ends."""
    found = select(ObjectionRow).where(col(ObjectionRow.id) == objection_id).with_for_update()
    row = await session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise _missing()
    return _objection(row)


async def save(session: AsyncSession, objection: Objection) -> Objection:
    """Store a changed objection under its next version, and return it so."""
    after = replace(objection, version=objection.version + 1)
    mine = col(ObjectionRow.id) == objection.id
    await session.execute(sa.update(ObjectionRow).where(mine).values(_values(after)))
    return after


async def find(session: AsyncSession, objection_id: UUID, roots: Iterable[UUID]) -> Objection:
    """Return an objection of a county below the roots; NotFound otherwise."""
    row = ObjectionRow
    mine = (col(row.id) == objection_id) & _within(roots, row)
    found = await session.scalar(select(row).where(mine))
    if found is None:
        raise _missing()
    return _objection(found)


async def find_clue(session: AsyncSession, clue_id: UUID, roots: Iterable[UUID]) -> Clue:
    """Return a clue of a county below the roots; NotFound otherwise."""
    row = ClueRow
    mine = (col(row.id) == clue_id) & _within(roots, row)
    found = await session.scalar(select(row).where(mine))
    if found is None:
        raise NotFound("没有找到这条问题线索，请核对编号。", "No such clue.")
    return Clue(**_case(found))


async def by_receipt(session: AsyncSession, receipt_hash: str) -> Objection | Clue | None:
    """Return what a receipt stands for."""
    mine = col(ObjectionRow.receipt_hash) == receipt_hash
    row = await session.scalar(select(ObjectionRow).where(mine))
    if row is not None:
        return _objection(row)
    late = col(ClueRow.receipt_hash) == receipt_hash
    clue = await session.scalar(select(ClueRow).where(late))
    return None if clue is None else Clue(**_case(clue))


async def of_announcement(session: AsyncSession, announcement_id: UUID) -> list[Objection]:
    """Return all objections to an announcement."""
    row = ObjectionRow
    mine = select(row).where(col(row.announcement_id) == announcement_id).order_by(col(row.id))
    return [_objection(each) for each in await session.scalars(mine)]


async def waiting(session: AsyncSession) -> list[Objection]:
    """Return the objections of all counties whose finding is still to come."""
    row = ObjectionRow
    mine = select(row).where(col(row.state).in_(OPEN)).order_by(col(row.id))
    return [_objection(each) for each in await session.scalars(mine)]


async def listing(
    session: AsyncSession,
    roots: Iterable[UUID],
    after: UUID | None,
    limit: int,
    *,
    announcement_id: UUID | None = None,
    state: State | None = None,
) -> list[Objection]:
    """Return the objections of counties below the roots, the newest day first."""
    row = ObjectionRow
    statement = select(row).where(_within(roots, row))
    if announcement_id is not None:
        statement = statement.where(col(row.announcement_id) == announcement_id)
    if state is not None:
        statement = statement.where(col(row.state) == state.value)
    if after is not None:
        statement = statement.where(col(row.id) < after)
    found = await session.scalars(statement.order_by(col(row.id).desc()).limit(limit))
    return [_objection(each) for each in found]


async def clues(
    session: AsyncSession, roots: Iterable[UUID], after: UUID | None, limit: int
) -> list[Clue]:
    """Return the clues of counties below the roots, the newest day first."""
    row = ClueRow
    statement = select(row).where(_within(roots, row))
    if after is not None:
        statement = statement.where(col(row.id) < after)
    found = await session.scalars(statement.order_by(col(row.id).desc()).limit(limit))
    return [Clue(**_case(each)) for each in found]


async def meant_by(session: AsyncSession, county_id: UUID, words: str) -> frozenset[UUID]:
    """Return the organizations of a county that a name as people say it may mean.

    Names repeat inside a county: all that bear it are meant.
    """
    columns = organizations.c
    said = words.strip()
    statement = sa.select(columns.id).where(
        columns.county_id == county_id,
        columns.deleted.is_(False),
        columns.name.contains(said, autoescape=True)
        | columns.short_name.contains(said, autoescape=True),
    )
    return frozenset(await session.scalars(statement))


def _within(
    roots: Iterable[UUID], row: type[ObjectionRow] | type[ClueRow]
) -> sa.ColumnElement[bool]:
    county = organizations.alias("county")
    return sa.exists(
        sa.select(sa.literal(1)).where(
            county.c.id == col(row.county_id), within(roots, county.c.path)
        )
    )


def _missing() -> NotFound:
    return NotFound("没有找到这件异议，请核对编号。", "No such objection.")


def _case_values(case: Case) -> dict[str, Any]:
    ids = case.organization_ids
    return {name: getattr(case, name) for name in _PLAIN} | {
        "kind": case.kind.value,
        "channel": case.channel.value,
        "organization_ids": None if ids is None else sorted(map(str, ids)),
    }


def _values(objection: Objection) -> dict[str, Any]:
    return _case_values(objection) | {
        "state": objection.state.value,
        "withdrawn": objection.withdrawn,
        "acted_on": objection.acted_on,
        "version": objection.version,
    }


def _case(row: ObjectionRow | ClueRow) -> dict[str, Any]:
    ids = row.organization_ids
    return {name: getattr(row, name) for name in _PLAIN} | {
        "kind": Kind(row.kind),
        "channel": Channel(row.channel),
        "organization_ids": None if ids is None else frozenset(map(UUID, ids)),
    }


def _objection(row: ObjectionRow) -> Objection:
    own: dict[str, Any] = {
        "state": State(row.state),
        "withdrawn": row.withdrawn,
        "acted_on": row.acted_on,
        "version": row.version,
    }
    return Objection(**_case(row), **own)
