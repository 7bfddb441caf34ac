"""The SQL of imports: the file kept apart, progress written past the transaction that works."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.imports.domain.imports import Import, ImportUnknown, State
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.summary import Options
from services.registry.imports.tables import ImportFileRow, ImportRow
from services.registry.organizations.domain.scope import Sight
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_row = ImportRow
_columns = columns(ImportRow)
_OPTIONS = ("effective_on", "source", "system")


def _import(row: sa.Row[*tuple[Any, ...]]) -> Import:
    values = dict(row._mapping)  # noqa: SLF001 -- its public name
    options = Options(**{name: values.pop(name) for name in _OPTIONS})
    enums = {"kind": Kind(row.kind), "state": State(row.state), "faults": tuple(row.faults)}
    return Import(options=options, **(values | enums))


def _values(each: Import) -> dict[str, Any]:
    said = {name: value for name, value in vars(each).items() if name != "options"}
    said |= {name: getattr(each.options, name) for name in _OPTIONS}
    return said | {"faults": list(each.faults)}


async def add(session: AsyncSession, new: Import, content: bytes) -> None:
    """Insert an import with its file."""
    await session.execute(sa.insert(_row).values(_values(new)))
    await session.execute(sa.insert(ImportFileRow).values(import_id=new.id, content=content))


def _visible(sight: Sight, user_id: UUID | None) -> sa.ColumnElement[bool]:
    """An import is seen by who sent it, and by the keepers of the county it belongs to."""
    if sight.everywhere:
        return sa.true()
    return (col(_row.sent_by) == user_id) | col(_row.county_id).in_(sight.roots)


async def find(
    session: AsyncSession,
    sight: Sight,
    user_id: UUID | None,
    import_id: UUID,
    *,
    for_change: bool = False,
) -> Import:
    """Return an import that the caller may see; ImportUnknown otherwise."""
    statement = sa.select(*_columns).where(col(_row.id) == import_id, _visible(sight, user_id))
    if for_change:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise ImportUnknown(
            "没有找到这次导入，请在导入列表中查找。", "No such import: look it up in the list."
        )
    return _import(row)


async def listed(
    session: AsyncSession, sight: Sight, user_id: UUID | None, before: UUID | None, limit: int
) -> list[Import]:
    """Return up to `limit + 1` imports that the caller may see, the last sent first."""
    statement = sa.select(*_columns).where(_visible(sight, user_id))
    if before is not None:
        statement = statement.where(col(_row.id) < before)
    rows = await session.execute(statement.order_by(col(_row.id).desc()).limit(limit + 1))
    return [_import(row) for row in rows]


async def content_of(session: AsyncSession, import_id: UUID) -> bytes:
    """Return the file of an import that is not finished."""
    statement = sa.select(col(ImportFileRow.content)).where(
        col(ImportFileRow.import_id) == import_id
    )
    return (await session.execute(statement)).scalar_one()


async def update(session: AsyncSession, changed: Import) -> None:
    """Write an import as it now is."""
    statement = sa.update(_row).where(col(_row.id) == changed.id)
    await session.execute(statement.values(_values(changed)))


async def close(session: AsyncSession, finished: Import) -> None:
    """Write how an import ended, and let its file go."""
    await update(session, replace(finished, actor=None))
    gone = sa.delete(ImportFileRow).where(col(ImportFileRow.import_id) == finished.id)
    await session.execute(gone)


async def existing_county(session: AsyncSession, county_id: UUID) -> UUID | None:
    """Return the county if it is registered; a file may bring it only later."""
    known = sa.select(col(OrganizationRow.id)).where(col(OrganizationRow.id) == county_id)
    return await session.scalar(known)


async def waiting(session: AsyncSession) -> list[UUID]:
    """Return the imports that wait for a worker or are in the hands of one, oldest first."""
    statement = sa.select(col(_row.id)).where(col(_row.state) == State.CONFIRMED.value)
    return list(await session.scalars(statement.order_by(col(_row.id))))


async def take(session: AsyncSession, import_id: UUID) -> Import | None:
    """Take an import in hand until the transaction ends; None if another worker has it.

    The lock goes with the connection: when a worker is killed, the next one takes over at once.
    """
    key = sa.func.hashtextextended(f"registry.imports.{import_id}", 0)
    if not await session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))):
        return None
    row = (
        await session.execute(
            sa.select(*_columns).where(
                col(_row.id) == import_id, col(_row.state) == State.CONFIRMED.value
            )
        )
    ).one_or_none()
    return _import(row) if row is not None else None


async def begin(session: AsyncSession, import_id: UUID, now: datetime) -> None:
    """Count an attempt, which starts from the first row."""
    statement = sa.update(_row).where(col(_row.id) == import_id)
    begun = {"attempts": col(_row.attempts) + 1, "started_at": now, "done": 0}
    await session.execute(statement.values(begun))


async def show_progress(session: AsyncSession, import_id: UUID, done: int) -> None:
    """Show how many rows are written."""
    await session.execute(sa.update(_row).where(col(_row.id) == import_id).values(done=done))


async def forgotten(session: AsyncSession, before: datetime) -> Sequence[Import]:
    """Return the imports that nobody has confirmed since a moment, locked for change."""
    statement = sa.select(*_columns).where(
        col(_row.state) == State.CHECKED.value, col(_row.sent_at) < before
    )
    rows = await session.execute(statement.with_for_update(skip_locked=True))
    return [_import(row) for row in rows]
