"""Arq worker settings for a service: its jobs, its cron, and the plumbing jobs every one has."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from arq import Retry, cron, func
from arq.cron import CronJob
from arq.worker import Function
from redis.exceptions import RedisError

from shared import idempotency, outbox
from shared.clock import SHANGHAI
from shared.context import Context
from shared.contracts.events import Envelope
from shared.queue import dumps, loads, queue_name, redis_settings

Job = Callable[..., Awaitable[Any]]

JOB_TIMEOUT = 30
MAX_TRIES = 5
_log = structlog.get_logger(__name__)


def named(job: Job, name: str | None = None, timeout: int = JOB_TIMEOUT) -> Function:
    """Wrap `async def job(ctx: Context, *args)` for arq: logged, retried with growing pauses."""
    label = name or job.__name__

    async def run(ctx: dict[Any, Any], *args: Any, **_: Any) -> None:  # noqa: ANN401 -- JSON
        try:
            await job(ctx["context"], *args)
        except Exception as error:
            _log.exception("job_failed", job=label, attempt=ctx.get("job_try"))
            raise Retry(defer=2 ** min(ctx.get("job_try", 1), 6)) from error

    return func(run, name=label, timeout=timeout, keep_result=0, max_tries=MAX_TRIES)


def every(seconds: int, job: Job, *, timeout: int = JOB_TIMEOUT) -> CronJob:
    """Run a job every so many seconds (a divisor of 60); missed ticks are not made up."""
    wrapped = named(job)
    return cron(
        wrapped.coroutine,
        name=f"cron:{job.__name__}",
        second=set(range(0, 60, seconds)),
        timeout=timeout,
        keep_result=0,
        max_tries=1,
        unique=True,
    )


def daily(hour: int, minute: int, job: Job, *, timeout: int = 600) -> CronJob:
    """Run a job once a day at an hour of Asia/Shanghai."""
    wrapped = named(job)
    return cron(
        wrapped.coroutine,
        name=f"cron:{job.__name__}",
        hour=hour,
        minute=minute,
        timeout=timeout,
        keep_result=0,
        max_tries=1,
    )


def settings(
    service: str,
    redis_url: str,
    startup: Callable[[], Awaitable[Context]],
    shutdown: Callable[[Context], Awaitable[None]],
    handlers: Mapping[str, outbox.Handler],
    jobs: Sequence[Job | Function] = (),
    crons: Sequence[CronJob] = (),
) -> dict[str, Any]:
    """Return the attributes of an arq WorkerSettings class (arq reads them by name)."""

    async def receive_events(ctx: Context, envelopes: list[dict[str, Any]]) -> None:
        found = [Envelope.model_validate(each) for each in envelopes]
        await outbox.receive(ctx, handlers, found)

    async def apply_waiting_events(ctx: Context) -> None:
        await outbox.apply_waiting(ctx, handlers)

    async def on_startup(state: dict[str, Any]) -> None:
        state["context"] = await startup()

    async def on_shutdown(state: dict[str, Any]) -> None:
        await shutdown(state["context"])

    plumbing: tuple[Job, ...] = (receive_events, relay_outbox, acknowledge_events)
    return {
        "queue_name": queue_name(service),
        "redis_settings": redis_settings(redis_url),
        "functions": [
            job if isinstance(job, Function) else named(job) for job in (*plumbing, *jobs)
        ],
        "cron_jobs": [
            every(2, relay_outbox),
            every(10, apply_waiting_events),
            daily(3, 30, forget_idempotency_keys),
            *crons,
        ],
        "on_startup": on_startup,
        "on_shutdown": on_shutdown,
        "job_serializer": dumps,
        "job_deserializer": loads,
        "timezone": SHANGHAI,
        "poll_delay": 0.2,
        "max_jobs": 8,
        "job_timeout": JOB_TIMEOUT,
        "keep_result": 0,
        "handle_signals": True,
        "health_check_interval": 30,
        "health_check_key": f"{queue_name(service)}:health",
    }


async def relay_outbox(ctx: Context) -> None:
    """Send due outbox rows until none is left."""
    while True:
        async with ctx.sessions() as session:
            try:
                sent = await outbox.relay(session, ctx.service, ctx.queue)
            except (RedisError, OSError):
                _log.warning("relay_waits_for_redis")
                return
        if sent < outbox.BATCH:
            return


async def acknowledge_events(ctx: Context, event_ids: list[str], consumer: str) -> None:
    """Mark outbox rows as taken over by their consumer."""
    async with ctx.sessions() as session:
        await outbox.acknowledge(session, [UUID(each) for each in event_ids], consumer)


async def forget_idempotency_keys(ctx: Context) -> None:
    """Delete idempotency keys older than their lifetime."""
    async with ctx.work() as work:
        await idempotency.forget_old(work.session)
