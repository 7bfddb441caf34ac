"""Dated changes of the real 获嘉县 through the API: previewed, carried out, read as of any day."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.caller import Role
from tests.registry.house import ADMIN, County, Registry, problem

DAY = "2026-07-01"
BEFORE = "2026-06-30"
REASON = "经县委常委会议决定"


async def set_today(registry: Registry, day: str) -> None:
    """Move the business clock to noon of a day."""
    async with registry.context.work() as work:
        noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=4)
        await registry.context.clock.move(work.session, noon)


@pytest.fixture(autouse=True)
async def march(registry: Registry) -> None:
    await set_today(registry, "2026-08-01")


def dated(**members: object) -> dict[str, Any]:
    return {"effective_on": DAY, "reason": REASON} | members


async def all_on(registry: Registry, day: str) -> dict[str, dict[str, Any]]:
    page = await registry.get("/organizations", as_of=day, limit=500)
    return {each["id"]: each for each in page["items"]}


async def test_a_village_moves_and_the_past_stays(registry: Registry, county: County) -> None:
    village, old, new = (
        county.named("四街村党支部"),
        county.named("城关镇党委"),
        county.named("照镜镇党委"),
    )
    past = await all_on(registry, BEFORE)
    moved = await registry.post(f"/organizations/{village['id']}/move", dated(parent_id=new["id"]))
    assert moved["path"] == f"{new['path']}{village['id']}/"
    assert await all_on(registry, BEFORE) == past
    then = await registry.get(f"/organizations/{village['id']}", as_of=BEFORE)
    assert (then["parent_id"], then["path"]) == (old["id"], village["path"])
    for day, parent in ((BEFORE, old), (DAY, new)):
        line = await registry.get(f"/organizations/{village['id']}/ancestors", as_of=day)
        assert [each["id"] for each in line["items"]][1:] == [parent["id"], village["id"]]
        children = await registry.get("/organizations", parent_id=parent["id"], as_of=day, limit=99)
        assert village["id"] in {each["id"] for each in children["items"]}
        counts = await registry.get(f"/organizations/{parent['id']}/counts", as_of=day)
        below = await registry.get("/organizations", under=parent["id"], as_of=day, total=True)
        assert counts["total"] == below["total"]


async def test_a_township_moves_with_all_its_villages(registry: Registry, county: County) -> None:
    body = {
        "parent_id": str(county.id),
        "kind": "committee",
        "sector": "government",
        "tier": "township",
        "name": "中共获嘉县产业集聚区工作委员会",
        "short_name": "产业集聚区党工委",
        "founded_on": "2020-01-01",
    }
    zone = await registry.post("/organizations", body, expect=201)
    town = county.named("史庄镇党委")
    villages = [each for each in county.organizations if each["parent_id"] == town["id"]]
    preview = await registry.post(
        f"/organizations/{town['id']}/move/preview", dated(parent_id=zone["id"])
    )
    assert preview["possible"]
    parts = [each["part"] for each in preview["organizations"]]
    assert sorted(parts) == ["carried"] * len(villages) + ["subject"]
    assert (await registry.get(f"/organizations/{town['id']}"))["parent_id"] == str(county.id)
    await registry.post(f"/organizations/{town['id']}/move", dated(parent_id=zone["id"]))
    now = await all_on(registry, DAY)
    assert {now[each["id"]]["path"] for each in villages} == {
        f"{zone['path']}{town['id']}/{each['id']}/" for each in villages
    }
    township = county.caller(Role.TOWNSHIP, zone["id"])
    seen = await registry.get("/organizations", township, total=True)
    assert seen["total"] == len(villages) + 2
    then = await registry.get("/organizations", township, total=True, as_of=BEFORE)
    assert then["total"] == 1


async def test_a_merger_names_its_successor(registry: Registry, county: County) -> None:
    one, two = county.named("四街村党支部"), county.named("二街村党支部")
    body = dated(organization_ids=[one["id"]], successor_id=two["id"])
    done = await registry.post("/organizations/merge", body)
    assert [each["successor_id"] for each in done["ended"]] == [two["id"]]
    assert [each["id"] for each in done["kept"]] == [two["id"]]
    then = await registry.get(f"/organizations/{one['id']}", as_of=BEFORE)
    assert (then["dissolved_on"], then["successor_id"]) == (None, None)
    gone = await registry.get(f"/organizations/{one['id']}", as_of=DAY, expect=404)
    assert problem(gone) == "organization-unknown"
    history = (await registry.get(f"/organizations/{two['id']}/history"))["items"]
    assert [each["action"] for each in history] == ["merge", "found"]
    parts = {each["organization_id"]: each["part"] for each in history[0]["parts"]}
    assert parts == {one["id"]: "subject", two["id"]: "successor"}


async def test_two_villages_merge_into_a_new_one(registry: Registry, county: County) -> None:
    one, two = county.named("四街村党支部"), county.named("二街村党支部")
    new = {
        "kind": "general_branch",
        "sector": "community",
        "name": "中共获嘉县城关镇四二街社区总支部委员会",
        "short_name": "四二街社区党总支",
    }
    body = dated(organization_ids=[one["id"], two["id"]], new=new)
    preview = await registry.post("/organizations/merge/preview", body)
    assert [each["part"] for each in preview["organizations"]].count("subject") == 2
    done = await registry.post("/organizations/merge", body)
    made = done["made"][0]
    assert {each["successor_id"] for each in done["ended"]} == {made["id"]}
    assert (made["founded_on"], made["parent_id"]) == (DAY, one["parent_id"])
    assert len(await all_on(registry, BEFORE)) == 242
    assert len(await all_on(registry, DAY)) == 241


async def test_a_split_names_its_origin(registry: Registry, county: County) -> None:
    town = county.named("城关镇党委")
    villages = [each for each in county.organizations if each["parent_id"] == town["id"]]
    part: dict[str, Any] = {"kind": "committee", "sector": "government"}
    part |= {"name": "中共获嘉县新城街道工作委员会"}
    part |= {"short_name": "新城街道党工委", "children": [each["id"] for each in villages[:5]]}
    done = await registry.post(f"/organizations/{town['id']}/split", dated(parts=[part]))
    assert (done["carried"], done["ended"]) == (5, [])
    assert [each["id"] for each in done["kept"]] == [town["id"]]
    assert done["made"][0]["origin_id"] == town["id"]
    counts = await registry.get(f"/organizations/{done['made'][0]['id']}/counts")
    assert counts["total"] == 6
    bad = dated(parts=[part | {"children": []}], successor=1, effective_on="2026-07-02")
    wrong = await registry.post(f"/organizations/{town['id']}/split", bad, expect=422)
    assert problem(wrong) == "invalid-content"


async def test_a_new_name_is_found_from_its_day_on(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    body = dated(short_name="和平社区党支部", sector="community")
    changed = await registry.post(f"/organizations/{village['id']}/rename", body)
    assert changed["short_name"] == "和平社区党支部"
    for text, day, found in (
        ("和平", DAY, 1),
        ("和平", BEFORE, 0),
        ("hepingcun", DAY, 0),
        ("hepingshe", DAY, 1),
        ("hpsq", DAY, 1),
    ):
        page = await registry.get("/organizations", q=text, as_of=day, total=True)
        assert page["total"] == found, (text, day)
    versions = (await registry.get(f"/organizations/{village['id']}/versions"))["items"]
    assert [(each["valid_from"], each["valid_until"]) for each in versions] == [
        ("2016-07-31", DAY),
        (DAY, None),
    ]
    communities = await registry.get("/organizations", sector="community", as_of=BEFORE, total=True)
    assert communities["total"] == 2


async def feed_after(registry: Registry, cursor: str) -> list[dict[str, Any]]:
    return list((await registry.get("/changes", after=cursor, limit=500))["items"])


async def feed_end(registry: Registry) -> str:
    page = await registry.get("/changes", limit=500)
    return str(page["items"][-1]["cursor"])


async def test_a_change_to_come_holds_by_its_date_alone(registry: Registry, county: County) -> None:
    village, new = county.named("四街村党支部"), county.named("照镜镇党委")
    end = await feed_end(registry)
    later = dated(parent_id=new["id"], effective_on="2027-01-01")
    now = await registry.post(f"/organizations/{village['id']}/move", later)
    assert now["path"] == village["path"]
    assert await feed_after(registry, end) == []
    then = await registry.get(f"/organizations/{village['id']}", as_of="2027-01-01")
    assert then["parent_id"] == new["id"]
    await set_today(registry, "2027-01-01")
    listed = await registry.get("/organizations", parent_id=new["id"], limit=100)
    assert village["id"] in {each["id"] for each in listed["items"]}
    told = await feed_after(registry, end)
    assert [each["organization"]["id"] for each in told] == [village["id"]]
    assert told[0]["organization"]["path"] == f"{new['path']}{village['id']}/"
    assert told[0]["former_paths"] == [village["path"]]
    assert await feed_after(registry, told[0]["cursor"]) == []


async def test_what_is_to_come_can_be_withdrawn(registry: Registry, county: County) -> None:
    one, two = county.named("四街村党支部"), county.named("二街村党支部")
    before = await all_on(registry, "2027-06-01")
    body = dated(organization_ids=[one["id"]], successor_id=two["id"], effective_on="2027-01-01")
    done = await registry.post("/organizations/merge", body)
    blocked = await registry.post(
        f"/organizations/{two['id']}/dissolve",
        {"dissolved_on": "2026-12-01", "reason": REASON},
        expect=409,
    )
    assert problem(blocked) == "organization-events-overlap"
    path = f"/organizations/events/{done['event_id']}/withdraw"
    taken = await registry.post(path, {"reason": "改期"})
    assert taken["withdrawn_at"] is not None
    assert await all_on(registry, "2027-06-01") == before
    again = await registry.post(path, {"reason": "改期"}, expect=409)
    assert problem(again) == "organization-event-in-force"
    done = await registry.post(
        "/organizations/merge", dated(organization_ids=[one["id"]], successor_id=two["id"])
    )
    past = await registry.post(
        f"/organizations/events/{done['event_id']}/withdraw", {"reason": "改期"}, expect=409
    )
    assert problem(past) == "organization-event-in-force"


async def test_a_preview_names_all_that_stands_in_the_way(
    registry: Registry, county: County
) -> None:
    town, village = county.named("城关镇党委"), county.named("四街村党支部")
    person = {"county_id": str(county.id), "name": "甲"}
    person_id = (await registry.post("/people", person, expect=201))["id"]
    term = {"person_id": person_id, "organization_id": village["id"], "post": "secretary"}
    await registry.post("/terms", term | {"starts_on": "2024-01-01"}, expect=201)
    body = {"dissolved_on": "2016-01-01", "successor_id": town["id"], "reason": REASON}
    answer = await registry.post(f"/organizations/{town['id']}/dissolve/preview", body)
    kinds = [each["type"].rpartition(":")[2] for each in answer["blocked"]]
    assert kinds == ["dates-invalid", "organization-has-children", "successor-invalid"]
    fine = {"dissolved_on": DAY, "reason": REASON}
    answer = await registry.post(f"/organizations/{village['id']}/dissolve/preview", fine)
    assert (answer["possible"], answer["blocked"]) == (True, [])
    assert answer["references"]["terms"] == 1
    assert answer["organizations"][0]["after"] is None
    assert len(await all_on(registry, DAY)) == 242


@pytest.mark.parametrize(
    ("verb", "body", "status", "kind"),
    [
        ("move", {"parent": "四街村党支部"}, 422, "organization-below-itself"),
        ("move", {"parent": "东彰仪村党支部"}, 422, "organization-tier-mismatch"),
        ("move", {"parent": "获嘉县委"}, 409, "organization-unchanged"),
        ("rename", {"short_name": "城关镇党委"}, 409, "organization-unchanged"),
        ("rename", {"short_name": "新", "effective_on": "2016-07-31"}, 422, "dates-invalid"),
    ],
)
async def test_what_cannot_be_changes_nothing(
    registry: Registry, county: County, verb: str, body: dict[str, str], status: int, kind: str
) -> None:
    town = county.named("城关镇党委")
    members: dict[str, object] = dict(body)
    if "parent" in body:
        members = {"parent_id": county.named(body["parent"])["id"]}
    before = await all_on(registry, DAY)
    answer = await registry.post(
        f"/organizations/{town['id']}/{verb}", dated(**members), expect=status
    )
    assert problem(answer) == kind
    assert await all_on(registry, DAY) == before


async def test_a_circle_through_a_village_is_refused(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    body = {
        "parent_id": village["id"],
        "kind": "branch",
        "sector": "rural",
        "tier": "village",
        "name": "中共获嘉县城关镇四街村第一支部委员会",
        "short_name": "第一党支部",
        "founded_on": "2020-01-01",
    }
    below = await registry.post("/organizations", body, expect=201)
    answer = await registry.post(
        f"/organizations/{village['id']}/move", dated(parent_id=below["id"]), expect=422
    )
    assert problem(answer) == "organization-below-itself"


async def test_only_keepers_of_both_ends_change_the_tree(
    registry: Registry, county: County
) -> None:
    village, new = county.named("四街村党支部"), county.named("照镜镇党委")
    path = f"/organizations/{village['id']}/move"
    for verb in (path, f"{path}/preview"):
        refused = await registry.post(
            verb, dated(parent_id=new["id"]), county.caller(Role.TOWNSHIP), expect=403
        )
        assert problem(refused) == "forbidden"
    township = county.caller(Role.ORGANIZATION_DEPARTMENT, county.named("城关镇党委")["id"])
    refused = await registry.post(path, dated(parent_id=new["id"]), township, expect=403)
    assert problem(refused) == "out-of-scope"
    keeper = county.caller(Role.ORGANIZATION_DEPARTMENT)
    await registry.post(path, dated(parent_id=new["id"]), keeper)


async def test_a_correction_is_declared(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    await registry.patch(f"/organizations/{village['id']}", {"short_name": "四街支部"}, 1)
    then = await registry.get(f"/organizations/{village['id']}", as_of="2020-01-01")
    assert then["short_name"] == "四街支部"
    history = (await registry.get(f"/organizations/{village['id']}/history"))["items"]
    assert [each["action"] for each in history] == ["correct", "found"]
    wrong = await registry.patch(
        f"/organizations/{village['id']}", {"founded_on": "2010-01-01"}, 2, expect=422
    )
    assert problem(wrong) == "dates-invalid"
    fine = await registry.patch(f"/organizations/{village['id']}", {"founded_on": "2018-01-01"}, 2)
    assert fine["founded_on"] == "2018-01-01"
    assert village["id"] not in await all_on(registry, "2017-12-31")


async def test_who_took_over_cannot_be_removed(registry: Registry, county: County) -> None:
    one, two = county.named("四街村党支部"), county.named("二街村党支部")
    body = dated(organization_ids=[one["id"]], successor_id=two["id"])
    await registry.post("/organizations/merge", body)
    version = (await registry.get(f"/organizations/{two['id']}"))["version"]
    headers = registry.headers(ADMIN) | {"If-Match": f'"{version}"'}
    answer = await registry.http.delete(f"/v1/organizations/{two['id']}", headers=headers)
    assert problem(answer.json()) == "successor-invalid"


async def test_organizations_are_found_in_a_division(registry: Registry, county: County) -> None:
    town = county.named("城关镇党委")
    divisions = await registry.get("/divisions", parent_code="410724000000", limit=50)
    division = next(each for each in divisions["items"] if each["name"] == "城关镇")
    inside = await registry.get("/organizations", division_id=division["id"], total=True)
    below = await registry.get("/organizations", under=town["id"], total=True)
    assert inside["total"] == below["total"]
    nowhere = await registry.get("/organizations", division_id=UUID(int=1), total=True)
    assert nowhere["total"] == 0
