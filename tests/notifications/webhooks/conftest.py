"""A subscriber that checks every signature, and can be told to fail, stall or move away."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from threading import Event
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug import Request, Response

from services.notifications.settings import Settings
from services.notifications.webhooks.jobs import deliver_webhooks
from services.notifications.webhooks.tables import WebhookDeliveryRow
from shared.caller import Caller, Role
from tests.notifications.conftest import Service

# Longer than anything takes on a busy machine; only a broken test waits for so long.
PATIENCE_SECONDS = 10


@dataclass
class Subscriber:
    """Takes what is signed right; `answers` are the statuses of its next answers, then 204.

    While `open` is cleared it answers nobody: how long that is, the test decides and no clock.
    """

    url: str
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    stall: float = 0
    text: str = ""
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    forged: int = 0
    open: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.open.set()

    def take(self, request: Request) -> Response:
        body = request.get_data()
        self.seen[request.headers["webhook-id"]] += 1
        if self.stall:
            time.sleep(self.stall)
        self.open.wait(PATIENCE_SECONDS)
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.forged += 1
            return Response(status=401)
        status = self.answers.pop(0) if self.answers else 204
        if status == 204:
            self.taken.append((request.headers["webhook-id"], json.loads(body)))
        return Response(self.text, status=status, headers={"Location": "/elsewhere"})

    @property
    def types(self) -> list[str]:
        return [content["type"] for _, content in self.taken]


@pytest.fixture(scope="session")
def make_httpserver() -> Iterator[HTTPServer]:
    """Serves many at once, as the platforms together would."""
    server = HTTPServer(threaded=True)
    server.start()
    yield server
    server.clear()
    server.stop()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Webhooks may go to this machine, and wait as long as a busy one needs."""
    here = {"webhook_networks": (ip_network("127.0.0.0/8"),), "webhook_seconds": PATIENCE_SECONDS}
    return settings.model_copy(update=here)


@pytest.fixture
def subscriber(httpserver: HTTPServer) -> Iterator[Subscriber]:
    """A subscriber on a free port."""
    one = Subscriber(httpserver.url_for("/hooks"))
    httpserver.expect_request("/hooks", method="POST").respond_with_handler(one.take)
    yield one
    httpserver.clear()


@pytest.fixture
def platform(service: Service) -> Caller:
    """A platform's machine account for the county."""
    return service.county.caller(Role.PLATFORM)


async def subscribe(
    service: Service, who: Caller, subscriber: Subscriber, **content: object
) -> str:
    """Subscribe as a platform would; returns the subscription's path."""
    answer = await service.call(
        "POST", "/v1/webhooks", who, expect=201, json={"url": subscriber.url, **content}
    )
    subscriber.secret = answer.json()["secret"]
    return f"/v1/webhooks/{answer.json()['webhook']['id']}"


async def rows(service: Service) -> list[WebhookDeliveryRow]:
    async with service.context.read() as work:
        found = await work.session.scalars(sa.select(WebhookDeliveryRow).order_by(sa.column("id")))
        return list(found)


async def shift(service: Service, seconds: int, webhook_id: UUID | None = None) -> None:
    """Let so much real time pass for everything that is waiting or leased."""
    past = timedelta(seconds=seconds)
    statement = sa.update(WebhookDeliveryRow).values(
        due_at=sa.column("due_at") - past, leased_until=sa.column("leased_until") - past
    )
    if webhook_id is not None:
        statement = statement.where(sa.column("webhook_id") == webhook_id)
    async with service.context.work() as work:
        await work.session.execute(statement)


async def later(service: Service, seconds: int) -> None:
    """Let time pass, and the worker's cron after it."""
    await shift(service, seconds)
    await deliver_webhooks(service.context)
