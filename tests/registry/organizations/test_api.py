"""Registering, correcting, dissolving and finding organizations through the API."""

from typing import Any

import pytest

from shared.caller import Role
from tests.registry.house import ADMIN, County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


def branch(county: County, **changes: object) -> dict[str, Any]:
    body = {
        "parent_id": county.named("城关镇党委")["id"],
        "kind": "branch",
        "sector": "new_groups",
        "tier": "village",
        "name": "中共获嘉县城关镇商会支部委员会",
        "short_name": "商会党支部",
        "founded_on": "2020-01-01",
        "credit_code": "91350100M000100Y43",
    }
    return body | changes


async def test_a_branch_is_registered_and_found(registry: Registry, county: County) -> None:
    made = await registry.post("/organizations", branch(county), expect=201)
    assert made["path"] == f"{county.named('城关镇党委')['path']}{made['id']}/"
    assert made["county_id"] == str(county.id)
    for text in ("商会", "shanghui", "shdzb", "城关镇商会"):
        found = await registry.get("/organizations", q=text)
        assert [each["id"] for each in found["items"]] == [made["id"]], text


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"parent_id": NOBODY}, 404, "organization-unknown"),
        ({"parent_id": None}, 422, "organization-tier-mismatch"),
        ({"credit_code": "91350100M000100Y44"}, 422, "credit-code-invalid"),
        ({"division_id": NOBODY}, 404, "division-unknown"),
        ({"tier": "county"}, 422, "organization-tier-mismatch"),
        ({"tier": "province"}, 422, "invalid-content"),
        ({"colour": "red"}, 422, "invalid-content"),
    ],
)
async def test_bad_registrations_change_nothing(
    registry: Registry, county: County, changes: dict[str, object], status: int, kind: str
) -> None:
    body = await registry.post("/organizations", branch(county, **changes), expect=status)
    assert problem(body) == kind
    assert (await registry.get("/organizations", total=True))["total"] == 242


async def test_corrections_need_the_current_version(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    path = f"/organizations/{village['id']}"
    body = {"short_name": "四街党支部"}
    assert problem(await registry.patch(path, body, None, expect=428)) == "if-match-required"
    assert problem(await registry.patch(path, body, 7, expect=412)) == "stale-version"
    changed = await registry.patch(path, body, 1)
    assert (changed["short_name"], changed["version"]) == ("四街党支部", 2)
    assert changed["division_code"] == "410724100201"
    assert problem(await registry.patch(path, body, 1, expect=412)) == "stale-version"
    wrong = await registry.patch(path, {"name": None}, 2, expect=422)
    assert problem(wrong) == "invalid-content"
    found = await registry.get("/organizations", q="sijiedang")
    assert [each["id"] for each in found["items"]] == [village["id"]]


async def test_an_ended_branch_names_its_successor(registry: Registry, county: County) -> None:
    village, successor = county.named("四街村党支部"), county.named("二街村党支部")
    path = f"/organizations/{village['id']}"
    body = {"dissolved_on": "2026-03-01", "successor_id": successor["id"], "reason": "并村"}
    ended = await registry.post(f"{path}/dissolve", body)
    assert ended["successor_id"] == successor["id"]
    assert (await registry.get(path, as_of="2026-02-28"))["id"] == village["id"]
    gone = await registry.get(path, as_of="2026-03-01", expect=404)
    assert problem(gone) == "organization-unknown"
    again = await registry.post(f"{path}/dissolve", body, expect=409)
    assert problem(again) == "organization-dissolved"
    below = branch(county, parent_id=village["id"])
    refused = await registry.post("/organizations", below, expect=409)
    assert problem(refused) == "organization-dissolved"
    for day, total in (("2026-02-28", 242), ("2026-03-01", 241)):
        listed = await registry.get("/organizations", as_of=day, total=True)
        assert listed["total"] == total


async def test_a_township_with_villages_cannot_end(registry: Registry, county: County) -> None:
    township = county.named("城关镇党委")
    body = {"dissolved_on": "2026-03-01", "reason": "撤并"}
    refused = await registry.post(f"/organizations/{township['id']}/dissolve", body, expect=409)
    assert problem(refused) == "organization-has-children"


async def test_a_mistake_is_removed_and_stays_in_the_feed(
    registry: Registry, county: County
) -> None:
    made = await registry.post("/organizations", branch(county), expect=201)
    path = f"/organizations/{made['id']}"
    headers = registry.headers(ADMIN) | {"If-Match": '"1"'}
    answer = await registry.http.delete(f"/v1{path}", headers=headers)
    assert answer.status_code == 204
    assert problem(await registry.get(path, expect=404)) == "organization-unknown"
    last = (await registry.get("/changes", limit=500))["items"][-1]["organization"]
    assert (last["id"], last["deleted"]) == (made["id"], True)


async def test_lists_are_filtered_and_paged(registry: Registry, county: County) -> None:
    township = county.named("城关镇党委")
    below = await registry.get("/organizations", under=township["id"], total=True)
    direct = await registry.get("/organizations", parent_id=township["id"], total=True)
    assert below["total"] == direct["total"] + 1
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await registry.get("/organizations", tier="village", limit=100, **cursor)  # type: ignore[arg-type]  # only ever `cursor`
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 226
    community = await registry.get("/organizations", sector="community", total=True)
    assert community["total"] == 2
    bad = await registry.get("/organizations", cursor="nonsense", expect=422)
    assert problem(bad) == "invalid-content"


async def test_only_keepers_register(registry: Registry, county: County) -> None:
    for role in (Role.VILLAGE, Role.TOWNSHIP, Role.INSPECTOR, Role.SECURITY_ADMINISTRATOR):
        body = await registry.post(
            "/organizations", branch(county), county.caller(role), expect=403
        )
        assert problem(body) == "forbidden"
    department = county.caller(Role.ORGANIZATION_DEPARTMENT)
    await registry.post("/organizations", branch(county), department, expect=201)


async def test_a_county_keeper_stays_in_the_county(registry: Registry, county: County) -> None:
    department = county.caller(Role.ORGANIZATION_DEPARTMENT)
    new_county = branch(county, parent_id=None, tier="county")
    refused = await registry.post("/organizations", new_county, department, expect=403)
    assert problem(refused) == "out-of-scope"
    elsewhere = await registry.post("/organizations", new_county, expect=201)
    inside = branch(county, parent_id=elsewhere["id"])
    refused = await registry.post("/organizations", inside, department, expect=403)
    assert problem(refused) == "out-of-scope"


async def test_a_repeated_key_gives_the_first_answer(registry: Registry, county: County) -> None:
    headers = registry.headers(ADMIN) | {"Idempotency-Key": "register-once"}
    first = await registry.http.post("/v1/organizations", json=branch(county), headers=headers)
    again = await registry.http.post("/v1/organizations", json=branch(county), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = branch(county, short_name="另一个")
    refused = await registry.http.post("/v1/organizations", json=other, headers=headers)
    assert problem(refused.json()) == "idempotency-key-reused"
    assert (await registry.get("/organizations", total=True))["total"] == 243
