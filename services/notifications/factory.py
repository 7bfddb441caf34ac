"""The only wiring of notifications: API, worker, command line and tests share it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.notifications.announcements.domain.pages import Shelf
from services.notifications.channels.domain import MailServer
from services.notifications.channels.store.smtp import SmtpSender
from services.notifications.messages.domain.delivery import Schedule
from services.notifications.messages.domain.sending import Channel, Channels, Sender
from services.notifications.objections.domain.limits import Limiter
from services.notifications.objections.domain.sealing import STATEMENT
from services.notifications.objections.tables import SealedStatementRow
from services.notifications.settings import Settings
from services.notifications.webhooks.domain.addresses import AddressRules
from services.notifications.webhooks.domain.secrets import PREVIOUS, SECRET
from services.notifications.webhooks.domain.subscription import Webhooks
from services.notifications.webhooks.store.http import HttpPoster
from services.notifications.webhooks.tables import WebhookRow
from shared import db
from shared.auth import Keys, Revocations, TokenVerifier
from shared.clients.registry import TIMEOUT, HttpRegistry, Registry
from shared.clock import Clock
from shared.context import Context
from shared.queue import ArqQueue, Queue
from shared.sealing.envelope import Seal
from shared.sealing.folder import SealingFolder
from shared.sealing.rewrapping import SealedColumn, SealedColumns, check_openable

SERVICE = "notifications"
# All that notifications keeps sealed: checked at the start, rewrapped by rotation.
SEALED = (
    SealedColumn.at(STATEMENT, SealedStatementRow, row="owner_id"),
    SealedColumn.at(SECRET, WebhookRow),
    SealedColumn.at(PREVIOUS, WebhookRow),
)


@dataclass(frozen=True)
class Parts:
    """A wired service: what handlers and jobs receive, and how to take it apart."""

    context: Context
    verifier: TokenVerifier
    close: Callable[[], Awaitable[None]]


async def build(
    settings: Settings, *, ports: Mapping[type, Any] | None = None, queue: Queue | None = None
) -> Parts:
    """Open everything the service needs; `ports` and `queue` replace outside things in tests.

    Raises RuntimeError on a schema that is not this code's, a moved clock in production, or a
    missing sealing key.
    """
    stack = AsyncExitStack()
    try:
        engine = db.create_engine(settings.database_url, settings.database_pool)
        stack.push_async_callback(engine.dispose)
        await db.check_schema(engine, SERVICE)
        sessions = db.create_sessions(engine)
        clock = Clock(movable=settings.clock_may_move)
        outside = {**await _ports(settings, stack), **(ports or {})}
        async with sessions() as session:
            await clock.check(session)
            await check_openable(session, outside[Seal], SEALED)
        if queue is None:
            queue = await _arq(settings, stack)
        context = Context(SERVICE, sessions, clock, queue, outside)
        registry: Registry = outside[Registry]
        verifier = TokenVerifier(
            Keys(registry.jwks), Revocations(sessions), settings.issuer, settings.audience
        )
    except BaseException:
        await stack.aclose()
        raise
    return Parts(context, verifier, stack.aclose)


async def _arq(settings: Settings, stack: AsyncExitStack) -> ArqQueue:
    queue = ArqQueue(settings.redis_url)
    stack.push_async_callback(queue.close)
    return queue


async def _ports(settings: Settings, stack: AsyncExitStack) -> dict[type, Any]:
    http = await stack.enter_async_context(
        httpx.AsyncClient(base_url=settings.registry_url, timeout=TIMEOUT)
    )
    return {
        Registry: HttpRegistry(http, settings.client_id, settings.client_secret),
        Channels: _channels(settings),
        Webhooks: _webhooks(settings, stack),
        Shelf: Shelf(),
        Seal: Seal(SealingFolder(settings.sealing_directory).keys),
        SealedColumns: SealedColumns(SEALED),
        Limiter: Limiter(settings.public_posts),
    }


def _channels(settings: Settings) -> Channels:
    schedule = Schedule(
        timedelta(seconds=settings.smtp_retry_first_seconds),
        factor=2,
        cap=timedelta(hours=2),
        attempts=settings.smtp_retry_attempts,
    )
    senders: dict[Channel, Sender] = {}
    if settings.smtp_host is not None and settings.smtp_from is not None:
        password = settings.smtp_password
        server = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            sender=settings.smtp_from,
            user=settings.smtp_user,
            password=None if password is None else password.get_secret_value(),
        )
        senders[Channel.EMAIL] = SmtpSender(server)
    return Channels(senders, schedule)


def _webhooks(settings: Settings, stack: AsyncExitStack) -> Webhooks:
    plain = settings.environment in ("demo", "test")
    rules = AddressRules(networks=settings.webhook_networks, plain_http=plain)
    poster = HttpPoster(rules, settings.webhook_seconds)
    stack.push_async_callback(poster.close)
    schedule = Schedule(
        timedelta(seconds=settings.webhook_retry_first_seconds),
        factor=3,
        cap=timedelta(hours=6),
        attempts=settings.webhook_retry_attempts,
    )
    return Webhooks(
        poster,
        rules,
        schedule,
        patience=timedelta(hours=settings.webhook_patience_hours),
        overlap=timedelta(hours=settings.webhook_overlap_hours),
    )
