"""Years of a county in random order: whatever is tried, the register stays consistent."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from shared.clients.registry import HttpRegistry
from shared.contracts.registry import OrganizationRecord, Post
from tests.registry.house import ADMIN, SECRET, County, Registry

FIRST = date(2020, 1, 1)
STEPS = 70


class Years:
    """One random story; every step may be refused, but never half done."""

    def __init__(self, registry: Registry, county: County, seed: int) -> None:
        self.registry = registry
        self.county = county
        self.chance = random.Random(seed)
        self.places = [*county.of_tier("village")[:6], county.named("城关镇党委")]
        self.people: list[str] = []
        self.terms: list[str] = []
        self.refused = 0

    async def live(self) -> None:
        body = {"county_id": str(self.county.id), "items": [{"name": f"人{n}"} for n in range(8)]}
        made = await self.registry.post("/people/bulk", body, expect=201)
        self.people = [each["id"] for each in made["items"]]
        steps = (self.found, self.rename, self.dissolve, self.remove, self.appoint, self.end)
        for _ in range(STEPS):
            await self.chance.choice((*steps, self.appoint, self.appoint))()

    async def send(self, method: str, path: str, body: object = None) -> dict[str, Any] | None:
        headers = self.registry.headers(ADMIN)
        if method in {"PATCH", "DELETE"}:
            headers["If-Match"] = f'"{self.chance.randint(1, 3)}"'
        answer = await self.registry.http.request(method, f"/v1{path}", json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.is_success:
            return dict(answer.json()) if answer.content else {}
        self.refused += 1
        return None

    def day(self) -> str:
        return str(FIRST + timedelta(days=self.chance.randrange(2_000)))

    def place(self) -> str:
        return str(self.chance.choice(self.places)["id"])

    async def found(self) -> None:
        body = {
            "parent_id": self.place(),
            "kind": "branch",
            "sector": "rural",
            "tier": "village",
            "name": "中共新村支部委员会",
            "short_name": "新村党支部",
            "founded_on": self.day(),
        }
        made = await self.send("POST", "/organizations", body)
        if made is not None:
            self.places.append(made)

    async def rename(self) -> None:
        await self.send("PATCH", f"/organizations/{self.place()}", {"short_name": "改名党支部"})

    async def dissolve(self) -> None:
        body = {"dissolved_on": self.day(), "successor_id": self.place(), "reason": "并村"}
        await self.send("POST", f"/organizations/{self.place()}/dissolve", body)

    async def remove(self) -> None:
        await self.send("DELETE", f"/organizations/{self.place()}")

    async def appoint(self) -> None:
        body = {
            "person_id": self.chance.choice(self.people),
            "organization_id": self.place(),
            "post": self.chance.choice(list(Post)).value,
            "starts_on": self.day(),
            "ends_on": self.chance.choice([None, self.day()]),
        }
        made = await self.send("POST", "/terms", body)
        if made is not None:
            self.terms.append(made["id"])

    async def end(self) -> None:
        if self.terms:
            term = self.chance.choice(self.terms)
            await self.send("POST", f"/terms/{term}/end", {"ends_on": self.day()})


async def followed(registry: Registry) -> dict[str, OrganizationRecord]:
    """What a follower of the feed knows at its end."""
    client = HttpRegistry(registry.http, "scoring", SECRET)
    known: dict[str, OrganizationRecord] = {}
    cursor: str | None = None
    while (page := await client.changes(cursor)).items:
        known |= {str(each.organization.id): each.organization for each in page.items}
        cursor = page.next_cursor
    return known


@pytest.mark.parametrize("seed", range(4))
async def test_the_register_stays_consistent(registry: Registry, county: County, seed: int) -> None:
    years = Years(registry, county, seed)
    await years.live()
    assert 0 < years.refused < STEPS
    known = await followed(registry)
    check_tree(known)
    for offset in range(0, 2_000, 250):
        day = FIRST + timedelta(days=offset)
        await check_day(registry, known, day)


def check_tree(known: dict[str, OrganizationRecord]) -> None:
    for each in known.values():
        above = known[str(each.parent_id)] if each.parent_id else None
        assert each.path == f"{above.path if above else '/'}{each.id}/"
        if each.successor_id is not None:
            assert each.successor_id != each.id
            assert str(each.successor_id) in known
        if above is not None and not each.deleted:
            assert not above.deleted
            assert above.dissolved_on is None or each.dissolved_on is not None


async def check_day(registry: Registry, known: dict[str, OrganizationRecord], day: date) -> None:
    listed = await registry.get("/organizations", as_of=day, limit=500)
    expected = {
        str(each.id)
        for each in known.values()
        if not each.deleted
        and each.founded_on <= day
        and (each.dissolved_on is None or each.dissolved_on > day)
    }
    assert {each["id"] for each in listed["items"]} == expected
    terms = (await registry.get("/terms", as_of=day, limit=500))["items"]
    secretaries = [each["organization_id"] for each in terms if each["post"] == "secretary"]
    assert len(secretaries) == len(set(secretaries))
    held = [(each["organization_id"], each["person_id"], each["post"]) for each in terms]
    assert len(held) == len(set(held))
