"""The client that others use, against the real registry: it says what its fake says."""

from datetime import date
from uuid import UUID

import httpx
import pytest

from shared.clients.registry import FakeRegistry, HttpRegistry, Refused
from shared.contracts.registry import (
    FactCode,
    FactDemand,
    FactRecord,
    OrganizationRecord,
    Post,
    TermRecord,
)
from shared.errors import Unavailable
from tests.registry.conftest import county, county_template, database_url, registry
from tests.registry.house import SECRET, County, Registry
from tests.registry.identity.people import add, first_administrator

__all__ = ["county", "county_template", "database_url", "registry"]

DAY = date(2026, 3, 2)


async def entered(registry: Registry, county: County) -> FakeRegistry:
    """Fill registry, and the fake with what registry says it has taken."""
    villages = county.of_tier("village")
    names = [{"name": f"书记{n}", "generated": True} for n in range(len(villages))]
    body = {"county_id": str(county.id), "items": names}
    people = (await registry.post("/people/bulk", body, expect=201))["items"]
    terms = [
        {"person_id": person["id"], "organization_id": village["id"], "post": post}
        | {"starts_on": "2024-01-01", "ends_on": "2026-06-30" if post == "member" else None}
        for person, village in zip(people, villages, strict=True)
        for post in ("secretary", "director", "member")
    ]
    facts = [
        {"organization_id": village["id"], "code": code, "value": n, "source": "测试"}
        | {"valid_from": day}
        for n, village in enumerate(villages)
        for code in ("pay.secretary", "residents_70", "party_members")
        for day in ("2025-01-01", "2026-01-01", "2027-01-01")
    ]
    held = (await registry.post("/terms/bulk", {"items": terms}, expect=201))["items"]
    known = (await registry.post("/facts/bulk", {"items": facts}, expect=201))["items"]
    return FakeRegistry(
        [OrganizationRecord.model_validate(each) for each in county.organizations],
        [TermRecord.model_validate(each) for each in held],
        [FactRecord.model_validate(each) for each in known],
    )


@pytest.fixture
async def fake(registry: Registry, county: County) -> FakeRegistry:
    return await entered(registry, county)


@pytest.fixture
def client(registry: Registry) -> HttpRegistry:
    return HttpRegistry(registry.http, "scoring", SECRET)


async def test_the_feed_tells_all_organizations(client: HttpRegistry, fake: FakeRegistry) -> None:
    told: dict[UUID, OrganizationRecord] = {}
    cursor: str | None = None
    while (page := await client.changes(cursor)).items:
        told |= {each.organization.id: each.organization for each in page.items}
        assert page.items[-1].cursor == page.next_cursor
        cursor = page.next_cursor
    assert told == {
        each.organization.id: each.organization for each in (await fake.changes(None)).items
    }


async def test_terms_of_a_day_come_completely(
    client: HttpRegistry, fake: FakeRegistry, county: County
) -> None:
    for day, posts in ((DAY, 3), (date(2026, 7, 1), 2), (date(2023, 1, 1), 0)):
        told = await client.terms(county.id, day)
        assert len(told) == 226 * posts
        expected = await fake.terms(county.id, day)
        assert {each.id: each for each in told} == {each.id: each for each in expected}
    assert {each.post for each in await client.terms(county.id, DAY)} == {
        Post.SECRETARY,
        Post.DIRECTOR,
        Post.MEMBER,
    }


async def test_values_come_with_their_provenance_and_unknown_codes_are_named(
    client: HttpRegistry, fake: FakeRegistry, county: County
) -> None:
    ids = [UUID(each["id"]) for each in county.of_tier("village")]
    told = await client.fact_values(ids, ["residents_70", "collective_income"], DAY)
    known = {each.organization_id: each for each in told}
    assert set(known) == set(ids)
    assert {(each.code, each.unit, each.decimals) for each in told} == {("residents_70", "人", 0)}
    assert {(each.valid_from, each.current, each.derived) for each in told} == {
        (date(2026, 1, 1), True, False)
    }
    entered = {
        each.organization_id: each.value
        for each in fake.all_facts
        if each.code == "residents_70" and each.valid_from == date(2026, 1, 1)
    }
    assert {each: value.value for each, value in known.items()} == entered
    with pytest.raises(Refused) as refused:
        await client.fact_values(ids[:1], ["residents_70", "growth"], DAY)
    assert [each.pointer for each in refused.value.faults] == ["/body/codes/1"]
    assert "不在目录中" in refused.value.detail.zh


async def test_what_a_cycle_asks_for_is_counted_once(
    client: HttpRegistry, registry: Registry, county: County
) -> None:
    asked = tuple(UUID(each["id"]) for each in county.of_tier("village")[:5])
    body = {"code": "residents_70", "value": 40, "valid_from": "2026-01-01", "source": "测试"}
    await registry.post("/facts", body | {"organization_id": str(asked[0])}, expect=201)
    cycle = FactDemand(
        organization_id=county.id,
        organization_ids=asked,
        reference="cycle-1",
        title="获嘉县2026年五星支部创建",
        codes=("residents_70", "collective_income"),
        as_of=DAY,
        due_on=None,
    )
    for _ in range(2):
        await client.demand_facts(cycle)
    (demand,) = (await registry.get("/fact-demands"))["items"]
    assert (demand["reference"], demand["title"]) == (cycle.reference, cycle.title)
    days = {"since": demand["asked_on"], "until": demand["asked_on"]}
    burden = (await registry.get("/fact-burden", **days))["items"]
    counted = {UUID(each["organization_id"]): (each["asked"], each["known"]) for each in burden}
    assert counted == {each: (2, int(each == asked[0])) for each in asked}
    unknown = cycle.model_copy(update={"reference": "cycle-2", "codes": ("growth",)})
    with pytest.raises(Refused):
        await client.demand_facts(unknown)


async def test_facts_of_a_day_come_completely(
    client: HttpRegistry, fake: FakeRegistry, county: County
) -> None:
    codes = [FactCode.PAY_SECRETARY, FactCode.PARTY_MEMBERS]
    told = await client.facts(county.id, DAY, codes)
    expected = await fake.facts(county.id, DAY, codes)
    assert len(told) == 452
    assert {each.valid_from for each in told} == {date(2026, 1, 1)}

    def key(fact: FactRecord) -> tuple[UUID, str]:
        return fact.organization_id, fact.code

    assert sorted(told, key=key) == sorted(expected, key=key)


async def test_recipients_and_keys(
    client: HttpRegistry, fake: FakeRegistry, registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    village = county.of_tier("village")[0]
    grant = {"role": "village", "organization_id": village["id"]}
    await add(admin, "village-1", grant, email="v@example.test")
    place = UUID(village["id"])
    fake.people = await client.recipients([place], ["village"])
    assert [each.email for each in fake.people] == ["v@example.test"]
    for ids, roles in (([place], ["village"]), ([county.id], ["village"]), ([place], ["judge"])):
        assert await client.recipients(ids, roles) == await fake.recipients(ids, roles)
    fake.keys = (await registry.http.get("/v1/jwks.json")).json()
    assert await client.jwks() == await fake.jwks()


async def test_a_registry_that_does_not_answer_is_said_to_be_away() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    transport = httpx.MockTransport(refuse)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry") as http:
        with pytest.raises(Unavailable):
            await HttpRegistry(http, "scoring", SECRET).changes(None)
