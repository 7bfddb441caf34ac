"""What handlers and jobs receive, and the unit of work in which a use case acts.

State, audit record and outgoing event commit in one transaction, before the answer is sent.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared import idempotency, outbox
from shared.audit import audit_log
from shared.caller import SYSTEM, Caller
from shared.clock import Clock, Moment
from shared.contracts.events import Event
from shared.queue import Queue
from shared.tables import new_id

T = TypeVar("T")
_log = structlog.get_logger(__name__)
_AUDIT = sa.insert(audit_log)


@dataclass
class Work:
    """One open transaction: read and write through `session`, then let it commit as a whole."""

    session: AsyncSession
    service: str
    moment: Moment
    caller: Caller
    request_id: str | None = None
    address: str | None = None
    wakes: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    async def emit(self, event: Event, aggregate_id: UUID, county_id: UUID | None) -> None:
        """Write the event for each of its consumers; it leaves after the commit."""
        await self.emit_all([(event, aggregate_id)], county_id)

    async def emit_all(self, events: Sequence[tuple[Event, UUID]], county_id: UUID | None) -> None:
        """Write many events of one county, each with its aggregate, at the cost of one."""
        if events:
            await outbox.write(self.session, events, county_id, self.moment.real)
            self.wake(outbox.RELAY)

    def wake(self, job: str, *args: Any) -> None:  # noqa: ANN401 -- JSON job arguments
        """Ask this service's worker to run a job once this work has committed."""
        if (job, args) not in self.wakes:
            self.wakes.append((job, args))

    async def audit(
        self,
        action: str,
        entity: str,
        entity_id: UUID,
        *,
        county_id: UUID | None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Record who did what to which entity; JSON values only, never personal ones."""
        row = {
            "id": new_id(),
            "at": self.moment.real,
            "county_id": county_id,
            "actor_id": self.caller.user_id,
            "actor_person_id": self.caller.person_id,
            "actor_roles": sorted({grant.role.value for grant in self.caller.grants}),
            "action": action,
            "entity": entity,
            "entity_id": entity_id,
            "before": before,
            "after": after,
            "reason": reason,
            "request_id": self.request_id,
            "address": self.address,
        }
        await self.session.execute(_AUDIT, row)


@dataclass(frozen=True)
class Context:
    """Session maker, clock, queue, ports and caller: all that a use case may reach.

    `ports` holds the outside things of a service by type (a registry client, a mailer, a
    file store); the factory of the service fills it.
    """

    service: str
    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    queue: Queue
    ports: dict[type, Any]
    caller: Caller = SYSTEM
    request_id: str | None = None
    address: str | None = None
    deferred: idempotency.Deferred | None = None

    def port(self, kind: type[T]) -> T:
        """Return the outside thing of that type."""
        found: T = self.ports[kind]
        return found

    def acting_as(self, caller: Caller) -> "Context":
        """Return the same context for another caller."""
        return replace(self, caller=caller)

    def apart(self) -> "Context":
        """Return the same context outside the request's unit of work, for steps of their own."""
        return replace(self, deferred=None)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction for reading only; the database refuses any write in it."""
        async with self.sessions() as session:
            await session.connection(execution_options={"postgresql_readonly": True})
            yield await self._work(session)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """Open the unit of work; commit at its end, or with the answer when a key defers it."""
        session = self.sessions()
        try:
            work = await self._work(session)
            if self.deferred is not None:
                await self.deferred.claim(session, self.caller.user_id)
            yield work
            if self.deferred is None:
                await session.commit()
            else:
                await session.flush()
                self.deferred.hold(session, lambda: self.after_commit(work))
        except BaseException:
            await session.rollback()
            await session.close()
            raise
        if self.deferred is None:
            await session.close()
            await self.after_commit(work)

    async def after_commit(self, work: Work) -> None:
        """Wake the worker; a lost wake-up costs seconds, never a message (cron sweeps)."""
        for job, args in work.wakes:
            try:
                await self.queue.enqueue(self.service, job, *args)
            except OSError as error:
                _log.warning("wake_up_lost", job=job, error=type(error).__name__)

    async def _work(self, session: AsyncSession) -> Work:
        moment = await self.clock.read(session)
        return Work(session, self.service, moment, self.caller, self.request_id, self.address)
