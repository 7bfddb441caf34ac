"""What else in registry points at organizations, whatever capability it belongs to."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.tables import Table

_POINTER = "organization_id"


def _referring() -> list[sa.Table]:
    """Return the tables with a foreign key `organization_id`, except the tree's own."""
    return [
        table
        for name, table in sorted(Table.metadata.tables.items())
        if not name.startswith("organization_")
        and _POINTER in table.columns
        and table.columns[_POINTER].foreign_keys
    ]


async def counted(session: AsyncSession, ids: Collection[UUID], on: date) -> dict[str, int]:
    """Return how many rows of each table point at these organizations.

    Of what has an end (terms, grants), only what still lasts on the day.
    """
    found: dict[str, int] = {}
    for table in _referring():
        statement = (
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c[_POINTER] == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid))))
        )
        if "ends_on" in table.columns:
            ends = table.c.ends_on
            statement = statement.where(ends.is_(None) | (ends >= on))
        found[table.name] = await session.scalar(statement) or 0
    return found
