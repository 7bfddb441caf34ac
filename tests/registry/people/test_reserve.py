"""Reserve cadres: kept by township and 组织部, linked to the term that begins."""

from typing import Any

import pytest
import sqlalchemy as sa

from shared.audit import audit_log
from shared.caller import Caller, Role
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.imports.clerk import carry_out, sheet
from tests.registry.people.posts import enter, people, today

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


async def reserved(
    registry: Registry,
    place: dict[str, Any],
    person: str,
    kind: str = "secretary",
    caller: Caller = ADMIN,
    **more: object,
) -> dict[str, Any]:
    body = {"organization_id": place["id"], "person_id": person, "kind": kind}
    body |= {"starts_on": "2026-03-01", "source": "返乡大学生"}
    return await registry.post("/reserve", body | more, caller, expect=201)


@pytest.fixture(autouse=True)
async def november(registry: Registry) -> None:
    await today(registry, "2026-11-26")


async def test_who_begins_a_term_is_appointed(registry: Registry, county: County) -> None:
    village, other = county.named("四街村党支部"), county.named("照镜村党支部")
    one, two = await people(registry, county, "甲", "乙")
    township = county.caller(Role.TOWNSHIP, village["parent_id"])
    first = await reserved(registry, village, one, caller=township)
    assert (first["state"], first["term_id"]) == ("in_reserve", None)
    both = await reserved(registry, village, two, "committee")
    await enter(registry, village, one, "member", "2026-05-01")
    assert (await registry.get(f"/reserve/{first['id']}"))["state"] == "in_reserve"
    held = await enter(registry, other, one, "secretary", "2026-06-01")
    found = await registry.get(f"/reserve/{first['id']}")
    assert (found["state"], found["term_id"]) == ("appointed", held["id"])
    early = await enter(registry, village, two, "member", "2026-02-01", "2026-02-28")
    assert early["id"]
    assert (await registry.get(f"/reserve/{both['id']}"))["state"] == "in_reserve"
    async with registry.context.sessions() as session:
        wanted = audit_log.c.action == "reserve.appoint"
        rows = (await session.execute(sa.select(audit_log).where(wanted))).all()
    assert [row.after for row in rows] == [{"reserve": first["id"], "term": held["id"]}]


async def test_an_election_and_a_spreadsheet_appoint_as_well(
    registry: Registry, county: County
) -> None:
    village, other = county.named("四街村党支部"), county.named("照镜村党支部")
    one, two = await people(registry, county, "甲", "李秀英")
    elected = await reserved(registry, village, one)
    imported = await reserved(registry, other, two, "committee")
    draft = {"organization_id": village["id"], "planned_on": "2026-11-20"}
    made = await registry.post("/elections", draft, expect=201)
    body = {"held_on": "2026-11-20", "elected": [{"person_id": one, "post": "secretary"}]}
    await registry.post(f"/elections/{made['id']}/hold", body)
    assert (await registry.get(f"/reserve/{elected['id']}"))["state"] == "in_reserve"
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    done = await registry.post(f"/elections/{made['id']}/confirm", None, office)
    found = await registry.get(f"/reserve/{elected['id']}")
    assert (found["state"], found["term_id"]) == ("appointed", done["elected"][0]["term_id"])
    row = [other["id"], "", two, "李秀英", "支委委员", "2026-04-01", ""]
    assert (await carry_out(registry, "people", sheet("people", [row])))["state"] == "done"
    assert (await registry.get(f"/reserve/{imported['id']}"))["state"] == "appointed"


async def test_nobody_is_in_reserve_twice_or_for_the_own_post(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    one, two = await people(registry, county, "甲", "乙")
    first = await reserved(registry, village, one)
    body = {"organization_id": village["id"], "person_id": one, "kind": "secretary"}
    body |= {"starts_on": "2026-04-01", "source": "退役军人"}
    again = await registry.post("/reserve", body, expect=409)
    assert problem(again) == "reserve-repeated"
    await enter(registry, village, two)
    held = await registry.post("/reserve", body | {"person_id": two}, expect=409)
    assert "书记" in held["detail"]
    gone = await registry.post(f"/reserve/{first['id']}/remove", {"reason": "外出务工"})
    assert (gone["state"], gone["reason"]) == ("removed", "外出务工")
    twice = await registry.post(f"/reserve/{first['id']}/remove", {"reason": "外出"}, expect=409)
    assert problem(twice) == "illegal-transition"
    await registry.post("/reserve", body, expect=201)
    back = await registry.post(f"/reserve/{first['id']}/restore", {"reason": "返乡"}, expect=409)
    assert problem(back) == "reserve-repeated"


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"person_id": NOBODY}, 404, "person-unknown"),
        ({"organization_id": NOBODY}, 404, "organization-unknown"),
        ({"ends_on": "2026-02-28"}, 422, "dates-invalid"),
        ({"starts_on": "1999-01-01"}, 422, "dates-invalid"),
        ({"source": " "}, 422, "invalid-content"),
        ({"kind": "other"}, 422, "invalid-content"),
    ],
)
async def test_odd_entries(
    registry: Registry, county: County, changes: dict[str, Any], status: int, kind: str
) -> None:
    village = county.named("四街村党支部")
    [one] = await people(registry, county, "甲")
    body = {"organization_id": village["id"], "person_id": one, "kind": "secretary"}
    body |= {"starts_on": "2026-03-01", "source": "返乡大学生"} | changes
    assert problem(await registry.post("/reserve", body, expect=status)) == kind
    assert (await registry.get("/reserve"))["items"] == []


async def test_the_list_is_not_public(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    one, two = await people(registry, county, "甲", "乙")
    mine = await reserved(registry, here, one)
    other = await reserved(registry, there, two, "committee", ends_on="2026-06-30")
    for role in (Role.VILLAGE, Role.FINANCE, Role.JUDGE, Role.DEPARTMENT):
        refused = await registry.get("/reserve", county.caller(role, here["id"]), expect=403)
        assert problem(refused) == "forbidden"
    township = county.caller(Role.TOWNSHIP, here["parent_id"])
    seen = (await registry.get("/reserve", township))["items"]
    assert [each["id"] for each in seen] == [mine["id"]]
    hidden = await registry.get(f"/reserve/{other['id']}", township, expect=404)
    assert problem(hidden) == "reserve-unknown"
    reason = {"reason": "外出务工"}
    foreign = await registry.post(f"/reserve/{other['id']}/remove", reason, township, 404)
    assert problem(foreign) == "reserve-unknown"
    inspector = county.caller(Role.INSPECTOR)
    assert len((await registry.get("/reserve", inspector))["items"]) == 2
    denied = await registry.post(f"/reserve/{mine['id']}/remove", reason, inspector, 403)
    assert problem(denied) == "forbidden"
    queries = ({"kind": "secretary"}, {"as_of": "2026-07-01"}, {"person_id": one})
    for query in (*queries, {"under": here["id"], "state": "in_reserve"}):
        items = (await registry.get("/reserve", ADMIN, 200, **query))["items"]
        assert [each["id"] for each in items] == [mine["id"]]


async def test_a_correction_needs_the_version(registry: Registry, county: County) -> None:
    [one] = await people(registry, county, "甲")
    made = await reserved(registry, county.named("四街村党支部"), one)
    path = f"/reserve/{made['id']}"
    body = {"source": "退役军人", "ends_on": "2028-02-29"}
    needed = await registry.patch(path, body, None, expect=428)
    assert problem(needed) == "if-match-required"
    assert problem(await registry.patch(path, body, 7, expect=412)) == "stale-version"
    wrong = await registry.patch(path, body | {"ends_on": "2026-01-01"}, 1, expect=422)
    assert problem(wrong) == "dates-invalid"
    changed = await registry.patch(path, body, 1)
    assert (changed["source"], changed["ends_on"], changed["version"]) == (
        "退役军人",
        "2028-02-29",
        2,
    )
