"""A running registry: the real app over ASGI, a real database, real tokens."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from services.registry.identity.store.keys import write_new_key
from services.registry.main import create_app
from services.registry.settings import Settings
from shared.queue import MemoryQueue
from tests.registry.house import HUOJIA, SECRET, County, Registry

DatabaseFactory = Callable[[str], Awaitable[str]]


@pytest.fixture
async def registry(database: DatabaseFactory, tmp_path: Path) -> AsyncIterator[Registry]:
    write_new_key(tmp_path / "keys", datetime(2026, 1, 1, tzinfo=UTC))
    settings = Settings(
        environment="test",
        database_url=await database("registry"),
        database_pool=3,
        redis_url="redis://127.0.0.1:1/0",
        keys_directory=tmp_path / "keys",
        machine_accounts={"scoring": SecretStr(SECRET)},
        argon2_memory_kib=8,
        argon2_passes=1,
        movable_clock=True,
    )
    queue = MemoryQueue()
    app = create_app(settings, queue)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry") as http,
    ):
        yield Registry(app, http, queue, settings)


@pytest.fixture
async def county(registry: Registry) -> County:
    await registry.load_csv(HUOJIA.read_bytes())
    made = await registry.post(
        "/organizations/from-divisions", {"county_code": "410724000000"}, expect=201
    )
    found = await registry.get("/organizations", limit=500)
    return County(registry, UUID(made["county_id"]), found["items"])
