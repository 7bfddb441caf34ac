"""The audit trail of every service: the database itself keeps it, however old it is."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.servers import GivenPostgres
from shared.audit import audit_log
from shared.clock import real_now
from shared.db import create_engine
from shared.tables import new_id
from tests.conftest import DatabaseFactory

MONTHS = (0, 7, 60)


@pytest.fixture(params=["registry", "scoring", "notifications"])
async def engine(
    request: pytest.FixtureRequest, postgres: GivenPostgres, templates: DatabaseFactory
) -> AsyncIterator[AsyncEngine]:
    """A service's database as its migrations leave it, with old and new entries."""
    name = f"wuxing_test_trail_{secrets.token_hex(6)}"
    made = create_engine(await postgres.create_database(name, await templates(request.param)))
    rows = [
        {
            "id": new_id(),
            "at": real_now() - timedelta(days=31 * months),
            "actor_roles": [],
            "action": "thing.make",
            "entity": "thing",
            "entity_id": new_id(),
        }
        for months in MONTHS
    ]
    async with made.begin() as connection:
        await connection.execute(sa.insert(audit_log), rows)
    yield made
    await made.dispose()
    await postgres.drop_database(name)


OLD = audit_log.c.at < real_now() - timedelta(days=180)


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(audit_log).values(action="thing.hide"),
        sa.delete(audit_log),
        # Nor is there an age from which on entries go: half a year is the least, not the most.
        sa.delete(audit_log).where(OLD),
        sa.text("TRUNCATE audit_log"),
        sa.text("TRUNCATE audit_log CASCADE"),
        sa.text(
            "INSERT INTO audit_log SELECT * FROM audit_log"
            " ON CONFLICT (id) DO UPDATE SET reason = 'x'"
        ),
    ],
    ids=["update", "delete", "delete old", "truncate", "truncate cascade", "upsert"],
)
async def test_no_entry_is_changed_or_deleted(
    engine: AsyncEngine, statement: sa.Executable
) -> None:
    with pytest.raises(DBAPIError, match="audit_log is append-only"):
        async with engine.begin() as connection:
            await connection.execute(statement)
    async with engine.connect() as connection:
        found = (await connection.execute(sa.select(audit_log.c.action))).scalars().all()
    assert found == ["thing.make"] * len(MONTHS)
