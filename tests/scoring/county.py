"""A small county and the running service, for the tests of scoring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from services.scoring import factory, main, worker
from services.scoring.settings import Settings
from shared import directory, outbox
from shared.caller import Caller, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.clock import SHANGHAI, real_now
from shared.context import Context
from shared.contracts.events import Envelope, Event
from shared.contracts.registry import (
    FactCode,
    FactRecord,
    OrganizationKind,
    OrganizationRecord,
    Post,
    Sector,
    TermRecord,
    Tier,
)
from shared.queue import MemoryQueue
from shared.tables import new_id
from tests.accounts import Signer, caller
from tests.apps import sharing

PRESET = "five_star_edition_2"
SNAPSHOT = date(2025, 12, 31)
PAY = {Post.SECRETARY: 200_000, Post.DIRECTOR: 160_000}
# township → its villages; a 居委会 and one branch founded after the snapshot among them.
TREE = {
    "城关镇": ("前李村", "后寺村", "西关村", "东街居委会"),
    "照镜镇": ("后寺村", "马庄村", "楼村", "新庄村"),
    "黄堤镇": ("小王庄村", "张庄村"),
}
COMMITTEES = ("东街居委会",)
FOUNDED_LATER = ("新庄村",)


def organization(
    name: str,
    parent: OrganizationRecord | None,
    tier: Tier,
    *,
    sector: Sector = Sector.RURAL,
    founded_on: date = date(1950, 7, 1),
) -> OrganizationRecord:
    own = new_id()
    return OrganizationRecord(
        id=own,
        parent_id=parent.id if parent else None,
        county_id=own if parent is None else parent.county_id,
        path=f"{parent.path if parent else '/'}{own}/",
        kind=OrganizationKind.BRANCH if tier is Tier.VILLAGE else OrganizationKind.COMMITTEE,
        sector=sector,
        tier=tier,
        name=name,
        short_name=name,
        founded_on=founded_on,
    )


@dataclass
class County:
    """One county committee, three townships, ten branches; two branches share a name."""

    name: str = "获嘉县"
    committee: OrganizationRecord = field(init=False)
    townships: list[OrganizationRecord] = field(init=False, default_factory=list)
    branches: list[OrganizationRecord] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.committee = organization(f"中共{self.name}委员会", None, Tier.COUNTY)
        for township, villages in TREE.items():
            committee = organization(f"{township}党委", self.committee, Tier.TOWNSHIP)
            self.townships.append(committee)
            self.branches += [self._branch(name, committee) for name in villages]

    def _branch(self, name: str, township: OrganizationRecord) -> OrganizationRecord:
        return organization(
            f"{name}党支部",
            township,
            Tier.VILLAGE,
            sector=Sector.COMMUNITY if name in COMMITTEES else Sector.RURAL,
            founded_on=date(2026, 1, 15) if name in FOUNDED_LATER else date(1950, 7, 1),
        )

    @property
    def all(self) -> list[OrganizationRecord]:
        return [self.committee, *self.townships, *self.branches]

    @property
    def assessed(self) -> list[OrganizationRecord]:
        """The eight branches that the preset judges, in the order of their townships."""
        return [
            each
            for each in self.branches
            if each.sector is Sector.RURAL and each.founded_on <= SNAPSHOT
        ]

    def of(self, township: OrganizationRecord) -> list[OrganizationRecord]:
        """The assessed branches of a township."""
        return [each for each in self.assessed if each.parent_id == township.id]

    def caller(self, role: Role, department: str | None = None) -> Caller:
        """A new person with the role for the whole county."""
        return caller(role, self.committee.id, department)

    def village(self, branch: OrganizationRecord) -> Caller:
        """A new person who writes a branch's application."""
        return caller(Role.VILLAGE, branch.id)

    def township(self, branch: OrganizationRecord) -> Caller:
        """A new person of the township a branch (or the township itself) belongs to."""
        own = branch.id if branch.tier is Tier.TOWNSHIP else branch.parent_id
        return caller(Role.TOWNSHIP, own)


@dataclass
class Service:
    """The running service: its API, its context, and what a test does to it from outside."""

    app: FastAPI
    http: httpx.AsyncClient
    context: Context
    queue: MemoryQueue
    registry: FakeRegistry
    signer: Signer
    county: County
    other: County
    sequences: dict[UUID, int] = field(default_factory=dict)

    async def move_clock(self, to: str) -> None:
        """Set business time, given as `2026-03-02 09:00` in Shanghai."""
        moment = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
        async with self.context.work() as work:
            await self.context.clock.move(work.session, moment)

    async def pass_days(self, days: int) -> None:
        """Let some days pass in business time."""
        async with self.context.work() as work:
            await self.context.clock.move(work.session, work.moment.business + timedelta(days=days))

    async def after(self, day: str) -> None:
        """Go to the morning after a day such as a deadline, and let the clock's sweeps run."""
        following = date.fromisoformat(day) + timedelta(days=1)
        await self.move_clock(f"{following} 00:05")
        await self.sweep()

    async def sweep(self) -> None:
        """Run everything that cron runs."""
        for job in (*factory.SWEEPS, *worker.REMINDERS):
            await job(self.context)

    async def run_job(self, name: str) -> None:
        """Run one of the worker's jobs by name."""
        jobs = {job.__name__: job for job in (*worker.JOBS, *worker.REMINDERS)}
        await jobs[name](self.context)

    def envelope(self, event: Event, aggregate_id: UUID, source: str = "notifications") -> Envelope:
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

    async def sent(self, consumer: str = "notifications") -> list[tuple[str, dict[str, Any]]]:
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
        """Send a request as a caller (or unsigned) and check its status if asked."""
        signed = self.signer.headers(who) if who else {}
        answer = await self.http.request(method, path, headers=signed | (headers or {}), **content)
        if expect is not None:
            assert answer.status_code == expect, answer.text
        return answer

    async def published_policy(self, text: str | None = None) -> dict[str, Any]:
        """Publish the preset (or a text) as the county's policy; returns its JSON."""
        office = self.county.caller(Role.ORGANIZATION_DEPARTMENT)
        body: dict[str, Any] = {"county_id": str(self.county.committee.id)}
        body |= {"text": text} if text else {"preset": PRESET}
        draft = (await self.call("POST", "/v1/policies", office, json=body, expect=201)).json()
        await self.call("POST", f"/v1/policies/{draft['id']}/check", office, expect=200)
        path = f"/v1/policies/{draft['id']}/publish"
        published: dict[str, Any] = (await self.call("POST", path, office, expect=200)).json()
        return published

    async def open_cycle(self, policy: dict[str, Any] | None = None) -> dict[str, Any]:
        """Open a cycle of this year on the policy (the preset by default); returns its JSON."""
        office = self.county.caller(Role.ORGANIZATION_DEPARTMENT)
        policy = policy or await self.published_policy()
        body = {
            "policy_id": policy["id"],
            "title": "获嘉县2026年五星支部创建",
            "year": 2026,
            "snapshot_on": SNAPSHOT.isoformat(),
        }
        draft = (await self.call("POST", "/v1/cycles", office, json=body, expect=201)).json()
        path = f"/v1/cycles/{draft['id']}/open"
        opened: dict[str, Any] = (await self.call("POST", path, office, expect=200)).json()
        return opened

    async def filled(
        self,
        cycle: dict[str, Any],
        branch: OrganizationRecord,
        stars: dict[str, dict[str, Any]],
    ) -> str:
        """Open a branch's application and save every star as given; returns its id."""
        village = self.county.village(branch)
        body = {"cycle_id": cycle["id"], "organization_id": str(branch.id)}
        answer = await self.call("POST", "/v1/applications", village, json=body, expect=201)
        application_id = str(answer.json()["id"])
        tag = answer.headers["ETag"]
        for star, filled in stars.items():
            path = f"/v1/applications/{application_id}/stars/{star}"
            answer = await self.call(
                "PUT", path, village, json=filled, headers={"If-Match": tag}, expect=200
            )
            tag = answer.headers["ETag"]
        return application_id

    async def submitted(
        self,
        cycle: dict[str, Any],
        branch: OrganizationRecord,
        stars: dict[str, dict[str, Any]],
    ) -> str:
        """Fill in and submit a branch's application; returns its id."""
        application_id = await self.filled(cycle, branch, stars)
        path = f"/v1/applications/{application_id}/submit"
        await self.call("POST", path, self.county.village(branch), expect=200)
        return application_id


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Service]:
    """Run the service on Monday 2 March 2026 at nine, with two counties in its directory."""
    signer, queue = Signer(), MemoryQueue()
    county, other = County(), County("原阳县")
    registry = FakeRegistry(organizations=[*county.all, *other.all], keys=signer.jwks())
    app = sharing(main.create_app(settings, ports={Registry: registry}, queue=queue))
    async with app.router.lifespan_context(app):
        context: Context = app.state.context
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scoring") as http:
            found = Service(app, http, context, queue, registry, signer, county, other)
            await directory.pull(context)
            await found.move_clock("2026-03-02 09:00")
            yield found


def people(service: Service) -> None:
    """A secretary and a director in every branch, with pay, residents and income."""
    for number, branch in enumerate(service.county.branches):
        for post in PAY:
            service.registry.all_terms.append(
                TermRecord(
                    id=new_id(),
                    person_id=new_id(),
                    organization_id=branch.id,
                    post=post,
                    starts_on=date(2021, 1, 1),
                    ends_on=None,
                )
            )
        facts = {FactCode(f"pay.{post}"): fen for post, fen in PAY.items()}
        facts |= {
            FactCode.RESIDENTS_70: 100 + number,
            FactCode.COLLECTIVE_INCOME: 10_000_000,
        }
        service.registry.all_facts += [
            FactRecord(
                organization_id=branch.id,
                code=code,
                value=value,
                valid_from=date(2026, 1, 1),
                source="测试",
                generated=True,
            )
            for code, value in facts.items()
        ]


def sheet(
    policy: dict[str, Any], *applied: str, lost: int = 0, every: bool = False
) -> dict[str, dict[str, Any]]:
    """A complete sheet: full base points, no bonus, no deduction; `applied` stars applied for.

    `lost` whole points are taken off the first base item of each star; `every` applies for all.
    """
    return {
        star["code"]: {
            "apply": every or star["code"] in applied,
            "items": _items(star, lost),
        }
        for star in policy["policy"]["stars"]
    }


def _items(star: dict[str, Any], lost: int) -> dict[str, Any]:
    items: dict[str, Any] = {}
    for item in star["items"]:
        points = float(item["rule"]["max_points"]) if item["block"] == "base" else 0
        if item["block"] == "base" and not items:
            points -= lost
        items[item["code"]] = {"points": f"{points:.2f}", "reference": "台账2026-01"}
    return items


def problem(answer: httpx.Response) -> str:
    """The last part of a problem's type; checks that the answer is one, in Chinese."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert any("一" <= letter <= "鿿" for letter in body["detail"])
    return str(body["type"]).removeprefix("urn:wuxing:problem:")
