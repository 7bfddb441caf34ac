"""The township's scores: what may be saved, by whom, when, and who sees them."""

import asyncio
from typing import Any

import pytest

from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.scoring.reviews.round import STARS, Round


def path(round_: Round, village: str = "楼村", tail: str = "") -> str:
    return f"/v1/applications/{round_.application(round_.branch(village))}/recommendation{tail}"


def mark(points: object, reason: str = "") -> dict[str, Any]:
    return {"points": points, "reason": reason}


async def test_scores_are_saved_whole_and_item_by_item(recommending: Round) -> None:
    branch = recommending.branch("楼村")
    township = recommending.service.county.township(branch)
    first = await recommending.get(path(recommending), township)
    assert (first.json()["version"], first.headers["ETag"]) == (0, '"0"')
    saved = await recommending.put(
        path(recommending), township, {"items": {"team_role": mark("20")}}, 0, expect=200
    )
    assert saved.json()["items"] == {"team_role": {"points": "20.00", "reason": ""}}
    item = path(recommending, tail="/items/secretary_ability")
    saved = await recommending.service.call(
        "PUT",
        item,
        township,
        json=mark(18.5, "佐证不足"),
        headers={"If-Match": saved.headers["ETag"]},
        expect=200,
    )
    assert saved.json()["version"] == 2
    found = await recommending.get(path(recommending), township)
    assert found.json()["items"]["secretary_ability"] == {"points": "18.50", "reason": "佐证不足"}
    assert found.json()["items"]["team_role"]["points"] == "20.00"


@pytest.mark.parametrize(
    ("village", "items", "status", "slug"),
    [
        ("楼村", {"no_such_item": mark("1")}, 422, "unknown-item"),
        ("楼村", {"secretary_ability": mark("20.01")}, 422, "points-over-maximum"),
        ("楼村", {"secretary_ability": mark("19.999")}, 422, "points-too-precise"),
        ("楼村", {"secretary_ability": mark(19.999)}, 422, "points-too-precise"),
        ("楼村", {"secretary_ability": mark("-1")}, 422, "points-invalid"),
        ("楼村", {"secretary_ability": mark("NaN")}, 422, "points-invalid"),
        ("楼村", {"secretary_ability": mark("十八")}, 422, "points-invalid"),
        ("楼村", {"secretary_ability": mark(None)}, 422, "invalid-content"),
        ("楼村", {"secretary_ability": mark("19.99")}, 422, "score-reason-missing"),
        ("楼村", {"secretary_ability": mark("19.99", "  ")}, 422, "score-reason-missing"),
        ("楼村", {"party_building_criticism": mark("2")}, 422, "score-reason-missing"),
        ("前李村", {"rural_reform": mark("30")}, 422, "star-not-applied"),
    ],
)
async def test_a_wrong_score_is_refused_and_nothing_is_saved(
    recommending: Round, village: str, items: dict[str, Any], status: int, slug: str
) -> None:
    township = recommending.service.county.township(recommending.branch(village))
    body = {"items": {"team_role": mark("20")} | items}
    answer = await recommending.put(path(recommending, village), township, body, 0)
    found = recommending.refused(answer, status, slug)
    assert found["errors"]
    kept = await recommending.get(path(recommending, village), township)
    assert kept.json()["version"] == 0


async def test_only_a_star_applied_for_can_be_refused(recommending: Round) -> None:
    township = recommending.service.county.township(recommending.branch("前李村"))
    body = {"items": {}, "refusals": {"industry": "账目不清"}}
    answer = await recommending.put(path(recommending, "前李村"), township, body, 0)
    recommending.refused(answer, 422, "star-not-applied")


async def test_a_change_needs_the_version_it_is_based_on(recommending: Round) -> None:
    township = recommending.service.county.township(recommending.branch("楼村"))
    body = {"items": {"team_role": mark("20")}}
    blind = await recommending.service.call("PUT", path(recommending), township, json=body)
    recommending.refused(blind, 428, "if-match-required")
    await recommending.put(path(recommending), township, body, 0, expect=200)
    late = await recommending.put(path(recommending), township, body, 0)
    recommending.refused(late, 412, "stale-version")


async def test_of_two_who_begin_at_once_one_is_told_to_read_again(recommending: Round) -> None:
    township = recommending.service.county.township(recommending.branch("楼村"))
    body = {"items": {"team_role": mark("20")}}
    answers = await asyncio.gather(
        *(recommending.put(path(recommending), township, body, 0) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]


async def test_only_the_own_township_scores(recommending: Round) -> None:
    county = recommending.service.county
    branch, stranger = recommending.branch("楼村"), recommending.branch("小王庄村")
    body = {"items": {"team_role": mark("20")}}
    cases = [
        (county.township(stranger), "out-of-scope"),
        (county.village(branch), "forbidden"),
        (county.caller(Role.INSPECTOR), "forbidden"),
        (county.caller(Role.DEPARTMENT, "agriculture_bureau"), "forbidden"),
        (recommending.service.other.caller(Role.ORGANIZATION_DEPARTMENT), "out-of-scope"),
        (county.caller(Role.ORGANIZATION_DEPARTMENT), "not-competent"),
    ]
    for who, slug in cases:
        answer = await recommending.put(path(recommending), who, body, 0)
        recommending.refused(answer, 403, slug)


async def test_nobody_scores_the_village_whose_application_he_writes(recommending: Round) -> None:
    branch = recommending.branch("楼村")
    grants = (Grant(Role.TOWNSHIP, branch.parent_id), Grant(Role.VILLAGE, branch.id))
    both = Caller(new_id(), grants, new_id())
    body = {"items": {"team_role": mark("20")}}
    answer = await recommending.put(path(recommending), both, body, 0)
    recommending.refused(answer, 403, "conflict-of-interest")
    neighbour = path(recommending, "马庄村")
    await recommending.put(neighbour, both, body, 0, expect=200)


async def test_nothing_is_scored_before_applying_is_closed_or_while_paused(
    recommending: Round,
) -> None:
    service = recommending.service
    township = service.county.township(recommending.branch("楼村"))
    body = {"items": {"team_role": mark("20")}}
    inspector = recommending.inspector()
    finding = {"entity": "cycle", "entity_id": recommending.id, "text": "核实举报"}
    opened = await recommending.post(
        f"/v1/cycles/{recommending.id}/inspections", inspector, finding
    )
    pause = {"reason": "核实举报", "working_days": 2}
    await recommending.post(f"/v1/inspections/{opened.json()['id']}/pause", inspector, pause)
    answer = await recommending.put(path(recommending), township, body, 0)
    recommending.refused(answer, 409, "cycle-paused")
    answer = await recommending.sign_off(recommending.township("照镜镇"), expect=None)
    recommending.refused(answer, 409, "cycle-paused")


async def test_what_was_sent_back_is_not_scored_and_not_signed_off(recommending: Round) -> None:
    branch = recommending.branch("楼村")
    township = recommending.service.county.township(branch)
    await recommending.recommend(branch)
    back = f"/v1/applications/{recommending.application(branch)}/return"
    await recommending.post(back, township, {"reason": "缺少合同复印件"}, expect=200)
    answer = await recommending.put(path(recommending), township, {"items": {}}, 1)
    recommending.refused(answer, 409, "application-not-scorable")
    for name in ("后寺村", "马庄村"):
        await recommending.recommend(recommending.branch(name, "照镜镇"))
    answer = await recommending.sign_off(recommending.township("照镜镇"), expect=None)
    body = recommending.refused(answer, 409, "applications-returned")
    assert body["applications"] == [recommending.application(branch)]


async def test_a_sign_off_needs_every_item_of_every_star_applied_for(recommending: Round) -> None:
    branch = recommending.branch("楼村")
    await recommending.recommend(branch)
    await recommending.recommend(recommending.branch("后寺村", "照镜镇"))
    answer = await recommending.sign_off(recommending.township("照镜镇"), expect=None)
    body = recommending.refused(answer, 409, "scoring-incomplete")
    waiting = recommending.application(recommending.branch("马庄村"))
    assert body["applications"] == [waiting]
    assert "马庄村" in body["errors"][0]["detail"]
    assert await recommending.state() == "recommending"


async def test_a_sign_off_is_named_signed_once_and_final(recommending: Round) -> None:
    town = recommending.township("黄堤镇")
    signing = f"/v1/cycles/{recommending.id}/townships/{town.id}/sign-off"
    township = recommending.service.county.township(town)
    for name in ("小王庄村", "张庄村"):
        await recommending.recommend(recommending.branch(name))
    nobody = await recommending.post(signing, township, {"members": []})
    recommending.refused(nobody, 422, "members-missing")
    twice = await recommending.post(
        signing, township, {"members": [{"title": "组长"}, {"title": "组长"}]}
    )
    recommending.refused(twice, 422, "members-missing")
    signed = (await recommending.sign_off(town)).json()
    assert signed["stage"]["state"] == "completed"
    assert signed["stage"]["receipt"].startswith("sha256:")
    assert len(signed["stage"]["members"]) == 2
    levels = {each["organization_id"]: each["level"] for each in signed["outcomes"]}
    assert levels[str(recommending.branch("小王庄村").id)] == 3
    again = await recommending.sign_off(town, expect=None)
    recommending.refused(again, 409, "stage-closed")
    answer = await recommending.put(path(recommending, "小王庄村"), township, {"items": {}}, 1)
    recommending.refused(answer, 409, "stage-closed")
    back = f"/v1/applications/{recommending.application(recommending.branch('张庄村'))}/return"
    answer = await recommending.post(back, township, {"reason": "再补材料"})
    recommending.refused(answer, 409, "illegal-transition")


async def test_a_repeated_sign_off_with_one_key_gives_the_same_receipt(
    recommending: Round,
) -> None:
    town = recommending.township("黄堤镇")
    for name in ("小王庄村", "张庄村"):
        await recommending.recommend(recommending.branch(name))
    who = recommending.service.county.township(town)
    signing = f"/v1/cycles/{recommending.id}/townships/{town.id}/sign-off"
    body = {"members": [{"title": "组长"}]}
    key = {"Idempotency-Key": "sign-off-huangdi-1"}
    answers = [
        await recommending.service.call("POST", signing, who, json=body, headers=key, expect=200)
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content


async def test_a_sign_off_belongs_to_the_own_township(recommending: Round) -> None:
    town = recommending.township("黄堤镇")
    stranger = recommending.service.county.township(recommending.township("照镜镇"))
    answer = await recommending.sign_off(town, stranger, expect=None)
    recommending.refused(answer, 403, "out-of-scope")
    answer = await recommending.sign_off(town, recommending.office(), expect=None)
    recommending.refused(answer, 403, "not-competent")


async def test_an_eligible_star_is_refused_with_a_reason(recommending: Round) -> None:
    town = recommending.township("黄堤镇")
    township = recommending.service.county.township(town)
    await recommending.recommend(recommending.branch("张庄村"))
    branch = recommending.branch("小王庄村")
    where = path(recommending, "小王庄村")
    body = recommending.marks(branch, secretary_ability="1.00") | {
        "refusals": {"party_building": "干群关系紧张"}
    }
    await recommending.put(where, township, body, 0, expect=200)
    answer = await recommending.sign_off(town, expect=None)
    recommending.refused(answer, 409, "refusal-not-needed")
    body = recommending.marks(branch) | {"refusals": {"party_building": "干群关系紧张"}}
    await recommending.put(where, township, body, 1, expect=200)
    signed = (await recommending.sign_off(town)).json()
    stars = {each["organization_id"]: each["stars"] for each in signed["outcomes"]}
    assert stars[str(branch.id)] == ["civility", "peace_harmony"]


async def test_a_township_score_is_hidden_until_the_sign_off(recommending: Round) -> None:
    county = recommending.service.county
    branch = recommending.branch("小王庄村")
    for name in ("小王庄村", "张庄村"):
        await recommending.recommend(recommending.branch(name))
    waiting = [
        county.village(branch),
        recommending.office(),
        recommending.department("agriculture_bureau"),
        county.caller(Role.COMMITTEE),
    ]
    where = path(recommending, "小王庄村")
    scores = f"/v1/applications/{recommending.application(branch)}/scores"
    for who in waiting:
        answer = await recommending.get(where, who, expect=403)
        recommending.refused(answer, 403, "scores-hidden")
        seen = (await recommending.get(scores, who)).json()["stages"]
        assert [each["stage"] for each in seen] == ["self"]
    for who in (recommending.inspector(), county.township(branch)):
        assert (await recommending.get(where, who)).json()["items"]
    stranger = county.township(recommending.branch("楼村"))
    answer = await recommending.get(where, stranger, expect=403)
    recommending.refused(answer, 403, "out-of-scope")
    await recommending.sign_off(recommending.township("黄堤镇"))
    for who in waiting:
        assert (await recommending.get(where, who)).json()["items"]
        seen = (await recommending.get(scores, who)).json()["stages"]
        assert seen[-1]["outcome"]["level"] == 3
    neighbour = county.village(recommending.branch("张庄村"))
    answer = await recommending.get(where, neighbour, expect=403)
    recommending.refused(answer, 403, "out-of-scope")


async def test_the_worklist_says_what_is_left_and_then_asks_for_the_sign_off(
    recommending: Round,
) -> None:
    county = recommending.service.county
    town = recommending.township("黄堤镇")
    who = county.township(town)
    first = await recommending.duties(who)
    assert [(each["kind"], each["name"]) for each in first] == [
        ("recommend", "小王庄村党支部"),
        ("recommend", "张庄村党支部"),
    ]
    assert first[0]["due_on"] == recommending.cycle["recommend_until"]
    page = await recommending.get(f"/v1/cycles/{recommending.id}/worklist?limit=1&total=true", who)
    assert page.json()["total"] == 2
    rest = await recommending.get(
        f"/v1/cycles/{recommending.id}/worklist?cursor={page.json()['next_cursor']}", who
    )
    assert [each["name"] for each in rest.json()["items"]] == ["张庄村党支部"]
    for name in ("小王庄村", "张庄村"):
        await recommending.recommend(recommending.branch(name))
    assert [each["kind"] for each in await recommending.duties(who)] == ["sign_off"]
    await recommending.sign_off(town)
    assert await recommending.duties(who) == []
    parts = (await recommending.get(f"/v1/cycles/{recommending.id}/townships", who)).json()["items"]
    assert [(each["name"], each["done"], each["total"]) for each in parts] == [("黄堤镇党委", 2, 2)]
    everyone = await recommending.get(
        f"/v1/cycles/{recommending.id}/townships", recommending.office()
    )
    assert len(everyone.json()["items"]) == 3


async def test_a_village_that_applies_for_nothing_needs_no_score(recommending: Round) -> None:
    await recommending.recommend(recommending.branch("前李村"))
    await recommending.recommend(recommending.branch("后寺村", "城关镇"))
    signed = (await recommending.sign_off(recommending.township("城关镇"))).json()
    none = str(recommending.branch("西关村").id)
    assert next(e["level"] for e in signed["outcomes"] if e["organization_id"] == none) == 0
    assert STARS
