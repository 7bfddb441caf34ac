"""A service of nothing but plumbing, on a real database."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from deploy.local.servers import GivenPostgres
from shared.audit import append_only, audit_log
from shared.auth import revocations
from shared.clock import Clock, business_clock
from shared.context import Context
from shared.db import create_engine, create_sessions
from shared.directory import feed_position, organizations
from shared.idempotency import idempotency_keys
from shared.outbox import inbox, outbox
from shared.queue import MemoryQueue
from shared.tables import attach, new_registry


class Table(SQLModel, registry=new_registry()):
    """Its own metadata, as every service has."""


attach(
    Table.metadata,
    *(audit_log, revocations, business_clock, idempotency_keys),
    *(organizations, feed_position, inbox, outbox),
)

ContextFactory = Callable[[str], Awaitable[Context]]


@pytest.fixture
async def context(postgres: GivenPostgres) -> AsyncIterator[ContextFactory]:
    """Make contexts of services, each with its own database, sharing one in-memory queue."""
    made = []
    queue = MemoryQueue()

    async def create(service: str) -> Context:
        name = f"shared_{secrets.token_hex(6)}"
        engine = create_engine(await postgres.create_database(name))
        made.append((engine, name))
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
            for statement in append_only("audit_log"):
                await connection.execute(sa.text(statement))
        return Context(service, create_sessions(engine), Clock(movable=True), queue, {})

    yield create
    for engine, name in made:
        await engine.dispose()
        await postgres.drop_database(name)
