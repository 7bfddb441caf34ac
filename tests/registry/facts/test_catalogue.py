"""The catalogue through the API: what may be filled in, by whom, and a county's own facts."""

from typing import Any

import pytest

from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.registry.facts.test_api import fact, values
from tests.registry.house import ADMIN, County, Registry, problem


def own(county: County, **changes: object) -> dict[str, Any]:
    base = {
        "county_id": str(county.id),
        "code": "local.greenhouses",
        "name": "日光温室",
        "unit": "座",
        "maximum": 100,
        "every": "year",
        "tiers": ["village"],
        "filled_by": "department",
        "department": "agriculture",
    }
    return base | changes


async def test_the_catalogue_says_unit_and_rhythm(registry: Registry, county: County) -> None:
    found = {each["code"]: each for each in (await registry.get("/fact-definitions"))["items"]}
    pay = found["pay.secretary"]
    assert (pay["unit"], pay["decimals"], pay["every"]) == ("元", 2, "change")
    assert found["residents_70"]["filled_by"] == "township"
    assert found["life_rhythm_percent"]["derived"]
    assert county.organizations


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": "pay.king"}, "/body/code"),
        ({"code": "life_rhythm_percent"}, "/body/code"),
        ({"value": 10_000_001}, "/body/value"),
    ],
)
async def test_only_what_the_catalogue_knows_is_entered(
    registry: Registry, county: County, changes: dict[str, object], pointer: str
) -> None:
    village = county.named("四街村党支部")
    refused = await registry.post("/facts", fact(village, 1) | changes, expect=422)
    assert problem(refused) == "facts-rejected"
    assert [each["pointer"] for each in refused["errors"]] == [pointer]
    assert await values(registry) == []


async def test_each_fact_has_its_filler(registry: Registry, county: County) -> None:
    village, township = county.named("四街村党支部"), county.named("城关镇党委")
    town = county.caller(Role.TOWNSHIP, township["id"])
    await registry.post("/facts", fact(village, 40, code="residents_70"), town, expect=201)
    refused = await registry.post("/facts", fact(village, 1), town, expect=403)
    assert problem(refused) == "forbidden"
    assert "财政" in refused["detail"]
    elsewhere = fact(county.named("照镜村党支部"), 40, code="residents_70")
    refused = await registry.post("/facts", elsewhere, town, expect=422)
    assert problem(refused) == "facts-rejected"
    assert await values(registry, as_of="2026-02-01") == [("residents_70", 40)]


async def test_a_county_keeps_facts_of_its_own(registry: Registry, county: County) -> None:
    made = await registry.post("/fact-definitions", own(county), expect=201)
    again = await registry.post("/fact-definitions", own(county), expect=409)
    assert problem(again) == "fact-definition-exists"
    village = county.named("四街村党支部")
    grant = Grant(Role.DEPARTMENT, county.id, "agriculture")
    department = Caller(new_id(), (grant,), person_id=new_id())
    entry = fact(village, 12, code="local.greenhouses")
    await registry.post("/facts", entry, department, expect=201)
    await registry.post("/facts", entry | {"value": 101}, department, expect=422)
    path = f"/fact-definitions/{made['id']}"
    await registry.patch(path, {"maximum": 200}, None, expect=428)
    changed = await registry.patch(path, {"maximum": 200}, 1)
    assert (changed["maximum"], changed["decimals"], changed["version"]) == (200, 0, 2)
    assert problem(await registry.patch(path, {"name": "温室"}, 1, expect=412)) == "stale-version"
    crossed = await registry.patch(path, {"minimum": 300}, 2, expect=422)
    assert problem(crossed) == "fact-definition-invalid"
    await registry.post("/facts", entry | {"value": 101}, department, expect=201)
    await registry.post(f"{path}/retire", {"retired_on": "2027-01-01"})
    twice = await registry.post(f"{path}/retire", {"retired_on": "2028-01-01"}, expect=422)
    assert problem(twice) == "fact-definition-invalid"
    late = await registry.post("/facts", entry | {"valid_from": "2027-01-01"}, expect=422)
    assert "停用" in late["errors"][0]["detail"]


async def test_definitions_belong_to_a_county_and_its_keepers(
    registry: Registry, county: County
) -> None:
    township = county.named("城关镇党委")
    body = own(county, county_id=township["id"])
    assert problem(await registry.post("/fact-definitions", body, expect=403)) == "out-of-scope"
    town = county.caller(Role.TOWNSHIP, township["id"])
    refused = await registry.post("/fact-definitions", own(county), town, expect=403)
    assert problem(refused) == "forbidden"
    bad = await registry.post("/fact-definitions", own(county, code="温室"), expect=422)
    assert problem(bad) == "fact-definition-invalid"
    unknown = f"/fact-definitions/{new_id()}/retire"
    refused = await registry.post(unknown, {"retired_on": "2027-01-01"}, expect=404)
    assert problem(refused) == "fact-definition-unknown"
    await registry.post("/fact-definitions", own(county), expect=201)
    seen = (await registry.get("/fact-definitions", town))["items"]
    assert "local.greenhouses" in {each["code"] for each in seen}
    stranger = Caller(new_id(), (Grant(Role.VILLAGE),), person_id=new_id())
    seen = (await registry.get("/fact-definitions", stranger, county_id=county.id))["items"]
    assert "local.greenhouses" not in {each["code"] for each in seen}
    everything = (await registry.get("/fact-definitions", ADMIN, county_id=county.id))["items"]
    assert "local.greenhouses" in {each["code"] for each in everything}
