"""A small county, the notifications service over HTTP, and the callers who act on it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.notifications import main, worker
from services.notifications.settings import Settings
from shared import directory, outbox
from shared.caller import Caller, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.clock import SHANGHAI, real_now
from shared.context import Context
from shared.contracts.events import Envelope, Event
from shared.contracts.registry import OrganizationKind, OrganizationRecord, Sector, Tier
from shared.queue import MemoryQueue
from shared.sealing import folder
from shared.tables import new_id
from tests.accounts import Signer, caller
from tests.apps import sharing
from tests.conftest import DatabaseFactory


def organization(
    name: str, parent: OrganizationRecord | None, tier: Tier, county_id: UUID | None = None
) -> OrganizationRecord:
    own = new_id()
    return OrganizationRecord(
        id=own,
        parent_id=parent.id if parent else None,
        county_id=own if tier is Tier.COUNTY else county_id,
        path=f"{parent.path if parent else '/'}{own}/",
        kind=OrganizationKind.BRANCH if tier is Tier.VILLAGE else OrganizationKind.COMMITTEE,
        sector=Sector.RURAL,
        tier=tier,
        name=name,
        short_name=name,
        founded_on=date(1950, 7, 1),
    )


@dataclass
class County:
    """One county committee, two townships, six branches; two branches share a name."""

    name: str = "获嘉县"
    committee: OrganizationRecord = field(init=False)
    townships: list[OrganizationRecord] = field(init=False)
    branches: list[OrganizationRecord] = field(init=False)

    def __post_init__(self) -> None:
        top = self.committee = organization(f"中共{self.name}委员会", None, Tier.COUNTY)
        self.townships = [
            organization(name, top, Tier.TOWNSHIP, top.id) for name in ("城关镇党委", "照镜镇党委")
        ]
        villages = (("前李村", "后寺村", "西关村"), ("后寺村", "马庄村", "楼村"))
        self.branches = [
            organization(f"{name}党支部", township, Tier.VILLAGE, top.id)
            for township, names in zip(self.townships, villages, strict=True)
            for name in names
        ]

    @property
    def all(self) -> list[OrganizationRecord]:
        return [self.committee, *self.townships, *self.branches]

    def caller(self, role: Role) -> Caller:
        """A new person with the role for the whole county."""
        return caller(role, self.committee.id)


@dataclass
class Service:
    """The running service: its API, its context, and what a test does to it from outside."""

    http: httpx.AsyncClient
    context: Context
    queue: MemoryQueue
    signer: Signer
    county: County
    other: County
    sequences: dict[UUID, int] = field(default_factory=dict)

    async def move_clock(self, to: str) -> None:
        """Set business time, given as `2026-05-11 09:00` in Shanghai."""
        moment = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
        async with self.context.work() as work:
            await self.context.clock.move(work.session, moment)

    async def pass_days(self, days: int) -> None:
        async with self.context.work() as work:
            await self.context.clock.move(work.session, work.moment.business + timedelta(days=days))

    def envelope(self, event: Event, aggregate_id: UUID, source: str = "scoring") -> Envelope:
        """Wrap an event as its owner's relay would, next in its aggregate's sequence."""
        sequence = self.sequences[aggregate_id] = self.sequences.get(aggregate_id, 0) + 1
        return Envelope(
            id=new_id(),
            source=source,
            type=event.type,
            aggregate_id=aggregate_id,
            sequence=sequence,
            county_id=self.county.committee.id,
            occurred_at=real_now(),
            data=event.model_dump(mode="json"),
        )

    async def receive(self, envelope: Envelope) -> None:
        """Let the worker's handlers take an envelope."""
        await outbox.receive(self.context, worker.HANDLERS, [envelope])

    async def sent(self, consumer: str = "scoring") -> list[tuple[str, dict[str, Any]]]:
        """What the outbox holds for a consumer, in order: types and contents."""
        async with self.context.read() as work:
            rows = await work.session.execute(
                sa.select(outbox.outbox.c.type, outbox.outbox.c.data)
                .where(outbox.outbox.c.consumer == consumer)
                .order_by(outbox.outbox.c.occurred_at, outbox.outbox.c.sequence)
            )
            return [(row.type, row.data) for row in rows]

    async def call(
        self,
        method: str,
        path: str,
        who: Caller | None = None,
        *,
        expect: int | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,  # noqa: ANN401 -- httpx content
    ) -> httpx.Response:
        """Send a request as a caller (or the public) and check its status if asked."""
        signed = self.signer.headers(who) if who else {}
        answer = await self.http.request(method, path, headers=signed | (headers or {}), **content)
        if expect is not None:
            assert answer.status_code == expect, answer.text
        return answer


def problem(answer: httpx.Response) -> str:
    """The last part of a problem's type; checks that the answer is one, in Chinese."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert any("一" <= letter <= "鿿" for letter in body["detail"])
    return str(body["type"]).removeprefix("urn:wuxing:problem:")


@pytest.fixture
async def settings(database: DatabaseFactory, tmp_path: Path) -> Settings:
    folder.write_new_key(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    return Settings(
        environment="test",
        movable_clock=True,
        database_url=await database("notifications"),
        redis_url="redis://unused.invalid",
        client_id="notifications",
        client_secret="unused",
        sealing_directory=tmp_path,
    )


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """The service on a fresh database, on Monday 11 May 2026 at nine, with its directory filled."""
    signer, queue = Signer(), MemoryQueue()
    county, other = County(), County("原阳县")
    registry = FakeRegistry(organizations=[*county.all, *other.all], keys=signer.jwks())
    app = sharing(main.create_app(settings, ports={Registry: registry}, queue=queue))
    async with app.router.lifespan_context(app):
        context: Context = app.state.context
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notifications") as http:
            running = Service(http, context, queue, signer, county, other)
            await directory.pull(context)
            await running.move_clock("2026-05-11 09:00")
            yield running
