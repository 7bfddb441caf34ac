"""A real worker on a real Redis, killed and robbed of its queue: all arrives, nothing twice."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from deploy.local.servers import GivenRedis
from services.notifications.messages.tables import DeliveryRow, MessageRow
from services.notifications.settings import Settings
from shared.contracts.events import Envelope
from shared.contracts.registry import Recipient
from shared.outbox import RECEIVE
from shared.queue import ArqQueue
from shared.tables import new_id
from tests.notifications.channels.conftest import Mailbox
from tests.notifications.channels.test_deliver import shift
from tests.notifications.conftest import Service
from tests.notifications.telling import effective, fake, stage

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.faults


@pytest.fixture
def registry(service: Service, httpserver: HTTPServer) -> Iterator[str]:
    """What the worker asks of registry, answered over HTTP from the fake's people."""

    def recipients(request: Request) -> Response:
        asked = set(request.get_json()["organization_ids"])
        items = [
            each.model_dump_json()
            for each in fake(service).people
            if str(each.organization_id) in asked
        ]
        return Response(f'{{"items": [{",".join(items)}]}}', mimetype="application/json")

    token = {"access_token": "unused", "expires_in": 600}
    httpserver.expect_request("/v1/tokens/machine").respond_with_json(token)
    httpserver.expect_request("/v1/changes").respond_with_json({"items": [], "next_cursor": None})
    httpserver.expect_request("/v1/recipients/search").respond_with_handler(recipients)
    yield httpserver.url_for("")
    httpserver.clear()


@pytest.fixture
def worker_environment(
    settings: Settings, registry: str, redis_url: str, mailbox: Mailbox
) -> dict[str, str]:
    chosen = {
        "environment": "test",
        "movable_clock": "true",
        "database_url": settings.database_url,
        "redis_url": redis_url,
        "registry_url": registry,
        "client_id": "notifications",
        "client_secret": "unused",
        "sealing_directory": str(settings.sealing_directory),
        "smtp_host": "127.0.0.1",
        "smtp_port": str(mailbox.port),
        "smtp_security": "none",
        "smtp_from": "wuxing@huojia.test",
    }
    named = {f"WUXING_NOTIFICATIONS_{name.upper()}": value for name, value in chosen.items()}
    return os.environ | named


@contextlib.asynccontextmanager
async def running_worker(environment: dict[str, str]) -> AsyncIterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "services", "serve", "--target", "notifications-worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: ASYNC220 -- does not wait
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)


async def until(condition: Callable[[], Any], seconds: float = 40) -> None:
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


async def send(redis_url: str, *envelopes: Envelope) -> None:
    """Hand events to the worker's queue as their owner's relay does, and again if it must."""
    queue = ArqQueue(redis_url)
    for envelope in envelopes:
        await queue.enqueue("notifications", RECEIVE, [envelope.model_dump(mode="json")])
    await queue.close()


async def all_sent(service: Service, expected: int) -> bool:
    async with service.context.read() as work:
        states = list(await work.session.scalars(sa.select(DeliveryRow.state)))  # type: ignore[call-overload]  # a column
    return len(states) == expected and set(states) == {"sent"}


async def test_a_killed_worker_and_an_emptied_redis_lose_and_repeat_nothing(
    service: Service,
    secretaries: list[Recipient],
    mailbox: Mailbox,
    worker_environment: dict[str, str],
    redis_server: GivenRedis,
) -> None:
    cycle = new_id()
    first = service.envelope(stage(service, [1] * 6), cycle)
    second = service.envelope(effective(service, 2), cycle)
    mailbox.stall = 0.2
    async with running_worker(worker_environment) as worker:
        await send(redis_server.url, second, first, first)
        await until(lambda: len(mailbox.letters) >= 3)
        worker.send_signal(signal.SIGKILL)
    redis_server.flush()
    mailbox.stall = 0
    await shift(service, 600)  # the dead worker's leases end
    async with running_worker(worker_environment):
        await send(redis_server.url, first, second)
        await until(lambda: all_sent(service, 24))
    async with service.context.read() as work:
        shown = list(await work.session.scalars(sa.select(MessageRow)))
    told = {(row.user_id, row.kind) for row in shown}
    assert len(shown) == len(told) == 2 * len(secretaries)
    # Of the letters under way at the kill a second copy may come, under the same id.
    assert len(set(mailbox.ids)) == 12
    assert max(Counter(mailbox.ids).values()) <= 2
