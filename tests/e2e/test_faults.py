"""Faults in the middle of a year: the results are the same, no message lost, none told twice."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.servers import Postgres, Redis
from tests.e2e.conftest import Town, first_administrator, town
from tests.e2e.small import Year, no_fault, whole_year

pytestmark = pytest.mark.faults


def kill(town: Town, name: str) -> None:
    """Kill one of the stack's own processes, found by its name and its stack's port."""
    port = town.stack.environment["WUXING_REGISTRY_PORT"]
    mark = f"WUXING_REGISTRY_PORT={port}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            same = (process / "comm").read_text().strip() == name[:15]
            mine = same and mark in (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine:
            os.kill(int(process.name), signal.SIGKILL)
            return
    raise LookupError(name)


async def send_everything_again(town: Town, service: str) -> int:
    """Make every event of a service due again, as after lost acknowledgements."""
    engine = create_async_engine(town.stack.postgres.url(f"wuxing_{service}"))
    async with engine.begin() as connection:
        again = await connection.execute(
            sa.text("UPDATE outbox SET acknowledged_at = NULL, due_at = now()")
        )
    await engine.dispose()
    return again.rowcount


def faults(town: Town, seen: list[str]) -> Callable[[str], Awaitable[None]]:
    """Return what goes wrong at which point of the year."""
    redis, postgres = town.stack.redis, town.stack.postgres
    assert isinstance(redis, Redis)
    assert isinstance(postgres, Postgres)

    async def fault(point: str) -> None:
        seen.append(point)
        match point:
            case "opened":
                kill(town, "scoring-worker")  # in the middle of telling that the cycle opened
            case "applied" | "determined":
                redis.flush()
            case "returned":
                await asyncio.to_thread(postgres.restart)
            case "recommended":
                kill(town, "notifications-worker")
                assert await send_everything_again(town, "scoring") > 0
            case "published":
                await send_everything_again(town, "notifications")
                kill(town, "scoring-worker")
                redis.flush()
            case "effective":
                await send_everything_again(town, "scoring")
                await send_everything_again(town, "registry")

    return fault


def run(town: Town, fault: Callable[[str], Awaitable[None]]) -> Year:
    first_administrator(town)
    return asyncio.run(whole_year(town.stack, town.password, town.platform, fault))


def test_a_year_full_of_faults_ends_as_a_quiet_one(server_directory: Path) -> None:
    with town(server_directory / "quiet") as quiet:
        expected = run(quiet, no_fault)
    seen: list[str] = []
    with town(server_directory / "rough") as rough:
        found = run(rough, faults(rough, seen))
    assert len(seen) == 9
    assert expected.identical
    assert found.identical
    assert found.results == expected.results
    assert found.bill == expected.bill
    assert found.messages == expected.messages
    assert found.webhooks == expected.webhooks
    told = [count for titles in found.messages.values() for count in titles.values()]
    assert told
