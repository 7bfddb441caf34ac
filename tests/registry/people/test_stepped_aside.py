"""Who steps aside from 书记 and goes on is listed for the period of the election."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.caller import Caller, Role
from tests.registry.house import ADMIN, County, Registry
from tests.registry.people.posts import enter, people, today

DAY = "2026-11-20"


@pytest.fixture(autouse=True)
async def november(registry: Registry) -> None:
    await today(registry, "2026-11-26")


async def planned(
    registry: Registry, place: dict[str, Any], caller: Caller = ADMIN, **more: str
) -> dict[str, Any]:
    body = {"organization_id": place["id"], "body": "both", "planned_on": DAY} | more
    return await registry.post("/elections", body, caller, expect=201)


def result(seats: Sequence[tuple[str, str]], **more: str) -> dict[str, Any]:
    elected = [{"person_id": person, "post": post} for person, post in seats]
    return {"held_on": DAY, "elected": elected} | more


async def elect(
    registry: Registry,
    county: County,
    place: dict[str, Any],
    day: str,
    *seats: tuple[str, str],
) -> None:
    path = f"/elections/{(await planned(registry, place, planned_on=day))['id']}"
    await registry.post(f"{path}/hold", result(seats, held_on=day))
    await registry.post(f"{path}/confirm", None, county.caller(Role.ORGANIZATION_DEPARTMENT))


async def test_who_stepped_aside_is_listed_for_the_period(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    old, new, gone = await people(registry, county, "甲", "乙", "丙")
    await enter(registry, village, old)
    await enter(registry, village, gone, "member")
    await elect(registry, county, village, "2022-01-10", (new, "secretary"), (old, "member"))
    found = (await registry.get("/stepped-aside", as_of="2022-01-10"))["items"]
    assert [(each["person_id"], each["posts"]) for each in found] == [(old, ["member"])]
    assert (found[0]["starts_on"], found[0]["until"]) == ("2022-01-10", "2027-01-09")
    days = {"2022-01-09": 0, "2027-01-09": 1, "2027-01-10": 0}
    for day, count in days.items():
        listed = await registry.get("/stepped-aside", as_of=day, under=village["id"])
        assert len(listed["items"]) == count, day
    own = county.caller(Role.VILLAGE, village["id"])
    assert (await registry.get("/stepped-aside", own))["items"] == found
    there = county.caller(Role.VILLAGE, county.named("照镜村党支部")["id"])
    assert (await registry.get("/stepped-aside", there))["items"] == []
    # The next election ends the period, whatever its last day was to be.
    await elect(registry, county, village, "2026-03-01", (new, "secretary"), (old, "member"))
    assert len((await registry.get("/stepped-aside", as_of="2026-02-28"))["items"]) == 1
    assert (await registry.get("/stepped-aside"))["items"] == []


async def test_who_leaves_or_comes_back_keeps_nothing(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    old, new = await people(registry, county, "甲", "乙")
    for place in (here, there):
        await enter(registry, place, old)
        seats = ((new, "secretary"), (old, "member"))
        await elect(registry, county, place, "2025-01-10", *seats)
    assert len((await registry.get("/stepped-aside"))["items"]) == 2
    page = await registry.get("/stepped-aside", limit=1)
    rest = await registry.get("/stepped-aside", limit=1, cursor=page["next_cursor"])
    assert len(page["items"] + rest["items"]) == 2
    [member] = (await registry.get("/terms", under=here["id"], post="member"))["items"]
    await registry.post(f"/terms/{member['id']}/end", {"ends_on": "2026-06-30"})
    terms = await registry.get("/terms", under=there["id"], post="secretary", as_of="2026-11-26")
    await registry.post(f"/terms/{terms['items'][0]['id']}/end", {"ends_on": "2026-06-30"})
    await enter(registry, there, old, "secretary", "2026-07-01")
    assert len((await registry.get("/stepped-aside", as_of="2026-06-30"))["items"]) == 2
    assert (await registry.get("/stepped-aside", as_of="2026-07-01"))["items"] == []
