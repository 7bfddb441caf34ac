"""The only wiring of scoring: API, worker, command line and tests share it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx

from services.scoring.applications.jobs import sweep_applications
from services.scoring.cycles.jobs import sweep_pauses
from services.scoring.evidence.domain import FileStore
from services.scoring.evidence.store import FolderFiles
from services.scoring.results.jobs import sweep_determinations
from services.scoring.reviews.jobs import sweep_reviews
from services.scoring.settings import Settings
from shared import db
from shared.auth import Keys, Revocations, TokenVerifier
from shared.clients.registry import TIMEOUT, HttpRegistry, Registry
from shared.clock import Clock
from shared.context import Context
from shared.queue import ArqQueue, Queue

SERVICE = "scoring"
# What looks at deadlines, which lie in the database.
SWEEPS = (sweep_pauses, sweep_applications, sweep_reviews, sweep_determinations)


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

    Raises RuntimeError on a schema that is not this code's, or a moved clock in production.
    """
    stack = AsyncExitStack()
    try:
        engine = db.create_engine(settings.database_url, settings.database_pool)
        stack.push_async_callback(engine.dispose)
        await db.check_schema(engine, SERVICE)
        sessions = db.create_sessions(engine)
        clock = Clock(movable=settings.clock_may_move)
        async with sessions() as session:
            await clock.check(session)
        if queue is None:
            queue = await _arq(settings, stack)
        outside = {**await _ports(settings, stack), **(ports or {})}
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
        FileStore: FolderFiles(settings.evidence_directory),
    }
