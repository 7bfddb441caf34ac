"""Exchange records: given along the change feed, taken by the platform's own codes."""

from typing import Any

from shared.caller import Role
from tests.registry.house import County, Registry, problem

PLACE = "/exchange/organizations"


def record(code: str, upper: str | None, tier: str = "village", **more: object) -> dict[str, Any]:
    kind = "branch" if tier == "village" else "committee"
    return {
        "code": code,
        "upper_code": upper,
        "name": f"中共某县{code}支部",
        "short_name": f"{code}支部",
        "kind": kind,
        "sector": "rural",
        "tier": tier,
        "founded_on": "2016-07-31",
    } | more


async def take(registry: Registry, *items: dict[str, Any], expect: int = 200) -> dict[str, Any]:
    return await registry.post(PLACE, {"system": "province", "items": items}, expect=expect)


def counts(done: dict[str, Any]) -> tuple[int, int, int, int]:
    return done["created"], done["changed"], done["ended"], done["unchanged"]


async def test_a_platform_s_records_are_taken_once(registry: Registry) -> None:
    items = [record("B", "A"), record("A", None, "county")]
    done = await take(registry, *items)
    assert counts(done) == (2, 0, 0, 0)
    assert counts(await take(registry, *items)) == (0, 0, 0, 2)
    given = await registry.get(PLACE, system="province")
    found = {each["code"]: each for each in given["items"]}
    assert found["B"]["upper_code"] == "A"
    assert found["B"]["id"] == done["ids"]["B"]
    assert found["B"]["upper_id"] == found["A"]["id"]
    assert (found["B"]["member_count"], found["B"]["contact"]) == (None, None)
    rest = await registry.get(PLACE, system="province", after=given["next_cursor"])
    assert rest["items"] == []
    other = await registry.get(PLACE, system="city")
    assert {each["code"] for each in other["items"]} == {None}


async def test_what_a_record_leaves_out_stays(registry: Registry) -> None:
    await take(registry, record("A", None, "county"), record("B", "A"))
    brief = {"code": "B", "name": "中共某县B支部", "short_name": "乙支部", "kind": "branch"}
    assert counts(await take(registry, brief)) == (0, 1, 0, 0)
    given = (await registry.get(PLACE, system="province"))["items"]
    assert [each["code"] for each in given] == ["A", "B"]
    assert (given[1]["short_name"], given[1]["upper_code"]) == ("乙支部", "A")
    assert given[1]["sector"] == "rural"


async def test_the_deleted_end_with_all_below_them(registry: Registry) -> None:
    family = record("A", None, "county"), record("B", "A", "township"), record("C", "B")
    await take(registry, *family)
    gone = [each | {"deleted": True} for each in family]
    body = await take(registry, gone[1], expect=422)
    assert body["errors"][0]["pointer"] == "/body/items/0/deleted"
    assert "还有下级组织" in body["errors"][0]["detail"]
    assert counts(await take(registry, gone[1], gone[2])) == (0, 0, 2, 0)
    assert counts(await take(registry, gone[1], gone[2])) == (0, 0, 0, 2)
    given = (await registry.get(PLACE, system="province"))["items"]
    ended = {each["code"] for each in given if each["dissolved_on"]}
    assert ended == {"B", "C"}


async def test_faults_are_named_by_item_and_nothing_is_kept(registry: Registry) -> None:
    bad = record("C", "没有"), record("D", "A", sector=None), record("E", "A", credit_code="1")
    body = await take(registry, record("A", None, "county"), *bad, expect=422)
    assert problem(body) == "import-rejected"
    places = {each["pointer"] for each in body["errors"]}
    assert places == {
        "/body/items/1/upper_code",
        "/body/items/2/sector",
        "/body/items/3/credit_code",
    }
    assert (await registry.get(PLACE, system="province"))["items"] == []


async def test_numbers_and_names_come_from_the_register(registry: Registry, county: County) -> None:
    village = county.of_tier("village")[0]
    person = await registry.post(
        "/people", {"county_id": str(county.id), "name": "张建国"}, expect=201
    )
    term = {
        "person_id": person["id"],
        "organization_id": village["id"],
        "post": "secretary",
        "starts_on": "2024-01-15",
    }
    await registry.post("/terms", term, expect=201)
    fact = {
        "organization_id": village["id"],
        "code": "party_members",
        "value": 31,
        "valid_from": "2026-01-01",
        "source": "党统",
    }
    await registry.post("/facts", fact, expect=201)
    reader = county.caller(Role.VILLAGE, village["id"])
    given = (await registry.get(PLACE, reader, system="province"))["items"]
    assert [each["id"] for each in given] == [village["id"]]
    assert (given[0]["member_count"], given[0]["contact"]) == (31, "张建国")
    assert given[0]["unit"].endswith("委会")


async def test_a_platform_sends_for_the_subtree_it_is_granted(
    registry: Registry, county: County
) -> None:
    town, other = county.named("城关镇党委"), county.named("照镜镇党委")
    platform = county.caller(Role.PLATFORM, town["id"])

    async def sent(upper: str, code: str, expect: int = 200) -> dict[str, Any]:
        body = {"system": "city", "items": [record(code, upper)]}
        return await registry.post(PLACE, body, platform, expect=expect)

    done = await sent(town["id"], "N-1")
    assert counts(done) == (1, 0, 0, 0)
    made = await registry.get(f"/organizations/{done['ids']['N-1']}", platform)
    assert made["parent_id"] == town["id"]
    assert counts(await sent(town["id"], "N-1")) == (0, 0, 0, 1)
    refused = await sent(other["id"], "N-2", expect=422)
    assert [each["pointer"] for each in refused["errors"]] == ["/body/items/0/upper_code"]
    # What it knows by its code it cannot give away, nor found a county of its own.
    refused = await sent(other["id"], "N-1", expect=422)
    assert refused["errors"][0]["pointer"] == "/body/items/0/upper_code"
    top = {"system": "city", "items": [record("N-3", None, "county")]}
    refused = await registry.post(PLACE, top, platform, expect=422)
    assert refused["errors"][0]["pointer"] == "/body/items/0/tier"
    gone = {"system": "city", "items": [record("N-1", town["id"], deleted=True)]}
    assert counts(await registry.post(PLACE, gone, platform)) == (0, 0, 1, 0)
    sheets = await registry.http.post(
        "/v1/imports/organizations", headers=registry.headers(platform)
    )
    assert sheets.status_code == 403
