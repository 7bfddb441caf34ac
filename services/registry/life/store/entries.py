"""The SQL of the ledger of party life."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.life.domain.entries import Entry, EntryReplaced, EntryUnknown
from services.registry.life.domain.periods import Span
from services.registry.life.domain.rhythm import Kind, Month
from services.registry.life.tables import LifeEntryRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_row = LifeEntryRow
_columns = columns(LifeEntryRow)
Rows = sa.Select[*tuple[Any, ...]]


def _entry(row: sa.Row[*tuple[Any, ...]]) -> Entry:
    return Entry(**{**row._mapping, "kind": Kind(row.kind)})  # noqa: SLF001 -- its public name


def _stands() -> sa.ColumnElement[bool]:
    """Whether an entry counts: nothing has taken its place, and it is no withdrawal."""
    later = aliased(_row)
    replaced = sa.select(sa.literal(1)).where(col(later.corrects_id) == col(_row.id))
    return ~sa.exists(replaced) & col(_row.withdrawn).is_(False)


async def add(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """Insert entries; EntryReplaced when one corrects what was corrected meanwhile."""
    statement = insert(_row).on_conflict_do_nothing(constraint="uq_life_entries_corrects_id")
    done = await session.execute(
        statement.returning(col(_row.id)), [vars(each) for each in entries]
    )
    if len(done.all()) < len(entries):
        raise _replaced()


async def require_standing(session: AsyncSession, entry: Entry) -> None:
    """Raise EntryReplaced where another entry stands in the place of this one."""
    later = sa.select(sa.literal(1)).where(col(_row.corrects_id) == entry.id)
    if await session.scalar(later) is not None:
        raise _replaced()


def _replaced() -> EntryReplaced:
    return EntryReplaced(
        "这条记录已被更正或撤回，请查看最新的一条，再作更正。",
        "The entry was corrected or withdrawn before: correct the newest one.",
    )


async def find(session: AsyncSession, seen: Reach, entry_id: UUID) -> Entry:
    """Return an entry within reach; EntryUnknown otherwise."""
    statement = _placed(sa.select(*_columns).select_from(_row)).where(
        col(_row.id) == entry_id, within(seen)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise EntryUnknown(
            "没有找到这条组织生活记录，请在台账中查找。", "No such entry: look it up in the list."
        )
    return _entry(row)


async def standing(
    session: AsyncSession, organizations: Iterable[UUID], days: Iterable[date]
) -> list[Entry]:
    """Return the entries that count, of these organizations on these days."""
    statement = sa.select(*_columns).where(
        col(_row.organization_id).in_(set(organizations)),
        col(_row.held_on).in_(set(days)),
        _stands(),
    )
    return [_entry(row) for row in await session.execute(statement)]


@dataclass(frozen=True)
class Filter:
    """Which entries a list shows; all given conditions hold together."""

    reach: Reach
    under: str | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None
    standing: bool = True


async def listed(
    session: AsyncSession, wanted: Filter, before: UUID | None, limit: int
) -> list[Entry]:
    """Return up to `limit + 1` entries, the last entered first."""
    statement = _placed(sa.select(*_columns).select_from(_row)).where(within(wanted.reach))
    compared = (
        (operator.eq, col(_row.kind), wanted.kind),
        (operator.ge, col(_row.held_on), wanted.first),
        (operator.le, col(_row.held_on), wanted.last),
        (operator.lt, col(_row.id), before),
    )
    given = [compare(column, value) for compare, column, value in compared if value is not None]
    if wanted.under is not None:
        given.append(col(OrganizationRow.path).like(f"{wanted.under}%"))
    if wanted.standing:
        given.append(_stands())
    statement = statement.where(*given).order_by(col(_row.id).desc()).limit(limit + 1)
    return [_entry(row) for row in await session.execute(statement)]


def _placed(statement: Rows) -> Rows:
    return statement.join(OrganizationRow, col(OrganizationRow.id) == col(_row.organization_id))


async def months(
    session: AsyncSession, organizations: Iterable[UUID], question: Span
) -> dict[UUID, list[Month]]:
    """Return what each organization held in each month of the time asked for."""
    first = sa.cast(sa.func.date_trunc("month", col(_row.held_on)), sa.Date).label("first")
    statement = (
        sa.select(
            col(_row.organization_id),
            col(_row.kind),
            first,
            sa.func.count().label("meetings"),
            sa.func.sum(col(_row.present)).label("present"),
            sa.func.sum(col(_row.expected)).label("expected"),
        )
        .where(
            col(_row.organization_id).in_(set(organizations)),
            col(_row.held_on).between(question.first, question.last),
            _stands(),
        )
        .group_by(col(_row.organization_id), col(_row.kind), first)
    )
    found: dict[UUID, list[Month]] = {}
    for row in await session.execute(statement):
        month = Month(Kind(row.kind), row.first, row.meetings, row.present, row.expected)
        found.setdefault(row.organization_id, []).append(month)
    return found


async def counties_with_ledger(
    session: AsyncSession, counties: Iterable[UUID], as_of: date
) -> set[UUID]:
    """Return those of the counties in which anybody has kept the ledger up to a day."""
    statement = (
        sa.select(col(_row.county_id))
        .where(col(_row.county_id).in_(set(counties)), col(_row.held_on) <= as_of)
        .distinct()
    )
    return set(await session.scalars(statement))
