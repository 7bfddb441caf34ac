"""Courses, attendance, and hours in a year against a target."""

from typing import Any

import pytest

from shared.caller import Caller, Role
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.people.posts import enter, people, today

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


@pytest.fixture(autouse=True)
async def november(registry: Registry) -> None:
    await today(registry, "2026-11-26")


def course(place: str, **more: object) -> dict[str, Any]:
    base: dict[str, Any] = {
        "organization_id": place,
        "title": "村党组织书记集中轮训",
        "kind": "classroom",
        "organiser": "县委党校",
        "starts_on": "2026-04-13",
        "ends_on": "2026-04-17",
        "hours": 40,
    }
    return base | more


async def attend(
    registry: Registry, made: dict[str, Any], *marks: tuple[str, int, bool], caller: Caller = ADMIN
) -> dict[str, Any]:
    items = [{"person_id": who, "hours": n, "completed": done} for who, n, done in marks]
    return await registry.post(f"/courses/{made['id']}/attendance", {"items": items}, caller)


async def a_year(registry: Registry, county: County) -> str:
    """Three people in posts and one who left, three courses; the id of the busiest."""
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    one, two, three, former = await people(registry, county, "甲", "乙", "丙", "丁")
    await enter(registry, here, one)
    await enter(registry, here, one, "director")
    await enter(registry, here, two, "member")
    await enter(registry, there, three)
    await enter(registry, there, former, "member", "2021-04-01", "2026-06-30")
    first = await registry.post("/courses", course(str(county.id)), expect=201)
    second = course(str(county.id), starts_on="2026-09-01", ends_on="2026-09-02", hours=16)
    later = await registry.post("/courses", second, expect=201)
    # Begun in the year before, counted in the year in which it ended.
    old = course(str(county.id), starts_on="2025-12-30", ends_on="2026-01-02", hours=8)
    across = await registry.post("/courses", old, expect=201)
    await attend(registry, first, (one, 40, True), (two, 20, False), (former, 40, True))
    await attend(registry, later, (one, 16, True))
    await attend(registry, across, (two, 8, True))
    return one


async def test_a_year_of_one_county(registry: Registry, county: County) -> None:
    one = await a_year(registry, county)
    here = county.named("四街村党支部")
    query = {"under": str(county.id), "year": 2026}
    report = (await registry.get("/training-report", ADMIN, 200, **query))["items"]
    by_name = {each["name"]: each for each in report}
    assert set(by_name) == {"甲", "乙", "丙"}
    assert by_name["甲"] == {
        "person_id": one,
        "name": "甲",
        "posts": [
            {"organization_id": here["id"], "post": "director"},
            {"organization_id": here["id"], "post": "secretary"},
        ],
        "hours": 56,
        "completed": 2,
        "target": 56,
        "met": True,
        "missing": 0,
    }
    assert (by_name["乙"]["hours"], by_name["乙"]["completed"]) == (28, 1)
    assert (by_name["丙"]["hours"], by_name["丙"]["missing"]) == (0, 56)
    summary = (await registry.get("/training-report/summary", ADMIN, 200, **query))["items"]
    totals = {each["name"]: each for each in summary}
    assert summary[0]["organization_id"] == str(county.id)
    assert {k: summary[0][k] for k in ("people", "met", "short", "none", "hours")} == {
        "people": 3,
        "met": 1,
        "short": 1,
        "none": 1,
        "hours": 84,
    }
    assert (totals["城关镇党委"]["people"], totals["城关镇党委"]["none"]) == (2, 0)
    assert len(summary) == 3
    secretaries = query | {"post": "secretary", "target": 20}
    [root, *_] = (await registry.get("/training-report/summary", ADMIN, 200, **secretaries))[
        "items"
    ]
    assert (root["people"], root["met"], root["none"]) == (2, 1, 1)
    empty = await registry.get("/training-report", ADMIN, 200, under=str(county.id), year=2020)
    assert empty["items"] == []


async def test_what_is_recorded_again_replaces_what_was(registry: Registry, county: County) -> None:
    [one] = await people(registry, county, "甲")
    made = await registry.post("/courses", course(str(county.id)), expect=201)
    await attend(registry, made, (one, 40, True))
    again = await attend(registry, made, (one, 24, False))
    found = (await registry.get(f"/courses/{made['id']}/attendance"))["items"]
    assert found == again["items"]
    assert (found[0]["hours"], found[0]["completed"]) == (24, False)
    assert found[0]["recorded_by"] == str(ADMIN.user_id)


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        ({"person_id": NOBODY}, "person_id"),
        ({"hours": 41}, "hours"),
        ({"hours": 0}, "hours"),
    ],
)
async def test_every_fault_is_named_and_nothing_is_recorded(
    registry: Registry, county: County, mark: dict[str, Any], field: str
) -> None:
    one, two = await people(registry, county, "甲", "乙")
    made = await registry.post("/courses", course(str(county.id)), expect=201)
    sound = {"person_id": one, "hours": 40, "completed": True}
    items = [sound, sound | {"person_id": two} | mark, sound]
    path = f"/courses/{made['id']}/attendance"
    refused = await registry.post(path, {"items": items}, expect=422)
    assert problem(refused) == "attendance-rejected"
    assert [each["pointer"] for each in refused["errors"]] == [
        f"/body/items/1/{field}",
        "/body/items/2/person_id",
    ]
    assert (await registry.get(path))["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"ends_on": "2026-04-12"}, 422, "dates-invalid"),
        ({"starts_on": "1999-01-01"}, 422, "dates-invalid"),
        ({"organization_id": NOBODY}, 404, "organization-unknown"),
        ({"hours": 0}, 422, "invalid-content"),
        ({"title": " "}, 422, "invalid-content"),
    ],
)
async def test_odd_courses(
    registry: Registry, county: County, changes: dict[str, Any], status: int, kind: str
) -> None:
    body = course(str(county.id)) | changes
    assert problem(await registry.post("/courses", body, expect=status)) == kind


async def test_a_course_is_corrected_and_keeps_its_hours(
    registry: Registry, county: County
) -> None:
    [one] = await people(registry, county, "甲")
    made = await registry.post("/courses", course(str(county.id)), expect=201)
    await attend(registry, made, (one, 32, True))
    body = {name: value for name, value in course("").items() if name != "organization_id"}
    path = f"/courses/{made['id']}"
    assert problem(await registry.patch(path, body, None, expect=428)) == "if-match-required"
    assert problem(await registry.patch(path, body, 3, expect=412)) == "stale-version"
    fewer = await registry.patch(path, body | {"hours": 31}, 1, expect=409)
    assert problem(fewer) == "course-attended"
    changed = await registry.patch(path, body | {"hours": 32}, 1)
    assert (changed["hours"], changed["version"]) == (32, 2)
    coming = course(str(county.id), starts_on="2026-12-01", ends_on="2026-12-02")
    later = await registry.post("/courses", coming, expect=201)
    items = {"items": [{"person_id": one, "hours": 8, "completed": False}]}
    early = await registry.post(f"/courses/{later['id']}/attendance", items, expect=409)
    assert problem(early) == "course-not-begun"


async def test_a_township_trains_its_own_people(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    one, two = await people(registry, county, "甲", "乙")
    await enter(registry, here, one)
    await enter(registry, there, two)
    township = county.caller(Role.TOWNSHIP, here["parent_id"])
    made = await registry.post("/courses", course(here["parent_id"]), township, expect=201)
    await attend(registry, made, (one, 40, True), caller=township)
    items = {"items": [{"person_id": two, "hours": 8, "completed": False}]}
    path = f"/courses/{made['id']}"
    stranger = await registry.post(f"{path}/attendance", items, township, expect=422)
    assert problem(stranger) == "attendance-rejected"
    refused = await registry.post("/courses", course(there["id"]), township, expect=403)
    assert problem(refused) == "out-of-scope"
    village = county.caller(Role.VILLAGE, here["id"])
    denied = await registry.post("/courses", course(here["id"]), village, expect=403)
    assert problem(denied) == "forbidden"
    other = county.caller(Role.TOWNSHIP, there["parent_id"])
    assert (await registry.get("/courses", other))["items"] == []
    assert problem(await registry.get(path, other, expect=404)) == "course-unknown"
    hidden = await registry.get(f"{path}/attendance", other, expect=404)
    assert problem(hidden) == "course-unknown"
    outside = await registry.get("/training-report", other, 403, under=here["id"], year=2026)
    assert problem(outside) == "out-of-scope"
    for query in ({"year": 2026}, {"kind": "classroom"}, {"under": here["parent_id"]}):
        found = (await registry.get("/courses", township, 200, **query))["items"]
        assert [each["id"] for each in found] == [made["id"]]
    assert (await registry.get("/courses", year=2025))["items"] == []
