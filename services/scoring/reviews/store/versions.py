"""Writing versioned rows so that two people can never overwrite one another unseen."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.tables import Table
from shared.errors import stale


async def write_version(session: AsyncSession, table: str, values: Mapping[str, Any]) -> None:
    """Insert version 1 or replace the version just before; Stale where another stands there."""
    target = Table.metadata.tables[table]
    key = [column.name for column in target.primary_key]
    statement = insert(target).values(dict(values))
    replaced = {name: statement.excluded[name] for name in values if name not in key}
    kept = statement.on_conflict_do_update(
        index_elements=key,
        set_=replaced,
        where=target.c.version == values["version"] - 1,
    )
    written = await session.scalar(kept.returning(target.c.version))
    if written is None:
        raise stale()
