"""An erased person is brought into nothing new, and whoever tries waits for the erasure."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.registry.privacy.store import erasures
from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.people.posts import people, today

SECURITY = Caller(new_id(), (Grant(Role.SECURITY_ADMINISTRATOR),), person_id=new_id())
COURSE = {
    "title": "村党组织书记集中轮训",
    "kind": "classroom",
    "organiser": "县委党校",
    "starts_on": "2026-04-13",
    "ends_on": "2026-04-17",
    "hours": 40,
}


@dataclass
class Way:
    """A request that would bring the person into something new, and how it is refused."""

    path: str
    body: dict[str, Any]
    status: int
    kind: str


@dataclass
class Ways:
    """Every way into something new for one person who has left all there was."""

    registry: Registry
    person_id: str
    ways: list[Way]

    async def refused(self, answers: list[httpx.Response]) -> None:
        """Hold every answer to its refusal, and see that nothing began."""
        for way, answer in zip(self.ways, answers, strict=True):
            assert answer.status_code == way.status, answer.text
            assert problem(answer.json()) == way.kind
        states = [each["state"] for each in (await self.registry.get("/reserve"))["items"]]
        assert states == ["removed"]
        [election] = (await self.registry.get("/elections"))["items"]
        assert (election["state"], election["elected"]) == ("planned", [])
        [course] = (await self.registry.get("/courses"))["items"]
        assert (await self.registry.get(f"/courses/{course['id']}/attendance"))["items"] == []

    async def send(self, way: Way) -> httpx.Response:
        headers = self.registry.headers(ADMIN)
        return await self.registry.http.post(f"/v1{way.path}", json=way.body, headers=headers)


@pytest.fixture
async def ways(registry: Registry, county: County) -> Ways:
    await today(registry, "2026-11-26")
    [one], village = await people(registry, county, "欧阳建国"), county.named("四街村党支部")["id"]
    stands = {"organization_id": village, "person_id": one, "kind": "secretary"}
    stands |= {"starts_on": "2026-03-01", "source": "返乡大学生"}
    entry = (await registry.post("/reserve", stands, expect=201))["id"]
    await registry.post(f"/reserve/{entry}/remove", {"reason": "外出务工"})
    course = await registry.post("/courses", COURSE | {"organization_id": village}, expect=201)
    due = {"organization_id": village, "body": "both", "planned_on": "2026-11-20"}
    election = await registry.post("/elections", due, expect=201)
    mark = {"person_id": one, "hours": 40, "completed": True}
    won = {"held_on": "2026-11-20", "elected": [{"person_id": one, "post": "secretary"}]}
    found = [
        Way("/reserve", stands, 404, "person-unknown"),
        Way(f"/reserve/{entry}/restore", {"reason": "返乡"}, 409, "person-erased"),
        Way(f"/courses/{course['id']}/attendance", {"items": [mark]}, 422, "attendance-rejected"),
        Way(f"/elections/{election['id']}/hold", won, 422, "election-rejected"),
    ]
    return Ways(registry, one, found)


async def test_an_erased_person_is_brought_into_nothing_new(ways: Ways) -> None:
    registry, path = ways.registry, f"/people/{ways.person_id}/erase"
    asked = await registry.post(path, {"reason": "本人书面申请"}, expect=201)
    await registry.post(f"/erasures/{asked['id']}/confirm", caller=SECURITY)
    await ways.refused([await ways.send(each) for each in ways.ways])
    entry = ways.ways[1].path.removesuffix("/restore")
    corrected = await registry.patch(entry, {"source": "退役军人", "ends_on": None}, 2, expect=409)
    assert problem(corrected) == "person-erased"
    held = ways.ways[-1]
    seen = await registry.post(f"{held.path}/preview", held.body)
    assert not seen["possible"]
    assert [each["pointer"] for each in seen["blocked"]] == ["/body/elected/0/person_id"]


async def test_whoever_brings_in_somebody_being_erased_waits_and_is_refused(ways: Ways) -> None:
    person = UUID(ways.person_id)
    async with ways.registry.context.work() as work:
        await erasures.lock_person(work.session, person)
        await erasures.erase_person(work.session, person, date(2026, 11, 26))
        sent = [asyncio.create_task(ways.send(each)) for each in ways.ways]
        answered, _ = await asyncio.wait(sent, timeout=1)
        assert answered == set()
    await ways.refused(await asyncio.gather(*sent))
