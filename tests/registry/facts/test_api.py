"""Dated facts through the API: entered once, corrected by new entries, read as of a day."""

from typing import Any

import pytest

from shared.caller import Role
from tests.registry.house import County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


def fact(place: dict[str, Any], value: int, **more: object) -> dict[str, Any]:
    base = {
        "organization_id": place["id"],
        "code": "pay.secretary",
        "value": value,
        "valid_from": "2026-01-01",
        "source": "县财政局报酬表",
    }
    return base | more


async def values(registry: Registry, **query: object) -> list[tuple[str, int]]:
    found = (await registry.get("/facts", **query))["items"]  # type: ignore[arg-type]  # query parameters only
    return [(each["code"], each["value"]) for each in found]


async def test_the_value_of_a_day_is_the_newest_before_it(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    items = [
        fact(village, 180_000),
        fact(village, 200_000, valid_from="2026-07-01"),
        fact(village, 42, code="party_members"),
    ]
    await registry.post("/facts/bulk", {"items": items}, expect=201)
    place = village["id"]
    assert await values(registry, under=place, as_of="2025-12-31") == []
    assert await values(registry, under=place, as_of="2026-06-30", code="pay.secretary") == [
        ("pay.secretary", 180_000)
    ]
    assert await values(registry, under=place, as_of="2026-07-01") == [
        ("party_members", 42),
        ("pay.secretary", 200_000),
    ]


async def test_a_correction_is_a_new_entry(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    await registry.post("/facts", fact(village, 180_000), expect=201)
    await registry.post("/facts", fact(village, 190_000, source="更正"), expect=201)
    query = {"under": village["id"], "as_of": "2026-02-01"}
    assert await values(registry, **query) == [("pay.secretary", 190_000)]
    history = await registry.get("/facts/history", organization_id=village["id"])
    assert [(each["value"], each["source"]) for each in history["items"]] == [
        (190_000, "更正"),
        (180_000, "县财政局报酬表"),
    ]
    assert history["items"][0]["filled_by"] is not None


async def test_every_fault_is_named_and_nothing_is_entered(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    items = [fact(village, 1), fact({"id": NOBODY}, 1), fact(village, 2)]
    refused = await registry.post("/facts/bulk", {"items": items}, expect=422)
    assert problem(refused) == "facts-rejected"
    assert [each["pointer"] for each in refused["errors"]] == [
        "/body/items/1/organization_id",
        "/body/items/2",
    ]
    assert await values(registry, as_of="2026-12-31") == []


@pytest.mark.parametrize(
    "changes",
    [{"value": -1}, {"value": 1.5}, {"value": "12"}, {"code": ""}, {"source": ""}],
)
async def test_bad_values_are_refused(
    registry: Registry, county: County, changes: dict[str, object]
) -> None:
    body = fact(county.named("四街村党支部"), 1) | changes
    assert problem(await registry.post("/facts", body, expect=422)) == "invalid-content"


async def test_pages_tell_every_value_once(registry: Registry, county: County) -> None:
    villages = county.of_tier("village")[:30]
    codes = ("pay.secretary", "party_members", "residents_70")
    items = [fact(each, n, code=code) for n, each in enumerate(villages) for code in codes]
    items += [fact(each, 7, valid_from="2025-01-01") for each in villages]
    await registry.post("/facts/bulk", {"items": items}, expect=201)
    seen: list[tuple[str, str]] = []
    query: dict[str, Any] = {"as_of": "2026-02-01", "limit": 7}
    while True:
        page = await registry.get("/facts", **query)
        seen += [(each["organization_id"], each["code"]) for each in page["items"]]
        assert all(each["valid_from"] == "2026-01-01" for each in page["items"])
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 90


async def test_organizations_are_found_by_what_a_fact_says(
    registry: Registry, county: County
) -> None:
    villages = county.of_tier("village")[:9]
    items = [fact(each, 100 * n, code="residents_70") for n, each in enumerate(villages)]
    # Once 500 and now 50: what counted before finds nobody.
    items += [fact(villages[0], 500, code="residents_70", valid_from="2025-01-01")]
    items += [fact(villages[0], 50, code="residents_70", valid_from="2026-01-15")]
    await registry.post("/facts/bulk", {"items": items}, expect=201)
    query: dict[str, Any] = {"code": "residents_70", "as_of": "2026-02-01", "limit": 2}
    found: list[str] = []
    while True:
        page = await registry.get("/facts", **query, at_least=300, at_most=700)
        found += [each["organization_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(found) == sorted(each["id"] for each in villages[3:8])
    few = await registry.get("/facts", code="residents_70", as_of="2026-02-01", at_most=100)
    assert {each["value"] for each in few["items"]} == {50, 100}


@pytest.mark.parametrize(
    "query",
    [
        {"at_least": 1},
        {"at_most": 1},
        {"at_least": 2, "at_most": 1, "code": "residents_70"},
    ],
)
async def test_bounds_say_of_which_fact(registry: Registry, query: dict[str, Any]) -> None:
    assert problem(await registry.get("/facts", **query, expect=422)) == "fact-range-unfit"


async def test_each_sees_and_writes_their_part(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    department = county.caller(Role.ORGANIZATION_DEPARTMENT)
    items = [fact(here, 1), fact(there, 2)]
    await registry.post("/facts/bulk", {"items": items}, department, expect=201)
    village = county.caller(Role.VILLAGE, here["id"])
    seen = await registry.get("/facts", village, as_of="2026-02-01")
    assert [each["value"] for each in seen["items"]] == [1]
    hidden = await registry.get("/facts/history", village, organization_id=there["id"], expect=403)
    assert problem(hidden) == "out-of-scope"
    refused = await registry.post("/facts", fact(here, 3), village, expect=403)
    assert problem(refused) == "forbidden"
