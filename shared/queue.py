"""The Redis job queue: a wake-up, never the truth (arq behind an interface, with a twin).

One arq queue per service; JSON instead of pickle; results are not kept, so that a job id is
free again at once. Whatever a lost Redis forgets is found again in PostgreSQL by cron.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError


class QueueDown(OSError):  # noqa: N818 -- a state of the world, as ConnectionRefused
    """Redis did not take the job."""


class Queue(Protocol):
    """Puts a job into a service's queue."""

    async def enqueue(self, service: str, job: str, *args: Any) -> None:  # noqa: ANN401 -- JSON arguments
        """Ask `service` to run `job` with JSON arguments; raise QueueDown if Redis is away."""


def queue_name(service: str) -> str:
    """Return the name of a service's arq queue."""
    return f"wuxing:{service}"


def dumps(value: dict[str, Any]) -> bytes:
    """Serialise a job as JSON; an exception becomes its text (arq stores failed results)."""
    return json.dumps(value, default=str).encode()


def loads(value: bytes) -> dict[str, Any]:
    """Read a job back."""
    found: dict[str, Any] = json.loads(value)
    return found


def redis_settings(url: str) -> RedisSettings:
    """Return arq's settings for a redis:// URL, with short timeouts."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    settings.conn_retries = 2
    settings.conn_retry_delay = 1
    return settings


class ArqQueue:
    """Connects on first use, so that an API starts and answers while Redis is away."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing is opened yet."""
        self._settings = redis_settings(url)
        self._pool: ArqRedis | None = None

    async def enqueue(self, service: str, job: str, *args: Any) -> None:  # noqa: ANN401 -- JSON arguments
        """Put the job into the service's queue; raise QueueDown if Redis does not take it."""
        try:
            if self._pool is None:
                self._pool = await create_pool(
                    self._settings, job_serializer=dumps, job_deserializer=loads
                )
            await self._pool.enqueue_job(job, *args, _queue_name=queue_name(service))
        except (RedisError, OSError, TimeoutError) as error:
            raise QueueDown(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.aclose()


@dataclass
class MemoryQueue:
    """The in-memory twin: remembers what was asked for."""

    jobs: list[tuple[str, str, tuple[Any, ...]]] = field(default_factory=list)

    async def enqueue(self, service: str, job: str, *args: Any) -> None:  # noqa: ANN401 -- JSON arguments
        """Remember the job."""
        self.jobs.append((service, job, json.loads(json.dumps(args))))

    def take(self, service: str) -> list[tuple[str, tuple[Any, ...]]]:
        """Return and forget the jobs waiting for one service."""
        mine = [(job, args) for owner, job, args in self.jobs if owner == service]
        self.jobs = [entry for entry in self.jobs if entry[0] != service]
        return mine
