"""Webhooks signed, tracked and logged against a bare httpx loop that does none of that.

One process each, the same body, the same concurrency, a trivial receiver in a process of its
own; the database is a real one on the same machine. Run from the checkout:
`python -m benchmarks.webhooks`.
"""

import asyncio
import multiprocessing
import shutil
import socket
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path
from statistics import median

import httpx
import sqlalchemy as sa
from alembic import command

from benchmarks.figures import Figure
from deploy.local.processes import free_port, wait_until
from deploy.local.servers import open_postgres
from services.notifications import factory
from services.notifications.settings import Settings
from services.notifications.webhooks.domain import facts
from services.notifications.webhooks.domain.secrets import SECRET, new_secret
from services.notifications.webhooks.domain.subscription import Webhook, Webhooks, WebhookState
from services.notifications.webhooks.jobs import deliver_webhooks
from services.notifications.webhooks.store import deliveries, subscriptions
from services.notifications.webhooks.tables import WebhookDeliveryRow
from services.notifications.webhooks.usecases import sending
from shared.clients.registry import FakeRegistry, Registry
from shared.clock import real_now
from shared.context import Context
from shared.db import migrations
from shared.queue import MemoryQueue
from shared.sealing import folder as sealing
from shared.sealing.envelope import Seal
from shared.tables import new_id

EVENTS = 2_000
ROUNDS = 3
GOAL = "≥0.6"
FACTS = {"results": [{"name": f"第{i}村党支部", "level": i % 5 + 1} for i in range(60)]}


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next(int(each[15:]) for each in lines if each.startswith(b"content-length:"))
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    except asyncio.IncompleteReadError:
        writer.close()


def receiver(port: int) -> None:
    async def serve() -> None:
        async with await asyncio.start_server(_answer, "127.0.0.1", port) as server:
            await server.serve_forever()

    asyncio.run(serve())


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


async def bare(url: str, body: bytes, parallel: int) -> float:
    left = iter(range(EVENTS))
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:

        async def lane() -> None:
            for _ in left:
                (await http.post(url, content=body)).raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(parallel)))
        return EVENTS / (time.perf_counter() - began)


async def subscribe(ctx: Context, url: str) -> Webhook:
    webhook_id = new_id()
    webhook = Webhook(
        id=webhook_id,
        county_id=new_id(),
        owner_id=new_id(),
        url=url,
        description="",
        event_types=tuple(facts.EVENT_TYPES),
        state=WebhookState.ACTIVE,
        version=1,
        created_at=real_now(),
        sealed_secret=ctx.port(Seal).close(new_secret(), SECRET, webhook_id),
    )
    async with ctx.work() as work:
        await subscriptions.add(work.session, webhook)
    return webhook


async def ours(ctx: Context, webhook: Webhook) -> float:
    now = real_now()
    async with ctx.work() as work:
        for _ in range(EVENTS):
            event = facts.event(new_id(), webhook.county_id, facts.EFFECTIVE, now, FACTS)
            await deliveries.add_event(work.session, event)
            await deliveries.queue(work.session, event.id, [webhook.id], now)
    began = time.perf_counter()
    while await _waiting(ctx):
        await deliver_webhooks(ctx)
    return EVENTS / (time.perf_counter() - began)


async def _waiting(ctx: Context) -> int:
    async with ctx.read() as work:
        waiting = sa.select(sa.func.count()).select_from(WebhookDeliveryRow)
        unsent = waiting.where(sa.column("state") != "sent")
        return await work.session.scalar(unsent) or 0


async def measure(database_url: str, port: int, keys: Path) -> list[Figure]:
    sealing.write_new_key(keys, real_now())
    settings = Settings(
        environment="test",
        database_url=database_url,
        redis_url="redis://unused.invalid",
        client_id="notifications",
        client_secret="unused",  # noqa: S106 -- protects nothing here
        sealing_directory=keys,
        webhook_networks=(ip_network("127.0.0.0/8"),),
    )
    parts = await factory.build(settings, ports={Registry: FakeRegistry()}, queue=MemoryQueue())
    url = f"http://127.0.0.1:{port}/hooks"
    webhook = await subscribe(parts.context, url)
    body = facts.event(new_id(), new_id(), facts.EFFECTIVE, real_now(), FACTS).body.encode()
    parallel = parts.context.port(Webhooks).parallel * sending.HANDS
    ratios = []
    for _ in range(ROUNDS):
        loop, here = await bare(url, body, parallel), await ours(parts.context, webhook)
        ratios.append(here / loop)
        print(f"bare httpx {loop:6.0f}/s   webhooks {here:6.0f}/s   ratio {here / loop:.2f}")
    await parts.close()
    print(f"{len(body)} bytes, {EVENTS} events, {parallel} at a time")
    return [Figure("webhooks / bare httpx loop", median(ratios), "×", GOAL)]


def main() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    port = free_port()
    sink = multiprocessing.get_context("spawn").Process(target=receiver, args=(port,), daemon=True)
    sink.start()
    try:
        wait_until(lambda: listens(port), seconds=20)
        with open_postgres(folder / "postgres", durable=True) as server:
            url = asyncio.run(server.create_database("webhooks"))
            command.upgrade(migrations("notifications", url), "head")
            return asyncio.run(measure(url, port, folder / "keys"))
    finally:
        sink.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
