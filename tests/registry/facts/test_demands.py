"""Many values at once with their provenance, demands, and the burden they were."""

from typing import Any

from shared.caller import Role
from shared.tables import new_id
from tests.registry.facts.test_api import fact
from tests.registry.house import County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


def demand(place: str, **changes: object) -> dict[str, Any]:
    base = {
        "organization_id": place,
        "reference": "five-star-2026",
        "title": "五星创建",
        "codes": ["residents_70", "pay.secretary", "party_members"],
        "as_of": "2026-03-02",
    }
    return base | changes


async def test_many_values_come_at_once_with_their_provenance(
    registry: Registry, county: County
) -> None:
    first, second = county.of_tier("village")[:2]
    entries = [
        fact(first, 40, code="residents_70", valid_from="2023-12-31"),
        fact(first, 200_000),
        fact(second, 210_000),
        fact(second, 220_000, valid_from="2026-07-01"),
    ]
    made = await registry.post("/facts/bulk", {"items": entries}, expect=201)
    question = {
        "organization_ids": [second["id"], first["id"]],
        "codes": ["pay.secretary", "residents_70", "party_members"],
        "as_of": "2026-03-02",
    }
    found = (await registry.post("/facts/values", question))["items"]
    got = {(each["organization_id"], each["code"]): each for each in found}
    assert {key: each["value"] for key, each in got.items()} == {
        (first["id"], "residents_70"): 40,
        (first["id"], "pay.secretary"): 200_000,
        (second["id"], "pay.secretary"): 210_000,
    }
    old = got[first["id"], "residents_70"]
    assert (old["current"], old["unit"], old["derived"]) == (False, "人", False)
    pay = got[first["id"], "pay.secretary"]
    assert (pay["current"], pay["decimals"], pay["unit"]) == (True, 2, "元")
    assert pay["entry_id"] == made["items"][1]["id"]
    assert pay["filled_by"] == made["items"][1]["filled_by"] is not None
    assert pay["source"] == "县财政局报酬表"


async def test_a_question_is_answered_wholly_or_not_at_all(
    registry: Registry, county: County
) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    base = {"organization_ids": [here["id"]], "codes": ["pay.secretary"]}
    unknown = base | {"codes": ["pay.secretary", "pay.king"]}
    refused = await registry.post("/facts/values", unknown, expect=422)
    assert problem(refused) == "fact-code-unknown"
    assert [each["pointer"] for each in refused["errors"]] == ["/body/codes/1"]
    village = county.caller(Role.VILLAGE, here["id"])
    assert (await registry.post("/facts/values", base, village))["items"] == []
    both = base | {"organization_ids": [here["id"], there["id"], NOBODY]}
    refused = await registry.post("/facts/values", both, village, expect=404)
    assert [each["pointer"] for each in refused["errors"]] == [
        "/body/organization_ids/1",
        "/body/organization_ids/2",
    ]
    many = base | {"organization_ids": [here["id"]] * 1_001}
    assert problem(await registry.post("/facts/values", many, expect=422)) == "invalid-content"


async def test_each_is_asked_only_for_what_is_not_known(registry: Registry, county: County) -> None:
    villages = county.of_tier("village")
    known = [fact(each, 40, code="residents_70") for each in villages[:100]]
    known += [fact(each, 1, code="residents_70", valid_from="2020-01-01") for each in villages]
    known += [fact(each, 200_000) for each in villages]
    await registry.post("/facts/bulk", {"items": known}, expect=201)
    made = await registry.post("/fact-demands", demand(str(county.id)), expect=201)
    # Three facts of 226 villages, and the party members of 16 committees.
    burden = made["burden"]
    assert (burden["asked"], burden["known"]) == (3 * 226 + 16, 226 + 100)
    assert burden["to_fill"] == 368
    assert burden["reuse_percent"] == 4697
    again = await registry.post("/fact-demands", demand(str(county.id)), expect=409)
    assert problem(again) == "fact-demand-exists"
    path = f"/fact-demands/{made['demand']['id']}/missing"
    village = county.caller(Role.VILLAGE, villages[0]["id"])
    assert len((await registry.get("/fact-demands", village))["items"]) == 1
    left = (await registry.get(path, village))["items"]
    assert [each["codes"] for each in left] == [["party_members"]]
    await registry.post("/facts", fact(villages[0], 30, code="party_members"), expect=201)
    assert (await registry.get(path, village))["items"] == []
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = await registry.get(path, **query)
        seen += [each["organization_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 241


async def test_only_those_who_are_named_are_asked(registry: Registry, county: County) -> None:
    villages = county.of_tier("village")
    named = [each["id"] for each in villages[:3]]
    await registry.post("/facts", fact(villages[0], 30, code="party_members"), expect=201)
    body = demand(str(county.id), codes=["party_members"], organization_ids=named)
    made = await registry.post("/fact-demands", body, expect=201)
    assert (made["burden"]["asked"], made["burden"]["known"]) == (3, 1)
    left = (await registry.get(f"/fact-demands/{made['demand']['id']}/missing"))["items"]
    assert {each["organization_id"] for each in left} == set(named[1:])
    strange = body | {"reference": "other", "organization_ids": [named[0], NOBODY]}
    refused = await registry.post("/fact-demands", strange, expect=404)
    assert [each["pointer"] for each in refused["errors"]] == ["/body/organization_ids/1"]
    # Who is no more is asked for nothing, and nobody else is held up by it.
    end = {"dissolved_on": "2026-02-01", "reason": "并村，经镇党委会议决定"}
    await registry.post(f"/organizations/{named[2]}/dissolve", end)
    later = body | {"reference": "later"}
    again = await registry.post("/fact-demands", later, expect=201)
    assert again["burden"]["asked"] == 2


async def test_the_burden_is_summed_by_township_and_county(
    registry: Registry, county: County
) -> None:
    township = county.named("城关镇党委")
    villages = [each for each in county.of_tier("village") if each["parent_id"] == township["id"]]
    known = [fact(each, 200_000) for each in villages[:3]]
    await registry.post("/facts/bulk", {"items": known}, expect=201)
    one = demand(str(county.id), codes=["pay.secretary"])
    two = demand(township["id"], codes=["pay.secretary"], reference="second")
    for body in (one, two):
        await registry.post("/fact-demands", body, expect=201)
    today = (await registry.get("/fact-demands"))["items"][0]["asked_on"]
    days = {"since": today, "until": today}
    by_town = (await registry.get("/fact-burden", tier="township", **days))["items"]
    assert len(by_town) == 15
    town = next(each for each in by_town if each["organization_id"] == township["id"])
    assert (town["demands"], town["asked"], town["known"]) == (2, 2 * len(villages), 6)
    by_county = (await registry.get("/fact-burden", tier="county", **days))["items"]
    assert [(each["asked"], each["known"]) for each in by_county] == [(226 + len(villages), 6)]
    each_own = await registry.get("/fact-burden", under=villages[0]["id"], **days)
    assert [each["reuse_percent"] for each in each_own["items"]] == [10_000]
    none = await registry.get("/fact-burden", since="2020-01-01", until="2020-12-31")
    assert none["items"] == []
    crossed = await registry.get("/fact-burden", since="2021-01-01", until="2020-01-01", expect=422)
    assert problem(crossed) == "dates-invalid"


async def test_who_asks_and_for_what(registry: Registry, county: County) -> None:
    town = county.caller(Role.TOWNSHIP)
    body = demand(str(county.id))
    assert problem(await registry.post("/fact-demands", body, town, expect=403)) == "forbidden"
    past = body | {"due_on": "2020-01-01"}
    assert problem(await registry.post("/fact-demands", past, expect=422)) == "dates-invalid"
    unknown = body | {"codes": ["pay.king"]}
    refused = await registry.post("/fact-demands", unknown, expect=422)
    assert problem(refused) == "fact-code-unknown"
    assert (await registry.get("/fact-demands"))["items"] == []
    missing = await registry.get(f"/fact-demands/{new_id()}/missing", expect=404)
    assert problem(missing) == "fact-demand-unknown"
