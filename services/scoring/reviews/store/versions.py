"""Writing versioned rows so that two people can never overwrite one another unseen."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.tables import Table
from shared.errors import stale


async def write_version(session: AsyncSession, table: str, values: Mapping[str, Any]) -> None:
    """Insert version 1 or replace the version just before; Stale where another stands there."""
    statement = _upsert(table, frozenset(values))
    if await session.scalar(statement, dict(values)) is None:
        raise stale()


@cache
def _upsert(table: str, names: frozenset[str]) -> Executable:
    """Return the statement that writes these columns; made once, departments save often."""
    target = Table.metadata.tables[table]
    key = [column.name for column in target.primary_key]
    statement = insert(target)
    kept = statement.on_conflict_do_update(
        index_elements=key,
        set_={name: statement.excluded[name] for name in names if name not in key},
        where=target.c.version == statement.excluded.version - 1,
    )
    return kept.returning(target.c.version)
