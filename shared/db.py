"""Engines and the schema check."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


def create_engine(url: str, pool: int = 15) -> AsyncEngine:
    """Return an engine with time-outs on everything: connecting, waiting and each statement."""
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,  # an overflow connection would be opened and closed at each use
        pool_timeout=10,
        # What is stored as JSON holds no number beyond 64 bits: these would refuse and round it.
        json_serializer=_json,
        json_deserializer=orjson.loads,
        # The text of an error goes to the log; what people wrote never does.
        hide_parameters=True,
        # No ping before each use: the first failure after a restart drops the whole pool, and
        # whoever met it is answered 503 or, in a worker, tried again.
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": "wuxing",
                "idle_in_transaction_session_timeout": "60000",
                "lock_timeout": "10000",
            },
        },
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def create_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Return the session maker; objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


COPY_SECONDS = 300


async def copy_rows(
    session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert many rows by COPY within the session's transaction: a tenth of the time of INSERT.

    Values are given as PostgreSQL stores them, in the order of the columns; what Python gives as
    a default (an id) must be among them.
    """
    # The driver begins the transaction with the first statement; COPY goes past that.
    await session.execute(sa.text("SELECT 1"))
    pooled = await (await session.connection()).get_raw_connection()
    await pooled.driver_connection.copy_records_to_table(  # type: ignore[union-attr]  # asyncpg's
        table, records=rows, columns=list(columns), timeout=COPY_SECONDS
    )


def migrations(service: str, url: str) -> Config:
    """Return alembic's configuration for one service; no ini file is needed."""
    config = Config()
    folder = Path(__file__).parent.parent / "services" / service / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


@cache
def newest_revision(service: str) -> str | None:
    """Return the revision this code was written for; its scripts are read once a process."""
    return ScriptDirectory.from_config(migrations(service, "")).get_current_head()


async def check_schema(engine: AsyncEngine, service: str) -> None:
    """Refuse to run on a schema that is not the one this code was written for."""
    head = newest_revision(service)
    async with engine.connect() as connection:
        present = await connection.run_sync(lambda c: sa.inspect(c).has_table("alembic_version"))
        current = None
        if present:
            current = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if current != head:
        message = (
            f"{service}: schema is {current or 'empty'}, code needs {head}: run `wuxing migrate`"
        )
        raise RuntimeError(message)
