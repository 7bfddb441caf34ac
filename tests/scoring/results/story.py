"""A whole cycle up to and beyond the committee's meeting, told through the API.

Eight villages are judged: five, four and three stars, four without 基层党建星, two, one, none
awarded, and one that never applied; two more are 未参评.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from deploy.local.servers import GivenPostgres
from services.scoring import main
from services.scoring.settings import Settings
from shared import directory
from shared.caller import Caller, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.contracts.events import Envelope, Event
from shared.contracts.notifications import (
    AnnouncementClosed,
    AnnouncementPublished,
    FallScope,
    ObjectionDismissed,
    ObjectionUpheld,
)
from shared.contracts.registry import (
    OrganizationRecord,
)
from shared.outbox import outbox
from shared.queue import MemoryQueue
from shared.tables import new_id
from tests.accounts import Signer
from tests.apps import sharing
from tests.conftest import DatabaseFactory
from tests.scoring.county import County, Service, people, sheet
from tests.scoring.reviews.round import OFFICES, STARS, Round

PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTIFUL = STARS
# In the order of the county's townships.
APPLIED: tuple[tuple[str, ...] | None, ...] = (
    STARS,
    (PARTY, CIVILITY, PEACE),
    (CIVILITY, PEACE, INDUSTRY, BEAUTIFUL),
    (PARTY, CIVILITY, PEACE, INDUSTRY),
    (PEACE,),
    None,
    (CIVILITY,),
    (PARTY, PEACE),
)
FIVE, THREE, NO_PARTY, FOUR, ONE, SILENT, NONE, TWO = range(8)
LAST_OFFICE = "petition_bureau"
NOTHING_TO_REPORT = {"rest_none": True, "reference": "获函〔2026〕8号"}


@dataclass
class Story:
    """The round, who sits where, and the people of the meeting."""

    round: Round
    recorder: Caller
    confirmer: Caller
    finance: Caller
    announcement_id: UUID = field(default_factory=new_id)

    @property
    def service(self) -> Service:
        return self.round.service

    @property
    def id(self) -> str:
        return self.round.id

    @property
    def branches(self) -> list[OrganizationRecord]:
        return self.service.county.assessed

    async def get(self, path: str, who: Caller | None = None, expect: int = 200) -> Any:  # noqa: ANN401 -- JSON
        answer = await self.service.call("GET", path, who or self.recorder, expect=expect)
        return answer.json()

    async def post(
        self, path: str, who: Caller, body: object = None, expect: int | None = None
    ) -> httpx.Response:
        return await self.service.call("POST", path, who, json=body, expect=expect)

    async def clear(self) -> None:
        """The last source office answers that nothing is known, too."""
        await clear(self.round, LAST_OFFICE)

    async def record(self, expect: int | None = 201, **content: object) -> httpx.Response:
        path = f"/v1/cycles/{self.id}/determinations"
        return await self.post(path, self.recorder, {"meeting": MEETING, **content}, expect)

    async def confirm(
        self, determination_id: str, who: Caller | None = None, expect: int | None = 200
    ) -> httpx.Response:
        path = f"/v1/determinations/{determination_id}/confirm"
        return await self.post(path, who or self.confirmer, None, expect)

    async def determined(self, **content: object) -> str:
        """Record and confirm a meeting; returns the determination's id."""
        determination_id = (await self.record(201, **content)).json()["id"]
        await self.confirm(determination_id)
        return str(determination_id)

    async def results(self, query: str = "", who: Caller | None = None) -> list[dict[str, Any]]:
        found = await self.get(f"/v1/cycles/{self.id}/results?limit=500{query}", who)
        items: list[dict[str, Any]] = found["items"]
        return items

    async def results_answer(self) -> httpx.Response:
        return await self.service.call("GET", f"/v1/cycles/{self.id}/results", self.recorder)

    async def replay(self) -> dict[str, Any]:
        path = f"/v1/cycles/{self.id}/replay"
        found: dict[str, Any] = (await self.post(path, self.recorder, None, 200)).json()
        return found

    async def result(self, number: int) -> dict[str, Any]:
        """The result of one of the eight villages."""
        own = str(self.branches[number].id)
        return next(each for each in await self.results() if each["organization_id"] == own)

    async def states(self) -> list[str]:
        """The states of the eight villages' results, in their order."""
        found = {each["organization_id"]: each["state"] for each in await self.results()}
        return [found[str(each.id)] for each in self.branches]

    async def receive(self, event: Event) -> None:
        """Take an event of notifications, and then what scoring tells itself."""
        await self.service.receive(self.service.envelope(event, self.announcement_id))
        await self.listen()

    async def listen(self) -> None:
        """Take everything scoring has told itself so far."""
        for envelope in await own_events(self.service):
            await self.service.receive(envelope)

    async def published(self, determination_id: str) -> None:
        await self.receive(
            AnnouncementPublished(
                **self._of(determination_id),
                published_on=date(2026, 5, 11),
                first_day=date(2026, 5, 12),
                last_day=date(2026, 5, 18),
                provisional=False,
            )
        )

    async def closed(self, determination_id: str, *held: int, on: date = date(2026, 5, 19)) -> None:
        await self.receive(self.closing(determination_id, *held, on=on))

    def closing(
        self, determination_id: str, *held: int, on: date = date(2026, 5, 19)
    ) -> AnnouncementClosed:
        return AnnouncementClosed(
            **self._of(determination_id),
            closed_on=on,
            held=[self.branches[number].id for number in held],
        )

    async def upheld(
        self,
        determination_id: str,
        number: int,
        star: str | None = None,
        scope: FallScope = FallScope.STAR,
        *,
        released: bool = True,
    ) -> ObjectionUpheld:
        branch = self.branches[number].id
        event = ObjectionUpheld(
            **self._of(determination_id),
            objection_id=new_id(),
            scope=scope,
            star=star,
            organization_ids=[branch],
            released=[branch] if released else [],
            decided_on=date(2026, 5, 25),
        )
        await self.receive(event)
        return event

    async def dismissed(self, determination_id: str, number: int) -> None:
        await self.receive(
            ObjectionDismissed(
                **self._of(determination_id),
                objection_id=new_id(),
                released=[self.branches[number].id],
                decided_on=date(2026, 5, 26),
            )
        )

    async def in_effect(self) -> str:
        """Determine, publish and close without an objection; returns the determination's id."""
        determination_id = await self.determined()
        await self.published(determination_id)
        await self.service.move_clock("2026-05-19 09:00")
        await self.closed(determination_id)
        return determination_id

    def _of(self, determination_id: str) -> dict[str, Any]:
        return {
            "announcement_id": self.announcement_id,
            "cycle_id": UUID(self.id),
            "determination_id": UUID(determination_id),
        }


MEETING = {
    "held_on": "2026-05-08",
    "place": "县委常委会议室",
    "chair": "县委书记",
    "attendees": ["县委书记", "组织部长", "纪委书记"],
    "reference": "获常纪〔2026〕5号",
}


async def own_events(service: Service) -> list[Envelope]:
    """What the outbox holds for scoring itself, as its relay sends it."""
    async with service.context.read() as work:
        rows = await work.session.execute(
            outbox.select().where(outbox.c.consumer == "scoring").order_by(outbox.c.sequence)
        )
        return [_envelope(row) for row in rows]


def _envelope(row: Any) -> Envelope:  # noqa: ANN401 -- a Core row
    kept = {"id", "type", "aggregate_id", "sequence", "county_id", "occurred_at", "data"}
    return Envelope(source="scoring", **{n: v for n, v in row._mapping.items() if n in kept})


async def begin(
    service: Service, text: str | None = None, lowered: Mapping[int, dict[str, str]] | None = None
) -> Round:
    """Run the cycle to its determination; one source office has still to answer.

    Nothing is lowered but one village's only star, unless `lowered` says what by village.
    """
    people(service)
    policy = await service.published_policy(text)
    cycle = await service.open_cycle(policy)
    branches = service.county.assessed
    applied = {str(b.id): stars or () for b, stars in zip(branches, APPLIED, strict=True)}
    made = Round(service, policy, cycle, applied)
    for branch, stars in zip(branches, APPLIED, strict=True):
        if stars is not None:
            filled = sheet(policy, *stars)
            made.ids[str(branch.id)] = await service.submitted(cycle, branch, filled)
    await service.after(cycle["apply_until"])
    # 25 of 100 base points off: 75.00 stands on the base line, but the total misses by 10.
    await recommended(made, {NONE: {"ideology_study": "0.00"}, **(lowered or {})})
    await made.review_everything()
    await clear(made, *(each for each in OFFICES if each != LAST_OFFICE))
    await service.move_clock("2026-05-08 09:00")
    return made


async def recommended(round_: Round, lowered: Mapping[int, dict[str, str]]) -> None:
    """Every township scores what was applied for, these items lower, and signs off."""
    numbers = {each.id: n for n, each in enumerate(round_.service.county.assessed)}
    for township in round_.service.county.townships:
        for branch in round_.service.county.of(township):
            if round_.applied[str(branch.id)]:
                await round_.recommend(branch, **lowered.get(numbers[branch.id], {}))
        await round_.sign_off(township)


async def clear(round_: Round, *offices: str) -> None:
    """These source offices answer for every branch that nothing is known."""
    for office in offices:
        path = f"/v1/cycles/{round_.id}/clearances/{office}"
        await round_.put(path, round_.source(office), NOTHING_TO_REPORT, expect=200)


@dataclass
class Prepared:
    """A story told up to some point, kept in a database that every test copies."""

    database: str
    story: Story


# How far a story is told before the tests begin, and what comes last.
Step = Callable[[Story], Awaitable[object]]
Begin = Callable[[Service], Awaitable[Round]]
_prepared: dict[str, Prepared] = {}


async def prepare(
    postgres: GivenPostgres,
    templates: DatabaseFactory,
    name: str,
    *steps: Step,
    base: str = "determining",
    begun: Begin = begin,
) -> Prepared:
    """Run the cycle to its determination and then through the steps, once a session each.

    The determination of `base` is what `begun` leads to.
    """
    if name not in _prepared:
        empty = await templates("scoring")
        database = f"{empty}_{name}"
        if not steps:
            story = await _determining(await postgres.create_database(database, empty), begun)
        else:
            earlier = await prepare(postgres, templates, base, begun=begun)
            url = await postgres.create_database(database, earlier.database)
            async with _continued(earlier.story, url) as story:
                for step in steps:
                    await step(story)
        _prepared[name] = Prepared(database, story)
    return _prepared[name]


async def _determining(url: str, begun: Begin) -> Story:
    async with running(url, County(), County("原阳县"), Signer()) as service:
        await directory.pull(service.context)
        await service.move_clock("2026-03-02 09:00")
        return _told(await begun(service))


@asynccontextmanager
async def tell(postgres: GivenPostgres, prepared: Prepared) -> AsyncIterator[Story]:
    """Go on with a prepared story in a copy of its database."""
    name = f"{prepared.database}_{secrets.token_hex(4)}"
    url = await postgres.create_database(name, prepared.database)
    async with _continued(prepared.story, url) as story:
        yield story
    await postgres.drop_database(name)


@asynccontextmanager
async def _continued(earlier: Story, url: str) -> AsyncIterator[Story]:
    old = earlier.service
    async with running(url, old.county, old.other, old.signer) as service:
        service.registry.all_terms += old.registry.all_terms
        service.registry.all_facts += old.registry.all_facts
        service.sequences |= old.sequences
        story = _told(replace(earlier.round, service=service))
        yield replace(story, announcement_id=earlier.announcement_id)


def _told(round_: Round) -> Story:
    county = round_.service.county
    return Story(
        round_,
        recorder=county.caller(Role.ORGANIZATION_DEPARTMENT),
        confirmer=county.caller(Role.COMMITTEE),
        finance=county.caller(Role.FINANCE),
    )


@asynccontextmanager
async def running(
    url: str, county: County, other: County, signer: Signer
) -> AsyncIterator[Service]:
    settings = Settings(
        environment="test",
        movable_clock=True,
        database_url=url,
        redis_url="redis://unused.invalid",
        client_id="scoring",
        client_secret="unused",
        evidence_directory=Path("/nowhere"),
    )
    queue = MemoryQueue()
    registry = FakeRegistry(organizations=[*county.all, *other.all], keys=signer.jwks())
    app = sharing(main.create_app(settings, ports={Registry: registry}, queue=queue))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scoring") as http:
            context = app.state.context
            yield Service(app, http, context, queue, registry, signer, county, other)
