"""A running registry: the real app over ASGI, a real database, real tokens."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from deploy.local.servers import GivenPostgres
from services.registry.identity.store.keys import write_new_key
from services.registry.main import create_app
from services.registry.settings import Settings
from shared.queue import MemoryQueue
from shared.sealing import folder
from tests.apps import sharing
from tests.conftest import DatabaseFactory
from tests.registry.house import HUOJIA, SECRET, County, Registry


def settings_for(database_url: str, keys: Path) -> Settings:
    write_new_key(keys, datetime(2026, 1, 1, tzinfo=UTC))
    folder.write_new_key(keys, datetime(2026, 1, 1, tzinfo=UTC))
    return Settings(
        environment="test",
        database_url=database_url,
        database_pool=3,
        redis_url="redis://127.0.0.1:1/0",
        keys_directory=keys,
        machine_accounts={"scoring": SecretStr(SECRET)},
        sealing_directory=keys,
        second_factor="optional",
        argon2_memory_kib=8,
        argon2_passes=1,
        movable_clock=True,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Registry]:
    queue = MemoryQueue()
    app = sharing(create_app(settings, queue))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry") as http,
    ):
        yield Registry(app, http, queue, settings)


async def filled(registry: Registry) -> County:
    await registry.load_csv(HUOJIA.read_bytes())
    body = {"county_code": "410724000000"}
    made = await registry.post("/organizations/from-divisions", body, expect=201)
    found = await registry.get("/organizations", limit=500)
    return County(registry, UUID(made["county_id"]), found["items"])


@pytest.fixture(scope="session")
async def county_template(
    postgres: GivenPostgres,
    templates: DatabaseFactory,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[str, County]]:
    """The name of a database with the county in it, made once, and the county itself."""
    name = f"wuxing_test_county_{secrets.token_hex(6)}"
    url = await postgres.create_database(name, await templates("registry"))
    async with running(settings_for(url, tmp_path_factory.mktemp("county") / "keys")) as registry:
        county = await filled(registry)
    yield name, county
    await postgres.drop_database(name)


@pytest.fixture
async def database_url(
    request: pytest.FixtureRequest, postgres: GivenPostgres, templates: DatabaseFactory
) -> AsyncIterator[str]:
    """A database of this test: with the county in it where the test asks for the county."""
    template = await templates("registry")
    if "county" in request.fixturenames:
        template, _ = request.getfixturevalue("county_template")
    name = f"wuxing_test_registry_{secrets.token_hex(6)}"
    yield await postgres.create_database(name, template)
    await postgres.drop_database(name)


@pytest.fixture
async def registry(database_url: str, tmp_path: Path) -> AsyncIterator[Registry]:
    async with running(settings_for(database_url, tmp_path / "keys")) as running_registry:
        yield running_registry


@pytest.fixture
def county(registry: Registry, county_template: tuple[str, County]) -> County:
    return replace(county_template[1], registry=registry)
