"""A county's years on a real database: results, terms and facts keep finding their organization.

Hypothesis draws the stories and runs them through the API; the pure machine beside the domain
tries many more of them.
"""

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from deploy.local.servers import GivenPostgres
from shared.clients.registry import HttpRegistry
from shared.contracts.registry import OrganizationRecord
from tests.registry.conftest import running, settings_for
from tests.registry.house import ADMIN, SECRET, County, Registry

BEGIN, TODAY = date(2024, 1, 1), "2026-12-31T04:00:00Z"
REASON = "经县委常委会议决定"
days = st.integers(0, 1_000).map(lambda n: (BEGIN + timedelta(days=n)).isoformat())
picks = st.integers(0, 99)


@dataclass(frozen=True)
class Home:
    """Where each story begins: a copy of the county's database."""

    postgres: GivenPostgres
    template: str
    county: County
    keys: Path


@dataclass(frozen=True)
class Link:
    """What a result froze: an organization as of a day, and which events were known then."""

    organization_id: str
    day: str
    then: dict[str, Any]
    events: frozenset[str]


class Story(RuleBasedStateMachine):
    """One county; every step may be refused, but nothing may lose its organization."""

    home: Home
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.places: list[str] = []
        self.links: list[Link] = []
        self.terms: dict[str, str] = {}
        self.facts: dict[str, str] = {}

    @initialize()
    def open(self) -> None:
        self.name = f"wuxing_test_links_{secrets.token_hex(6)}"
        home = self.home
        url = self.loop.run(home.postgres.create_database(self.name, home.template))
        self.service = running(settings_for(url, home.keys))
        self.registry: Registry = self.loop.run(self.service.__aenter__())
        self.loop.run(self.registry.http.post("/v1/demo/clock", json={"now": TODAY}))
        towns = [home.county.named(name)["id"] for name in ("城关镇党委", "照镜镇党委")]
        villages = home.county.of_tier("village")
        below = [[each["id"] for each in villages if each["parent_id"] == town] for town in towns]
        self.places = [*towns, *below[0][:3], *below[1][:3]]

    def place(self, number: int) -> str:
        return self.places[number % len(self.places)]

    def village(self, number: int) -> str:
        return self.places[2:][number % (len(self.places) - 2)]

    def send(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Try a step; None where it was refused, which must be said in a problem."""
        request = self.registry.http.post(
            f"/v1{path}", json=body, headers=self.registry.headers(ADMIN)
        )
        answer: httpx.Response = self.loop.run(request)
        assert answer.is_success or answer.status_code in {404, 409, 422}, answer.text
        self.done[path.rpartition("/")[2]] += answer.is_success
        return dict(answer.json()) if answer.is_success else None

    def read(self, path: str, **query: Any) -> dict[str, Any]:  # noqa: ANN401 -- any query
        return self.loop.run(self.registry.get(path, **query))

    def change(self, path: str, day: str, **said: object) -> None:
        made = self.send(path, {"effective_on": day, "reason": REASON} | said)
        self.places += [each["id"] for each in (made or {}).get("made", [])]

    @rule(day=days, place=picks)
    def determine(self, day: str, place: int) -> None:
        there = self.read("/organizations", as_of=day, limit=500)["items"]
        known = [each for each in there if each["id"] in self.places]
        then = known[place % len(known)]
        told = self.read(f"/organizations/{then['id']}/history", limit=500)["items"]
        events = frozenset(each["id"] for each in told)
        self.links.append(Link(then["id"], day, then, events))

    @rule(day=days, place=picks)
    def appoint(self, day: str, place: int) -> None:
        own = {"county_id": str(self.home.county.id), "name": "张建国"}
        person = self.send("/people", own)
        assert person is not None
        term = {"person_id": person["id"], "post": "secretary", "starts_on": day}
        made = self.send("/terms", term | {"organization_id": self.place(place)})
        if made is not None:
            self.terms[made["id"]] = made["organization_id"]

    @rule(day=days, place=picks, value=st.integers(0, 99))
    def fill(self, day: str, place: int, value: int) -> None:
        fact = {"code": "party_members", "value": value, "valid_from": day, "source": "党统"}
        made = self.send("/facts", fact | {"organization_id": self.place(place)})
        if made is not None:
            self.facts[made["id"]] = made["organization_id"]

    @rule(day=days, who=picks, name=st.sampled_from(["甲村党支部", "乙村党支部"]))
    def rename(self, day: str, who: int, name: str) -> None:
        self.change(f"/organizations/{self.place(who)}/rename", day, short_name=name)

    @rule(day=days, who=picks, above=picks)
    def move(self, day: str, who: int, above: int) -> None:
        path = f"/organizations/{self.village(who)}/move"
        self.change(path, day, parent_id=self.place(above % 2))

    @rule(day=days, who=st.lists(picks, min_size=1, max_size=2), heir=picks, towns=st.booleans())
    def merge(self, day: str, who: list[int], heir: int, *, towns: bool) -> None:
        ids, successor = [self.village(each) for each in who], self.village(heir)
        if towns:
            ids, successor = self.places[heir % 2 :][:1], self.places[(heir + 1) % 2]
        said = {"organization_ids": ids, "successor_id": successor}
        self.change("/organizations/merge", day, **said)

    @rule(day=days, who=picks, ends=st.booleans())
    def split(self, day: str, who: int, *, ends: bool) -> None:
        origin = self.place(who)
        part = {"name": "中共某县新村支部委员会", "short_name": "新村党支部"}
        part |= {"kind": "branch", "sector": "rural"}
        parts: list[dict[str, Any]] = [dict(part), dict(part)]
        below = self.read("/organizations", parent_id=origin, as_of=day, limit=500)["items"]
        parts[0]["children"] = [each["id"] for each in below]
        more = {"successor": 0} if ends else {}
        self.change(f"/organizations/{origin}/split", day, parts=parts, **more)

    @rule(day=days, who=picks, heir=st.none() | picks)
    def dissolve(self, day: str, who: int, heir: int | None) -> None:
        body = {"dissolved_on": day, "reason": REASON}
        body |= {} if heir is None else {"successor_id": self.place(heir)}
        self.send(f"/organizations/{self.place(who)}/dissolve", body)

    def teardown(self) -> None:
        if not hasattr(self, "registry"):
            return
        try:
            self.check()
        finally:
            self.loop.run(self.service.__aexit__(None, None, None))
            self.loop.run(self.home.postgres.drop_database(self.name))
            self.loop.close()

    def check(self) -> None:
        told = self.loop.run(followed(self.registry))
        for each in {*self.places, *self.terms.values(), *self.facts.values()}:
            assert_succeeded(told, each)
        for link in self.links:
            assert_succeeded(told, link.organization_id)
            self.check_link(link)
        county = str(self.home.county.id)
        terms = self.read("/terms", under=county, limit=500)["items"]
        assert {each["id"]: each["organization_id"] for each in terms} == self.terms
        for place in set(self.facts.values()):
            entries = self.read("/facts/history", organization_id=place, limit=500)["items"]
            mine = {entry for entry, at in self.facts.items() if at == place}
            assert {each["id"] for each in entries} == mine

    def check_link(self, link: Link) -> None:
        history = self.read(f"/organizations/{link.organization_id}/history", limit=500)["items"]
        later = [each for each in history if each["id"] not in link.events]
        if any(each["effective_on"] <= link.day for each in later):
            return  # what became known later had held on that day already
        now = self.read(f"/organizations/{link.organization_id}", as_of=link.day)
        same = ("name", "short_name", "kind", "tier", "path", "parent_id", "founded_on")
        assert {key: now[key] for key in same} == {key: link.then[key] for key in same}


async def followed(registry: Registry) -> dict[str, OrganizationRecord]:
    """What scoring, which holds the ids, knows at the end of the feed."""
    client = HttpRegistry(registry.http, "scoring", SECRET)
    known: dict[str, OrganizationRecord] = {}
    cursor: str | None = None
    while (page := await client.changes(cursor)).items:
        known |= {str(each.organization.id): each.organization for each in page.items}
        cursor = page.next_cursor
    return known


def assert_succeeded(told: dict[str, OrganizationRecord], own_id: str) -> None:
    """An id is known for ever, and leads to who stands for it today."""
    trail = [told[own_id]]
    while trail[-1].dissolved_on is not None and trail[-1].successor_id is not None:
        heir = told[str(trail[-1].successor_id)]
        assert heir not in trail
        assert heir.dissolved_on is None or heir.dissolved_on >= trail[-1].dissolved_on
        trail.append(heir)
    assert not any(each.deleted for each in trail)


async def test_everything_keeps_its_organization(
    postgres: GivenPostgres, county_template: tuple[str, County], tmp_path: Path
) -> None:
    template, county = county_template
    Story.done = Counter()
    Story.home = Home(postgres, template, county, tmp_path / "keys")
    few = settings(max_examples=10, stateful_step_count=20)
    # Hypothesis runs rules one by one, each to its end: on a loop of the story's own.
    await asyncio.to_thread(run_state_machine_as_test, Story, settings=few)
    steps = ("rename", "move", "merge", "split", "dissolve", "terms", "facts")
    assert [each for each in steps if not Story.done[each]] == [], "stories of refusals alone"
