"""A worker is killed in the middle of an import: nothing of it stays, the next one finishes it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from tests.registry.house import Registry
from tests.registry.imports.clerk import send, sheet

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[3]
VILLAGES = 5_000
LONGEST_WAIT = 60.0


def county() -> bytes:
    when = ("2016-07-31", "", "", "")
    rows = [("X", "", "中共某县委员会", "某县委", "党委", "机关", "县级", *when)]
    rows += [
        (f"V{n}", "X", f"中共某县{n}村支部委员会", f"{n}村党支部", "党支部", "农村", "村级", *when)
        for n in range(VILLAGES)
    ]
    return sheet("organizations", rows)


@contextmanager
def worker(registry: Registry, redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Registry's real worker as its own process."""
    environment = {
        "WUXING_REGISTRY_DATABASE_URL": registry.settings.database_url,
        "WUXING_REGISTRY_REDIS_URL": redis_url,
        "WUXING_REGISTRY_KEYS_DIRECTORY": str(registry.settings.keys_directory),
        "WUXING_REGISTRY_SEALING_DIRECTORY": str(registry.settings.sealing_directory),
        "WUXING_REGISTRY_ENVIRONMENT": "test",
        "WUXING_REGISTRY_DATABASE_POOL": "5",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "services", "serve", "--target", "registry-worker"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def nobody_writes_versions(url: str) -> AsyncIterator[None]:
    """Hold the second half of the work up, so that the worker is surely in the middle."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.execute(sa.text("LOCK TABLE organization_versions IN SHARE MODE"))
        yield
    await engine.dispose()


async def until(ask: Callable[[], Awaitable[Any]]) -> None:
    async def wait() -> None:
        while not await ask():
            await asyncio.sleep(0.1)

    await asyncio.wait_for(wait(), LONGEST_WAIT)


async def test_a_killed_import_leaves_nothing_and_is_finished_by_the_next_worker(
    registry: Registry, redis_url: str
) -> None:
    sent = await send(registry, "organizations", county())
    await registry.post(f"/imports/{sent['id']}/confirm", expect=202)

    async def progress() -> dict[str, Any]:
        return await registry.get(f"/imports/{sent['id']}")

    async def in_the_middle() -> bool:
        begun = (await progress())["attempts"] == 1
        return begun and await writing(registry)

    async def finished() -> bool:
        return bool((await progress())["state"] == "done")

    with worker(registry, redis_url) as first:
        async with nobody_writes_versions(registry.settings.database_url):
            await until(in_the_middle)
            first.send_signal(signal.SIGKILL)
            first.wait()
    assert (await progress())["state"] == "confirmed"
    assert (await registry.get("/organizations", total=True))["total"] == 0
    assert (await registry.get("/changes"))["items"] == []
    with worker(registry, redis_url):
        await until(finished)
    done = await progress()
    assert (done["attempts"], done["done"], done["created"]) == (2, VILLAGES + 1, VILLAGES + 1)
    assert (await registry.get("/organizations", total=True))["total"] == VILLAGES + 1


async def writing(registry: Registry) -> bool:
    """Whether a statement of the worker waits for the versions."""
    async with registry.context.sessions() as session:
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = :mode")
        return bool(await session.scalar(waiting, {"mode": "RowExclusiveLock"}))
