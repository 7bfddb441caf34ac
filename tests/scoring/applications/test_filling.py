"""A village fills in its application over HTTP; every kind of bad input is refused."""

from typing import Any

import httpx
import pytest

from shared.caller import Role
from shared.contracts.registry import OrganizationRecord
from tests.scoring.county import Service, problem, sheet

STAR = "party_building"
ITEM = "secretary_ability"


class Desk:
    """One village's draft in an open cycle."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.branch: OrganizationRecord = service.county.assessed[0]
        self.village = service.county.village(self.branch)

    async def open(self) -> "Desk":
        self.policy = await self.service.published_policy()
        self.cycle = await self.service.open_cycle(self.policy)
        self.id = await self.service.filled(self.cycle, self.branch, {})
        return self

    async def read(self) -> httpx.Response:
        path = f"/v1/applications/{self.id}"
        return await self.service.call("GET", path, self.village, expect=200)

    async def put(self, path: str, body: Any, tag: str | None = None) -> httpx.Response:  # noqa: ANN401 -- JSON, right or wrong
        headers = {"If-Match": tag or (await self.read()).headers["ETag"]}
        where = f"/v1/applications/{self.id}/{path}"
        return await self.service.call("PUT", where, self.village, json=body, headers=headers)

    async def item(self, points: object, item: str = ITEM, star: str = STAR) -> httpx.Response:
        body = {"points": points, "reference": "述职材料"}
        return await self.put(f"stars/{star}/items/{item}", body)

    async def refused(self, answer: httpx.Response) -> str:
        """The problem's type, after checking that nothing was saved."""
        assert (await self.read()).json()["stars"] == {}
        return problem(answer)


@pytest.fixture
async def desk(service: Service) -> Desk:
    return await Desk(service).open()


async def test_items_are_saved_one_by_one_exactly(desk: Desk) -> None:
    first = await desk.item("18.5")
    assert first.status_code == 200
    await desk.item(7.25, "team_role")
    saved = (await desk.read()).json()["stars"][STAR]["items"]
    assert saved[ITEM] == {"points": "18.50", "reference": "述职材料", "files": []}
    assert saved["team_role"]["points"] == "7.25"


async def test_a_star_is_saved_whole(desk: Desk) -> None:
    body = sheet(desk.policy, STAR)[STAR]
    saved = (await desk.put(f"stars/{STAR}", body)).json()
    assert saved["stars"][STAR]["apply"] is True
    assert len(saved["stars"][STAR]["items"]) == len(body["items"])
    assert saved["working"] is True
    assert saved["state"] == "draft"


@pytest.mark.parametrize("points", ["18.505", 18.505, "0.001"])
async def test_a_third_decimal_is_refused(desk: Desk, points: object) -> None:
    assert await desk.refused(await desk.item(points)) == "points-too-precise"


@pytest.mark.parametrize("points", ["20.01", 21, "1e3"])
async def test_points_over_the_maximum_are_refused(desk: Desk, points: object) -> None:
    answer = await desk.item(points)
    assert await desk.refused(answer) == "points-over-maximum"
    assert "满分20.00" in answer.json()["detail"]


@pytest.mark.parametrize("points", ["-1", "满分", "NaN", "Infinity", "1e999999999", ""])
async def test_what_is_no_number_of_points_is_refused(desk: Desk, points: object) -> None:
    assert await desk.refused(await desk.item(points)) == "points-invalid"


@pytest.mark.parametrize("points", [True, [1], {"x": 1}, "1" * 50])
async def test_what_is_no_number_at_all_is_refused(desk: Desk, points: object) -> None:
    assert await desk.refused(await desk.item(points)) == "invalid-content"


async def test_unknown_items_and_stars_are_refused(desk: Desk) -> None:
    assert await desk.refused(await desk.item("1", "no_such_item")) == "unknown-item"
    # An item of another star is unknown here.
    assert await desk.refused(await desk.item("1", "moral_building")) == "unknown-item"
    assert await desk.refused(await desk.item("1", ITEM, "no_such_star")) == "unknown-star"


async def test_all_mistakes_of_a_star_are_named_at_once(desk: Desk) -> None:
    body = sheet(desk.policy, STAR)[STAR]
    body["items"][ITEM]["points"] = "30"
    body["items"]["team_role"]["points"] = "1.234"
    body["items"]["no_such_item"] = {"points": "1"}
    answer = await desk.put(f"stars/{STAR}", body)
    assert await desk.refused(answer) == "scores-invalid"
    pointers = {each["pointer"] for each in answer.json()["errors"]}
    assert pointers == {f"/{STAR}/{ITEM}", f"/{STAR}/team_role", f"/{STAR}/no_such_item"}


async def test_a_star_is_not_applied_for_below_the_lines(desk: Desk) -> None:
    below = sheet(desk.policy, STAR, lost=16)[STAR]
    answer = await desk.put(f"stars/{STAR}", below)
    assert await desk.refused(answer) == "star-below-lines"
    assert "总分84.00" in answer.json()["errors"][0]["detail"]
    on_the_line = sheet(desk.policy, STAR, lost=15)[STAR]
    assert (await desk.put(f"stars/{STAR}", on_the_line)).status_code == 200


async def test_the_base_line_counts_without_the_bonus(desk: Desk) -> None:
    body = sheet(desk.policy, STAR, lost=20)[STAR]
    body["items"]["team_role"]["points"] = "14"
    body["items"]["party_building_honour"] = {"points": "10", "reference": "通报"}
    body["items"]["party_building_pilot"] = {"points": "8", "reference": "文件"}
    # Base 74, total 92: the total line is reached, the base line is not.
    answer = await desk.put(f"stars/{STAR}", body)
    assert await desk.refused(answer) == "star-below-lines"


async def test_a_stale_or_missing_version_changes_nothing(desk: Desk) -> None:
    body = {"points": "1", "reference": "材料"}
    path = f"/v1/applications/{desk.id}/stars/{STAR}/items/{ITEM}"
    bare = await desk.service.call("PUT", path, desk.village, json=body)
    assert await desk.refused(bare) == "if-match-required"
    for tag in ('"9"', '"x"', "*"):
        stale = await desk.put(f"stars/{STAR}/items/{ITEM}", body, tag)
        assert await desk.refused(stale) == "stale-version"


async def test_two_editors_do_not_overwrite_one_another(desk: Desk) -> None:
    tag = (await desk.read()).headers["ETag"]
    body = {"points": "5", "reference": "甲"}
    assert (await desk.put(f"stars/{STAR}/items/{ITEM}", body, tag)).status_code == 200
    other = {"points": "6", "reference": "乙"}
    assert problem(await desk.put(f"stars/{STAR}/items/team_role", other, tag)) == "stale-version"
    assert set((await desk.read()).json()["stars"][STAR]["items"]) == {ITEM}


async def test_nobody_else_writes(desk: Desk) -> None:
    service, body = desk.service, {"points": "1", "reference": "材料"}
    path = f"/v1/applications/{desk.id}/stars/{STAR}/items/{ITEM}"
    tag = {"If-Match": (await desk.read()).headers["ETag"]}
    neighbour = service.county.village(service.county.assessed[1])
    refused = await service.call("PUT", path, neighbour, json=body, headers=tag)
    assert problem(refused) == "out-of-scope"
    for role in (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR):
        refused = await service.call(
            "PUT", path, service.county.caller(role), json=body, headers=tag
        )
        assert problem(refused) == "forbidden"


async def test_every_change_is_kept_with_who_and_what(desk: Desk) -> None:
    await desk.item("5")
    await desk.item("6.5")
    path = f"/v1/applications/{desk.id}/history"
    found = (await desk.service.call("GET", path, desk.village, expect=200)).json()["items"]
    assert [each["action"] for each in found] == ["start", "save_item", "save_item"]
    assert found[1]["before"]["points"] is None
    assert (found[2]["before"]["points"], found[2]["after"]["points"]) == (500, 650)
    assert found[2]["item"] == ITEM
    assert found[2]["actor_id"] == str(desk.village.user_id)
    first = (await desk.service.call("GET", f"{path}?limit=2", desk.village)).json()
    rest = f"{path}?limit=2&cursor={first['next_cursor']}"
    assert len((await desk.service.call("GET", rest, desk.village)).json()["items"]) == 1


async def test_the_history_is_the_writers_and_the_inspectors(desk: Desk) -> None:
    service, path = desk.service, f"/v1/applications/{desk.id}/history"
    township = service.county.township(desk.branch)
    assert problem(await service.call("GET", path, township)) == "draft-not-visible"
    inspector = service.county.caller(Role.INSPECTOR)
    assert (await service.call("GET", path, inspector)).status_code == 200


async def test_completeness_names_what_lacks_points_or_evidence(desk: Desk) -> None:
    body = sheet(desk.policy, STAR)[STAR]
    body["items"][ITEM]["reference"] = ""
    del body["items"]["team_role"]
    await desk.put(f"stars/{STAR}", body)
    path = f"/v1/applications/{desk.id}/completeness"
    found = (await desk.service.call("GET", path, desk.village, expect=200)).json()
    assert not found["complete"]
    lacks = {(g["item"], g["lacks"]) for g in found["gaps"] if g["star"] == STAR}
    assert lacks == {(ITEM, "reference"), ("team_role", "points")}
    assert all(gap["clause"] for gap in found["gaps"])
    stars = {each["star"]: each for each in found["stars"]}
    assert stars[STAR]["reaches_lines"] is None


async def test_there_is_one_application_a_branch(desk: Desk) -> None:
    body = {"cycle_id": desk.cycle["id"], "organization_id": str(desk.branch.id)}
    again = await desk.service.call("POST", "/v1/applications", desk.village, json=body, expect=409)
    assert problem(again) == "application-exists"
    assert again.json()["application_id"] == desk.id


async def test_who_is_not_assessed_has_nothing_to_apply_for(desk: Desk) -> None:
    county = desk.service.county
    for branch in county.branches:
        if branch not in county.assessed:
            body = {"cycle_id": desk.cycle["id"], "organization_id": str(branch.id)}
            village = county.village(branch)
            refused = await desk.service.call("POST", "/v1/applications", village, json=body)
            assert problem(refused) == "not-assessed"


async def test_a_cycle_of_another_county_is_none_of_ours(desk: Desk) -> None:
    stranger = desk.service.other.assessed[0]
    body = {"cycle_id": desk.cycle["id"], "organization_id": str(stranger.id)}
    village = desk.service.other.village(stranger)
    refused = await desk.service.call("POST", "/v1/applications", village, json=body)
    assert problem(refused) == "not-found"


async def test_an_idempotency_key_is_not_used_for_another_body(desk: Desk) -> None:
    service, key = desk.service, {"Idempotency-Key": "draft-of-a-village"}
    branch = service.county.assessed[1]
    village = service.county.village(branch)
    body = {"cycle_id": desk.cycle["id"], "organization_id": str(branch.id)}
    await service.call("POST", "/v1/applications", village, json=body, headers=key, expect=201)
    again = await service.call("POST", "/v1/applications", village, json=body, headers=key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    other = body | {"organization_id": str(service.county.assessed[2].id)}
    refused = await service.call("POST", "/v1/applications", village, json=other, headers=key)
    assert problem(refused) == "idempotency-key-reused"
