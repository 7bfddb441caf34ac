"""People and terms through the API."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.registry.organizations.usecases import KEEPERS
from shared.audit import audit_log
from shared.caller import Role
from shared.outbox import outbox
from tests.registry.house import ADMIN, County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


async def people(registry: Registry, county: County, *names: str) -> list[str]:
    body = {"county_id": str(county.id), "items": [{"name": name} for name in names]}
    made = (await registry.post("/people/bulk", body, expect=201))["items"]
    assert [each["name"] for each in made] == list(names)
    return [each["id"] for each in made]


def term(person: str, place: dict[str, Any], post: str = "secretary", **more: object) -> Any:  # noqa: ANN401 -- a JSON body
    base = {"person_id": person, "organization_id": place["id"], "post": post}
    return base | {"starts_on": "2024-01-15"} | more


async def term_events(registry: Registry) -> list[UUID]:
    async with registry.context.sessions() as session:
        rows = await session.execute(
            sa.select(outbox.c.aggregate_id).where(
                outbox.c.type == "term.changed", outbox.c.consumer == "scoring"
            )
        )
        return [row.aggregate_id for row in rows]


async def test_people_are_registered_and_found(registry: Registry, county: County) -> None:
    ids = await people(registry, county, "张建国", "李秀英")
    one = await registry.get(f"/people/{ids[0]}")
    assert one["name"] == "张建国"
    for text in ("建国", "zhangjianguo", "zjg"):
        found = (await registry.get("/people", q=text))["items"]
        assert [each["id"] for each in found] == [ids[0]]
    stale = await registry.patch(f"/people/{ids[0]}", {"name": "张建中"}, 4, expect=412)
    assert problem(stale) == "stale-version"
    changed = await registry.patch(f"/people/{ids[0]}", {"name": "张建中"}, 1)
    assert (changed["name"], changed["version"]) == ("张建中", 2)


async def test_no_name_reaches_trail_or_events(registry: Registry, county: County) -> None:
    ids = await people(registry, county, "张建国")
    await registry.post("/terms", term(ids[0], county.named("四街村党支部")), expect=201)
    async with registry.context.sessions() as session:
        told = str((await session.execute(sa.select(audit_log))).all())
        told += str((await session.execute(sa.select(outbox))).all())
    assert ids[0] in told
    assert "张建国" not in told


async def test_people_belong_to_a_county(registry: Registry, county: County) -> None:
    township = county.named("城关镇党委")
    refused = await registry.post(
        "/people", {"county_id": township["id"], "name": "甲"}, expect=403
    )
    assert problem(refused) == "out-of-scope"
    refused = await registry.post("/people", {"county_id": NOBODY, "name": "甲"}, expect=404)
    assert problem(refused) == "organization-unknown"


async def test_terms_are_entered_at_once_and_told_once_a_place(
    registry: Registry, county: County
) -> None:
    first, second = county.of_tier("village")[:2]
    ids = await people(registry, county, "甲", "乙")
    items = [
        term(ids[0], first),
        term(ids[0], first, "director"),
        term(ids[1], first, "member"),
        term(ids[0], second),
    ]
    made = await registry.post("/terms/bulk", {"items": items}, expect=201)
    assert [each["post"] for each in made["items"]] == [
        "secretary",
        "director",
        "member",
        "secretary",
    ]
    assert sorted(await term_events(registry)) == sorted([UUID(first["id"]), UUID(second["id"])])


async def test_every_fault_is_named_and_nothing_is_entered(
    registry: Registry, county: County
) -> None:
    first, second = county.of_tier("village")[:2]
    ids = await people(registry, county, "甲", "乙")
    items = [
        term(ids[0], first),
        term(ids[0], {"id": NOBODY}),
        term(NOBODY, first),
        term(ids[0], second, ends_on="2023-01-01"),
    ]
    refused = await registry.post("/terms/bulk", {"items": items}, expect=422)
    assert problem(refused) == "terms-rejected"
    assert [each["pointer"] for each in refused["errors"]] == [
        "/body/items/1/organization_id",
        "/body/items/2/person_id",
        "/body/items/3/ends_on",
    ]
    assert (await registry.get("/terms", total=True))["total"] == 0
    assert await term_events(registry) == []


async def test_a_second_secretary_is_refused(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    ids = await people(registry, county, "甲", "乙")
    await registry.post("/terms", term(ids[0], village), expect=201)
    refused = await registry.post("/terms", term(ids[1], village), expect=422)
    assert problem(refused) == "terms-rejected"
    assert "已有书记" in refused["errors"][0]["detail"]
    refused = await registry.post("/terms", term(ids[0], village), expect=422)
    assert "任期重叠" in refused["errors"][0]["detail"]
    both = [term(ids[1], village, "member"), term(ids[1], village, "member")]
    refused = await registry.post("/terms/bulk", {"items": both}, expect=422)
    assert [each["pointer"] for each in refused["errors"]] == ["/body/items/1"]


async def test_a_term_ends_and_the_next_begins(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    ids = await people(registry, county, "甲", "乙")
    old = await registry.post("/terms", term(ids[0], village), expect=201)
    early = await registry.post(f"/terms/{old['id']}/end", {"ends_on": "2020-01-01"}, expect=422)
    assert problem(early) == "dates-invalid"
    ended = await registry.post(f"/terms/{old['id']}/end", {"ends_on": "2026-06-30"})
    assert ended["ends_on"] == "2026-06-30"
    later = await registry.post(f"/terms/{old['id']}/end", {"ends_on": "2026-07-30"}, expect=409)
    assert problem(later) == "term-ended"
    new = term(ids[1], village, starts_on="2026-07-01")
    await registry.post("/terms", new, expect=201)
    for day, person in (("2026-06-30", ids[0]), ("2026-07-01", ids[1])):
        found = await registry.get("/terms", under=village["id"], as_of=day)
        assert [each["person_id"] for each in found["items"]] == [person]
    assert len((await registry.get("/terms", person_id=ids[0]))["items"]) == 1
    assert len((await registry.get("/terms", post="secretary"))["items"]) == 2
    unknown = await registry.post(f"/terms/{NOBODY}/end", {"ends_on": "2026-07-30"}, expect=404)
    assert problem(unknown) == "term-unknown"


async def test_nobody_holds_a_post_in_an_ended_organization(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    ids = await people(registry, county, "甲")
    await registry.post("/terms", term(ids[0], village), expect=201)
    body = {"dissolved_on": "2026-03-01", "reason": "并村"}
    await registry.post(f"/organizations/{village['id']}/dissolve", body)
    for day, count in (("2026-02-28", 1), ("2026-03-01", 0)):
        found = await registry.get("/terms", as_of=day, total=True)
        assert found["total"] == count


async def test_each_sees_the_terms_and_people_of_their_part(
    registry: Registry, county: County
) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    ids = await people(registry, county, "甲", "乙", "丙")
    items = [term(ids[0], here), term(ids[1], there)]
    await registry.post("/terms/bulk", {"items": items}, expect=201)
    township = county.named("城关镇党委")["id"]
    expected = {
        county.caller(Role.VILLAGE, here["id"]): ids[:1],
        county.caller(Role.TOWNSHIP, township): ids[:1],
        county.caller(Role.VILLAGE, there["id"]): ids[1:2],
        county.caller(Role.INSPECTOR): ids,
        ADMIN: ids,
    }
    for caller, seen in expected.items():
        listed = (await registry.get("/people", caller))["items"]
        assert [each["id"] for each in listed] == seen
        held = (await registry.get("/terms", caller))["items"]
        assert [each["person_id"] for each in held] == [each for each in seen if each != ids[2]]
    village = county.caller(Role.VILLAGE, here["id"])
    hidden = await registry.get(f"/people/{ids[1]}", village, expect=404)
    assert problem(hidden) == "person-unknown"


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.FINANCE, Role.INSPECTOR])
async def test_only_keepers_write(registry: Registry, county: County, role: Role) -> None:
    assert role not in KEEPERS
    caller = county.caller(role)
    body = {"county_id": str(county.id), "name": "甲"}
    assert problem(await registry.post("/people", body, caller, expect=403)) == "forbidden"
    entry = term(NOBODY, county.named("四街村党支部"))
    assert problem(await registry.post("/terms", entry, caller, expect=403)) == "forbidden"


async def test_a_batch_has_a_limit(registry: Registry, county: County) -> None:
    body = {"county_id": str(county.id), "items": [{"name": "甲"}] * 5_001}
    refused = await registry.post("/people/bulk", body, expect=422)
    assert problem(refused) == "invalid-content"
    assert refused["errors"][0]["detail"] == "条数太多"
