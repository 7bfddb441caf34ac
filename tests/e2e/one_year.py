"""A small county's year that stops where a test needs it, and what its databases then hold."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.local.demo import announcing, applying, clock, county, reviewing
from deploy.local.demo.actors import Actor, Services, new_password, together
from deploy.local.demo.applying import Cycle
from deploy.local.demo.county import Place
from deploy.local.demo.stories import ORDINARY, SPECIAL
from deploy.local.stack import Stack
from tests.e2e.small import TOWNSHIPS, csv

# What runs by itself: work that waits, leases, sign-ins, and how far registry's feed has come.
_MOVES_BY_ITSELF = {
    *("outbox", "inbox", "business_clock", "feed_position", "revocations", "alembic_version"),
    *("sessions", "refresh_tokens", "deliveries", "webhook_deliveries", "webhook_attempts"),
    *("fan_outs", "messages", "organizations", "organization_feed"),
}
PATIENCE_SECONDS = 60
STAR = "party_building"
# Table → its rows.
Holdings = dict[str, Counter[str]]


@dataclass
class OneYear:
    """The county, its cycle, and how far the year has come."""

    stack: Stack
    place: county.County
    cycle: Cycle
    drafting: Place  # has saved one star and submits nothing yet
    clerk: Actor  # one person of 组织部 who sits on the committee's side as well
    reached: list[str] = field(default_factory=lambda: ["applying"])
    draft: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))  # under which the form was begun
    meeting: str = ""
    notice: str = ""

    @property
    def stranger(self) -> Place:
        """A township to which the drafting village does not belong."""
        own = self.drafting.parent_id
        found = (each for each in self.place.townships.values() if each.id != own)
        return next(each for each in found if self.place.of(each))

    async def until(self, stage: str) -> None:
        """Go on to a stage, through those before it."""
        steps: dict[str, Callable[[], Awaitable[None]]] = {
            "recommending": self._recommend,
            "determining": self._determine,
            "closed": self._close,
        }
        for name, step in steps.items():
            if stage in self.reached:
                return
            if name not in self.reached:
                await step()
                self.reached.append(name)
        assert stage in self.reached

    async def send(
        self,
        actor: Actor | None,
        service: str,
        method: str,
        path: str,
        **content: Any,  # noqa: ANN401 -- httpx content
    ) -> httpx.Response:
        """Send one request as somebody, or unsigned; any answer is returned."""
        headers = dict(content.pop("headers", {}))
        if actor is not None:
            headers["Authorization"] = f"Bearer {await actor.sign_in()}"
        client = self.place.services.clients[service]
        return await client.request(method, path, headers=headers, **content)

    async def _recommend(self) -> None:
        await applying.apply(self.place, self.cycle)
        await reviewing.close_applications(self.place, self.cycle)

    async def _determine(self) -> None:
        await reviewing.recommend(self.place, self.cycle)
        await reviewing.review(self.place, self.cycle)
        day = await reviewing.today(self.place, self.cycle)
        await clock.move_to(self.place.services, day)
        as_clerk = replace(self.place, staff=self.place.staff | {"office": self.clerk})
        self.meeting = await reviewing.record(as_clerk, self.cycle, day)

    async def _close(self) -> None:
        await reviewing.clear(self.place, self.cycle)
        path = f"/v1/determinations/{self.meeting}/confirm"
        await self.place.staff["committee"].post("scoring", path)
        notice = await announcing.publish(self.place, self.cycle)
        self.notice = notice.id
        last = date.fromisoformat(notice.published["last_day"])
        await clock.move_to(self.place.services, last + timedelta(days=1))
        await reviewing.reach(self.place, self.cycle, "concluded")

    async def holdings(self) -> Holdings:
        """Every row of every table of all services, by the hash of its contents."""
        found: Holdings = {}
        for service in self.stack.urls:
            engine = create_async_engine(self.stack.postgres.url(f"wuxing_{service}"))
            async with engine.connect() as connection:
                found |= await _tables(connection, service)
            await engine.dispose()
        return found

    async def settled(self) -> Holdings:
        """The holdings once two looks agree: what earlier steps caused is not caused later."""
        before: Holdings = {}
        for _ in range(PATIENCE_SECONDS):
            now = await self.holdings()
            if now == before:
                return now
            before = now
            await asyncio.sleep(1)
        raise TimeoutError("the services never came to rest")


async def _tables(connection: AsyncConnection, service: str) -> Holdings:
    names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    found: Holdings = {}
    for name in set(names) - _MOVES_BY_ITSELF:
        whole = sa.func.md5(sa.literal_column("t::text"))
        rows = await connection.scalars(sa.select(whole).select_from(sa.table(name).alias("t")))
        found[f"{service}.{name}"] = Counter(rows.all())
    return found


def few_villages() -> bytes:
    """Of two townships three villages each."""
    header, *lines = csv().decode().splitlines()
    kept = [line for line in lines if not line.startswith(TOWNSHIPS)]
    for township in TOWNSHIPS[:2]:
        # The township itself comes first.
        kept += [line for line in lines if line.startswith(township)][:4]
    return "\n".join([header, *kept, ""]).encode()


async def _clerk(place: county.County) -> Actor:
    """One account that may both record a determination and confirm one."""
    clerk = Actor(place.services, "office.committee", new_password())
    grants = [
        {"role": role, "organization_id": place.id}
        for role in ("organization_department", "committee")
    ]
    body = {"username": clerk.username, "password": clerk.password, "display_name": "两头兼任"}
    made = await place.administrator.post("registry", "/v1/users", body | {"grants": grants})
    for grant in made["grants"]:
        if grant["state"] == "requested":
            path = f"/v1/grants/{grant['id']}/approve"
            await place.staff["security"].post("registry", path)
    return clerk


async def _draft(year: OneYear) -> str:
    """Begin the drafting village's form and save one star."""
    body = {"cycle_id": year.cycle.id, "organization_id": year.drafting.id}
    headers = {"Idempotency-Key": year.key}
    actor = year.drafting.actor
    answer = await year.send(
        actor, "scoring", "POST", "/v1/applications", json=body, headers=headers
    )
    assert answer.status_code == 201, answer.text
    draft: str = answer.json()["id"]
    star = applying.star_body(year.cycle.sheet, STAR, None)
    path = f"/v1/applications/{draft}/stars/{STAR}"
    await actor.put("scoring", path, star, answer.headers["ETag"])
    return draft


async def begin(stack: Stack, services: Services, password: str) -> OneYear:
    """Set the county up, open its cycle, and let one village begin its form."""
    place = await county.set_up(services, Actor(services, "admin", password), few_villages())
    drafting, struck, *rest = (each for each in place.villages.values() if each.sector == "rural")
    struck.story = next(each for each in SPECIAL if each.struck_star)
    for each in rest:
        each.story = ORDINARY[0]
    await county.enter_people(place)
    await county.enter_facts(place)
    await county.open_accounts(place)
    clerk = await _clerk(place)
    cycle = await applying.open_cycle(place)
    year = OneYear(stack, place, cycle, drafting, clerk)
    year.draft = await _draft(year)
    # Signing in is on the record too: nobody does it between two looks at the holdings.
    await together(each.sign_in() for each in (*place.staff.values(), clerk))
    await together(each.actor.sign_in() for each in place.townships.values())
    return year
