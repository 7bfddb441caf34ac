"""Real servers and databases for every test; nothing here is faked.

One private PostgreSQL and one private Redis a test process, started when first asked for.
"""

import asyncio
import functools
import secrets
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from alembic import command
from playwright.async_api import Browser, async_playwright

from deploy.local.servers import (
    GivenPostgres,
    GivenRedis,
    Postgres,
    Redis,
    open_postgres,
    open_redis,
)
from shared.db import migrations
from tests.order import spread

# The same examples on every run: what fails here fails on the next machine too.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")

DatabaseFactory = Callable[[str], Awaitable[str]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files in the order in which several processes end soonest."""
    if hasattr(config, "workerinput"):
        items[:] = spread(items, Path(__file__).parent)


@pytest.fixture(scope="session", autouse=True)
def certificate_authorities() -> Iterator[None]:
    """Read the machine's list of certificate authorities once, not for every HTTP client.

    Only the contexts that httpx makes, which nobody changes afterwards, are shared.
    """
    make = ssl.create_default_context
    trusted = functools.cache(lambda cafile: make(cafile=cafile))

    def create(*arguments: Any, **named: Any) -> ssl.SSLContext:  # noqa: ANN401 -- as ssl has it
        if not arguments and named.keys() == {"cafile"}:
            return trusted(named["cafile"])
        return make(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", create)
        yield


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """A folder anyone may pass through, since PostgreSQL runs as nobody when root tests."""
    directory = Path(tempfile.mkdtemp(prefix="wuxing-tests-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_directory: Path) -> Iterator[GivenPostgres]:
    """The session's PostgreSQL; shared by its tests, so never stopped by one of them."""
    with open_postgres(server_directory / "postgres", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(server_directory: Path) -> Iterator[GivenRedis]:
    """The session's Redis; shared by its tests, so never stopped by one of them."""
    with open_redis(server_directory / "redis") as server:
        yield server


@pytest.fixture
def redis_url(redis_server: GivenRedis) -> str:
    """The URL of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture
def own_postgres(server_directory: Path) -> Iterator[Postgres]:
    """A durable PostgreSQL of one test's own, to be killed and restarted."""
    directory = Path(tempfile.mkdtemp(dir=server_directory))
    directory.chmod(0o755)
    with Postgres(directory) as server:
        yield server


@pytest.fixture
def own_redis(server_directory: Path) -> Iterator[Redis]:
    """A Redis of one test's own, to be killed and restarted."""
    with Redis(Path(tempfile.mkdtemp(dir=server_directory))) as server:
        yield server


@pytest.fixture(scope="session")
async def templates(postgres: GivenPostgres) -> AsyncIterator[DatabaseFactory]:
    """Give the name of a database with a service's schema and nobody connected to it."""
    run = secrets.token_hex(4)
    made: dict[str, str] = {}

    async def template(service: str) -> str:
        if service not in made:
            name = f"wuxing_test_{run}_{service}"
            url = await postgres.create_database(name)
            await asyncio.to_thread(command.upgrade, migrations(service, url), "head")
            made[service] = name
        return made[service]

    yield template
    for name in made.values():
        await postgres.drop_database(name)


@pytest.fixture
async def database(
    postgres: GivenPostgres, templates: DatabaseFactory
) -> AsyncIterator[DatabaseFactory]:
    """Give the URL of a fresh migrated database: `url = await database("registry")`."""
    made: list[str] = []

    async def create(service: str) -> str:
        template = await templates(service)
        name = f"{template}_{secrets.token_hex(6)}"
        made.append(name)
        return await postgres.create_database(name, template)

    yield create
    for name in made:
        await postgres.drop_database(name)


@pytest.fixture(scope="session")
def browser_program() -> str:
    """The machine's own Chromium; tests that need it are skipped, and say so, without one."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found is not None:
            return found
    pytest.skip("no browser on this machine (install chromium)")


@pytest.fixture(scope="session")
async def browser(browser_program: str) -> AsyncIterator[Browser]:
    """A real browser; tests open their own pages or contexts in it."""
    async with async_playwright() as playwright:
        # Containers and root have no user namespaces to sandbox in.
        yield await playwright.chromium.launch(
            executable_path=browser_program, args=["--no-sandbox"]
        )
