"""The body of every service's `migrations/env.py`: run with one connection, in one transaction."""

import asyncio
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import AutoString


def run(metadata: sa.MetaData) -> None:
    """Migrate the database named by the configuration's `url` attribute."""
    asyncio.run(_run(context.config.attributes["url"], metadata))


async def _run(url: str, metadata: sa.MetaData) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: sa.Connection, metadata: sa.MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=_differ)
    with context.begin_transaction():
        context.run_migrations()


def _differ(
    _context: object,
    _inspected_column: object,
    _column: object,
    inspected: sa.types.TypeEngine[Any],
    declared: sa.types.TypeEngine[Any],
) -> bool | None:
    """Whether two column types differ (None: compare them); SQLModel's strings are kept as text."""
    return False if isinstance(declared, AutoString) and isinstance(inspected, sa.Text) else None
