"""The ledger of party life through the API: entered, corrected, withdrawn, checked, derived."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.registry.life.tables import LifeEntryRow
from shared.caller import Role
from shared.tables import new_id
from tests.registry.house import ADMIN, County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


@pytest.fixture(autouse=True)
async def december(registry: Registry) -> None:
    body = {"now": "2026-12-31T04:00:00Z"}
    assert (await registry.http.post("/v1/demo/clock", json=body)).is_success


def meeting(place: dict[str, Any], day: str = "2026-02-10", **more: object) -> dict[str, Any]:
    base = {
        "organization_id": place["id"],
        "kind": "members_meeting",
        "held_on": day,
        "present": 31,
        "expected": 36,
        "minutes": "支部工作手册第 3 页",
    }
    return base | more


async def test_a_branch_keeps_its_own_ledger(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    village = county.caller(Role.VILLAGE, here["id"])
    made = await registry.post("/life-entries", meeting(here), village, expect=201)
    assert (made["present"], made["withdrawn"], made["corrects_id"]) == (31, False, None)
    refused = await registry.post("/life-entries", meeting(there), village, expect=422)
    assert problem(refused) == "life-entries-rejected"
    assert [each["pointer"] for each in refused["errors"]] == ["/body/organization_id"]
    neighbour = county.caller(Role.VILLAGE, there["id"])
    assert (await registry.get("/life-entries", neighbour))["items"] == []
    assert len((await registry.get("/life-entries", village))["items"]) == 1
    judge = county.caller(Role.JUDGE)
    forbidden = await registry.post("/life-entries", meeting(here), judge, expect=403)
    assert problem(forbidden) == "forbidden"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"held_on": "2027-01-01"}, "held_on"),
        ({"held_on": "1900-01-01"}, "held_on"),
        ({"present": 37}, "present"),
        ({"group": "第一党小组"}, "group"),
        ({"organization_id": NOBODY}, "organization_id"),
    ],
)
async def test_what_cannot_have_been_is_refused(
    registry: Registry, county: County, changes: dict[str, object], pointer: str
) -> None:
    body = meeting(county.named("四街村党支部")) | changes
    refused = await registry.post("/life-entries", body, expect=422)
    assert problem(refused) == "life-entries-rejected"
    assert [each["pointer"] for each in refused["errors"]] == [f"/body/{pointer}"]


@pytest.mark.parametrize(
    "changes", [{"expected": 0}, {"present": -1}, {"minutes": " "}, {"kind": "party"}]
)
async def test_odd_entries(registry: Registry, county: County, changes: dict[str, object]) -> None:
    body = meeting(county.named("四街村党支部")) | changes
    refused = await registry.post("/life-entries", body, expect=422)
    assert problem(refused) == "invalid-content"


async def test_a_committee_keeps_no_branch_ledger(registry: Registry, county: County) -> None:
    refused = await registry.post("/life-entries", meeting(county.named("城关镇党委")), expect=422)
    assert "党支部登记" in refused["errors"][0]["detail"]


async def test_a_meeting_is_entered_once(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    items = [meeting(village), meeting(village, kind="lecture"), meeting(village, present=30)]
    refused = await registry.post("/life-entries/bulk", {"items": items}, expect=422)
    assert [each["pointer"] for each in refused["errors"]] == ["/body/items/2/held_on"]
    assert (await registry.get("/life-entries"))["items"] == []
    await registry.post("/life-entries/bulk", {"items": items[:2]}, expect=201)
    refused = await registry.post("/life-entries", meeting(village, present=1), expect=422)
    assert "已经登记过" in refused["errors"][0]["detail"]
    groups = [meeting(village, kind="group_meeting", group=f"第{n}党小组") for n in "一二"]
    await registry.post("/life-entries/bulk", {"items": groups}, expect=201)
    assert len((await registry.get("/life-entries", kind="group_meeting"))["items"]) == 2


async def test_a_correction_is_a_new_entry_in_the_old_ones_place(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    first = await registry.post("/life-entries", meeting(village), expect=201)
    right = {"held_on": "2026-02-10", "present": 30, "expected": 36, "minutes": "第 3 页"}
    body = right | {"reason": "人数数错"}
    second = await registry.post(f"/life-entries/{first['id']}/correct", body, expect=201)
    assert (second["present"], second["corrects_id"]) == (30, first["id"])
    twice = await registry.post(f"/life-entries/{first['id']}/correct", body, expect=409)
    assert problem(twice) == "life-entry-replaced"
    worse = body | {"present": 40}
    refused = await registry.post(f"/life-entries/{second['id']}/correct", worse, expect=422)
    assert problem(refused) == "life-entries-rejected"
    third = await registry.post(
        f"/life-entries/{second['id']}/withdraw", {"reason": "没有召开"}, expect=201
    )
    assert third["withdrawn"]
    again = await registry.post(f"/life-entries/{third['id']}/correct", body, expect=409)
    assert problem(again) == "life-entry-replaced"
    assert (await registry.get("/life-entries"))["items"] == []
    told = (await registry.get("/life-entries", history=True))["items"]
    assert [each["id"] for each in told] == [third["id"], second["id"], first["id"]]
    await registry.post("/life-entries", meeting(village), expect=201)
    unknown = await registry.post(f"/life-entries/{new_id()}/correct", body, expect=404)
    assert problem(unknown) == "life-entry-unknown"


async def test_the_database_itself_refuses_to_change_the_ledger(
    registry: Registry, county: County
) -> None:
    await registry.post("/life-entries", meeting(county.named("四街村党支部")), expect=201)
    async with registry.context.sessions() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(sa.update(LifeEntryRow).values(present=1))


async def test_the_rhythm_of_a_branch(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    items = [meeting(village, f"2026-{n:02}-05", kind="party_day") for n in range(1, 12)]
    items += [meeting(village, f"2026-{n:02}-06") for n in (1, 4, 9, 12)]
    await registry.post("/life-entries/bulk", {"items": items}, expect=201)
    query = {"under": village["id"], "since": "2026-01-01"}
    report = (await registry.get("/life-rhythm", **query))["items"][0]
    kinds = {each["kind"]: each for each in report["kinds"]}
    assert kinds["party_day"]["missing"] == ["2026-12"]
    assert (kinds["members_meeting"]["due"], kinds["members_meeting"]["held"]) == (4, 4)
    assert kinds["members_meeting"]["present"] == 4 * 31
    # 12 + 12 + 12 months, 4 + 4 quarters, 2 years; 11 + 4 of them held.
    assert report["kept_percent"] == 3261
    assert not report["complete"]
    may = (await registry.get("/life-rhythm", **query, until="2026-05-31"))["items"][0]
    assert {each["kind"]: each["due"] for each in may["kinds"]}["lecture"] == 1


async def test_what_is_not_to_be_held_is_not_missing(registry: Registry, county: County) -> None:
    village, township = county.named("四街村党支部"), county.named("城关镇党委")
    body = {
        "organization_id": village["id"],
        "kind": "group_meeting",
        "valid_from": "2026-02-15",
        "reason": "未划分党小组",
    }
    own = county.caller(Role.VILLAGE, village["id"])
    refused = await registry.post("/life-exemptions", body, own, expect=403)
    assert problem(refused) == "forbidden"
    town = county.caller(Role.TOWNSHIP, township["id"])
    made = await registry.post("/life-exemptions", body, town, expect=201)
    query = {"under": village["id"], "since": "2026-01-01"}

    async def missing() -> list[str]:
        report = (await registry.get("/life-rhythm", own, **query))["items"][0]
        kinds = {each["kind"]: each["missing"] for each in report["kinds"]}
        return list(kinds["group_meeting"])

    assert await missing() == ["2026-01"]
    early = {"valid_until": "2026-01-01"}
    path = f"/life-exemptions/{made['id']}/end"
    assert problem(await registry.post(path, early, town, expect=422)) == "dates-invalid"
    await registry.post(path, {"valid_until": "2026-10-31"}, town)
    assert await missing() == ["2026-01", "2026-11", "2026-12"]
    later = await registry.post(path, {"valid_until": "2026-11-30"}, town, expect=409)
    assert problem(later) == "life-exemption-ended"
    listed = (await registry.get("/life-exemptions", own, under=village["id"]))["items"]
    assert [each["valid_until"] for each in listed] == ["2026-10-31"]
    unknown = f"/life-exemptions/{new_id()}/end"
    refused = await registry.post(unknown, early, expect=404)
    assert problem(refused) == "life-exemption-unknown"


async def test_totals_of_townships_and_county(registry: Registry, county: County) -> None:
    township = county.named("城关镇党委")
    mine = [each for each in county.of_tier("village") if each["parent_id"] == township["id"]]
    items = [meeting(each, kind="life_meeting") for each in mine[:4]]
    await registry.post("/life-entries/bulk", {"items": items}, expect=201)
    found = await registry.get("/life-rhythm/summary", under=county.id, since="2026-01-01")
    assert found["items"][0]["organization_id"] == str(county.id)
    assert found["items"][0]["branches"] == 226
    assert found["items"][0]["held"] == 4
    towns = {each["organization_id"]: each for each in found["items"][1:]}
    assert len(towns) == 15
    assert sum(each["branches"] for each in towns.values()) == 226
    assert towns[township["id"]]["held"] == 4
    assert towns[township["id"]]["due"] == 46 * len(mine)
    yearly = next(k for k in towns[township["id"]]["kinds"] if k["kind"] == "life_meeting")
    assert (yearly["due"], yearly["held"]) == (len(mine), 4)
    town = county.caller(Role.TOWNSHIP, township["id"])
    own = await registry.get("/life-rhythm/summary", town, under=township["id"], since="2026-01-01")
    assert [each["branches"] for each in own["items"]] == [len(mine)]
    hidden = await registry.get(
        "/life-rhythm/summary", town, expect=403, under=county.id, since="2026-01-01"
    )
    assert problem(hidden) == "out-of-scope"


async def test_odd_questions(registry: Registry, county: County) -> None:
    for since, until in (("2026-02-01", "2026-01-01"), ("2000-01-01", "2026-01-01")):
        query: dict[str, Any] = {"under": county.id, "since": since, "until": until}
        refused = await registry.get("/life-rhythm", expect=422, **query)
        assert problem(refused) == "dates-invalid"
    pages = await registry.get("/life-rhythm", under=county.id, since="2026-01-01", limit=200)
    query = {"under": county.id, "since": "2026-01-01", "cursor": pages["next_cursor"]}
    assert len((await registry.get("/life-rhythm", **query))["items"]) == 26


async def test_nobody_fills_a_number_twice(registry: Registry, county: County) -> None:
    first, second = county.of_tier("village")[:2]
    codes = ["life_members_meetings_held", "life_rhythm_percent", "life_attendance_percent"]
    question = {"organization_ids": [first["id"], second["id"]], "codes": codes}

    async def known(as_of: str) -> dict[tuple[str, str], int]:
        body = question | {"as_of": as_of}
        items = (await registry.post("/facts/values", body))["items"]
        assert all(each["derived"] and each["entry_id"] is None for each in items)
        assert all(each["source"].startswith("组织生活台账") for each in items)
        return {(each["organization_id"], each["code"]): each["value"] for each in items}

    assert await known("2026-12-31") == {}
    items = [meeting(first, day) for day in ("2026-01-06", "2026-05-06")]
    await registry.post("/life-entries/bulk", {"items": items}, expect=201)
    assert await known("2025-12-31") == {}
    assert await known("2026-12-31") == {
        (first["id"], codes[0]): 2,
        (first["id"], codes[1]): 435,
        (first["id"], codes[2]): 8611,
        (second["id"], codes[0]): 0,
        (second["id"], codes[1]): 0,
    }
    # One of four months of party days, committee and group meetings, and of the first quarter.
    assert (await known("2026-04-30"))[first["id"], codes[1]] == 714
    # In January nothing was due yet of which a share could be missing.
    assert (first["id"], codes[1]) not in await known("2026-01-30")
    ask = {"organization_id": str(county.id), "reference": "r", "title": "组织生活"}
    made = await registry.post("/fact-demands", ask | {"codes": codes[:2]}, ADMIN, expect=201)
    assert (made["burden"]["asked"], made["burden"]["known"]) == (2 * 242, 2 * 226)
