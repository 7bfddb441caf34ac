"""Departments: which stars of which villages, up or down, complete, and alone."""

import hashlib
from typing import Any
from uuid import UUID

from services.scoring.reviews import store
from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.scoring.reviews.round import DEPARTMENTS, MEMBERS, Round

PARTY = "organization_department"


def review(round_: Round, village: str = "楼村", star: str = "party_building") -> str:
    return f"/v1/applications/{round_.application(round_.branch(village))}/reviews/{star}"


def check(application_id: str, star: str) -> str:
    return f"/v1/applications/{application_id}/spot-checks/{star}"


async def drawn(round_: Round) -> list[str]:
    """The applications that were drawn."""
    found = await round_.get(f"/v1/cycles/{round_.id}/spot-check", round_.office())
    return [
        each["application_id"]
        for stratum in found.json()["strata"]
        for each in stratum["candidates"]
        if each["drawn"]
    ]


async def drawn_star(round_: Round) -> tuple[str, str, dict[str, Any]]:
    """One drawn application with a star it applied for, and marks that confirm it."""
    for duty in await round_.duties(round_.department(PARTY)):
        if duty["kind"] == "spot_check":
            stands = await round_.standing(duty["application_id"])
            codes = round_.items(duty["star"])
            items = {code: {"points": stands[code]} for code in codes}
            return duty["application_id"], duty["star"], {"items": items}
    message = "nothing was drawn for this department"
    raise AssertionError(message)


async def test_the_lead_department_reviews_up_and_down(reviewing: Round) -> None:
    branch = reviewing.branch("小王庄村")
    who = reviewing.department(PARTY)
    body = reviewing.marks(branch, "party_building", secretary_ability="10.00")
    body["items"]["party_building_honour"] = {"points": "8.5"}
    saved = await reviewing.put(review(reviewing, "小王庄村"), who, body, 0, expect=200)
    assert saved.json()["items"]["party_building_honour"]["points"] == "8.50"
    assert saved.json()["scored_by"] == "department"
    again = await reviewing.put(review(reviewing, "小王庄村"), who, body, 0)
    reviewing.refused(again, 412, "stale-version")


async def test_a_review_scores_every_item_and_explains_what_it_lowers(reviewing: Round) -> None:
    who = reviewing.department(PARTY)
    body = reviewing.marks(reviewing.branch("楼村"), "party_building")
    part = {"items": {code: body["items"][code] for code in list(body["items"])[1:]}}
    answer = await reviewing.put(review(reviewing), who, part, 0)
    found = reviewing.refused(answer, 422, "review-incomplete")
    assert [each["pointer"] for each in found["errors"]] == ["/items/secretary_ability"]
    body["items"]["secretary_ability"] = {"points": "19"}
    answer = await reviewing.put(review(reviewing), who, body, 0)
    reviewing.refused(answer, 422, "score-reason-missing")
    body["items"]["secretary_ability"] = {"points": "20.001"}
    answer = await reviewing.put(review(reviewing), who, body, 0)
    reviewing.refused(answer, 422, "points-too-precise")
    body["items"]["secretary_ability"] = {"points": "20"}
    body["items"]["ideology_study"] = {"points": "20"}
    answer = await reviewing.put(review(reviewing), who, body, 0)
    reviewing.refused(answer, 422, "star-not-applied")


async def test_only_what_was_recommended_and_applied_for_is_reviewed(reviewing: Round) -> None:
    who = reviewing.department(PARTY)
    body = reviewing.marks(reviewing.branch("楼村"), "party_building")
    for village in ("马庄村", "前李村"):
        answer = await reviewing.put(review(reviewing, village), who, body, 0)
        reviewing.refused(answer, 409, "not-for-review")
    industry = reviewing.marks(reviewing.branch("楼村"), "industry")
    bureau = reviewing.department("agriculture_bureau")
    answer = await reviewing.put(review(reviewing, "小王庄村", "industry"), bureau, industry, 0)
    reviewing.refused(answer, 409, "not-for-review")
    answer = await reviewing.put(review(reviewing, star="golden_star"), who, body, 0)
    reviewing.refused(answer, 422, "unknown-star")


async def test_every_star_has_its_own_department(reviewing: Round) -> None:
    body = reviewing.marks(reviewing.branch("楼村"), "party_building")
    county = reviewing.service.county
    cases = [
        (reviewing.department("publicity_department"), "not-lead-department"),
        (county.township(reviewing.branch("楼村")), "forbidden"),
        (reviewing.office(), "not-competent"),
        (reviewing.service.other.caller(Role.DEPARTMENT, PARTY), "out-of-scope"),
    ]
    for who, slug in cases:
        answer = await reviewing.put(review(reviewing), who, body, 0)
        reviewing.refused(answer, 403, slug)
    branch = reviewing.branch("楼村")
    grants = (
        Grant(Role.DEPARTMENT, county.committee.id, PARTY),
        Grant(Role.VILLAGE, branch.id),
    )
    answer = await reviewing.put(review(reviewing), Caller(new_id(), grants, new_id()), body, 0)
    reviewing.refused(answer, 403, "conflict-of-interest")


async def test_a_department_refuses_an_eligible_star_with_a_reason(reviewing: Round) -> None:
    who = reviewing.department(PARTY)
    branch = reviewing.branch("楼村")
    low = reviewing.marks(branch, "party_building", secretary_ability="1.00")
    answer = await reviewing.put(review(reviewing), who, low | {"refusal": "班子不团结"}, 0)
    reviewing.refused(answer, 409, "refusal-not-needed")
    body = reviewing.marks(branch, "party_building") | {"refusal": "班子不团结"}
    saved = await reviewing.put(review(reviewing), who, body, 0, expect=200)
    assert saved.json()["refusal"] == "班子不团结"


async def test_a_refusal_of_the_township_stands_until_it_is_lifted_with_a_reason(
    recommending: Round,
) -> None:
    branch = recommending.branch("楼村")
    for town in recommending.service.county.townships:
        for each in recommending.service.county.of(town):
            await recommending.recommend(each)
    refused = recommending.marks(branch) | {"refusals": {"civility": "大操大办屡禁不止"}}
    where = f"/v1/applications/{recommending.application(branch)}/recommendation"
    township = recommending.service.county.township(branch)
    await recommending.put(where, township, refused, 1, expect=200)
    for town in recommending.service.county.townships:
        await recommending.sign_off(town)
    await recommending.review_everything_but_closing()
    cycle_id = UUID(recommending.id)
    civility = review(recommending, star="civility")
    publicity = recommending.department("publicity_department")
    body = recommending.marks(branch, "civility")
    both = body | {"lift": "已经整改", "refusal": "没有整改"}
    answer = await recommending.put(civility, publicity, both, 1)
    recommending.refused(answer, 409, "no-refusal-to-lift")
    other = review(recommending, "小王庄村", "civility")
    mistaken = recommending.marks(recommending.branch("小王庄村"), "civility")
    answer = await recommending.put(other, publicity, mistaken | {"lift": "已经整改"}, 1)
    recommending.refused(answer, 409, "no-refusal-to-lift")
    async with recommending.service.context.read() as work:
        assert set((await store.counted(work.session, cycle_id))[1][branch.id]) == {"civility"}
    await recommending.put(civility, publicity, body | {"lift": "已经整改"}, 1, expect=200)
    for department in DEPARTMENTS:
        await recommending.complete(department)
    async with recommending.service.context.read() as work:
        assert (await store.counted(work.session, cycle_id))[1] == {}


async def test_what_departments_score_is_hidden_until_all_have_completed(reviewing: Round) -> None:
    county = reviewing.service.county
    branch = reviewing.branch("楼村")
    await reviewing.review(PARTY)
    await reviewing.complete(PARTY)
    waiting = [
        county.village(branch),
        county.township(branch),
        reviewing.department("publicity_department"),
        reviewing.office(),
    ]
    scores = f"/v1/applications/{reviewing.application(branch)}/scores"
    for who in waiting:
        answer = await reviewing.get(review(reviewing), who, expect=403)
        reviewing.refused(answer, 403, "scores-hidden")
        seen = (await reviewing.get(scores, who)).json()["stages"]
        assert [each["stage"] for each in seen] == ["self", "township"]
    for who in (reviewing.inspector(), reviewing.department(PARTY)):
        assert (await reviewing.get(review(reviewing), who)).json()["version"] == 1
    for department in DEPARTMENTS[1:]:
        await reviewing.review(department)
        await reviewing.complete(department)
    for who in waiting:
        seen = (await reviewing.get(scores, who)).json()["stages"]
        assert [each["stage"] for each in seen] == ["self", "township", "department"]
        assert seen[-1]["outcome"]["level"] == 5


async def test_a_department_completes_when_everything_is_scored(reviewing: Round) -> None:
    answer = await reviewing.complete(PARTY, expect=None)
    body = reviewing.refused(answer, 409, "scoring-incomplete")
    assert reviewing.application(reviewing.branch("楼村")) in body["applications"]
    await reviewing.review(PARTY)
    done = await reviewing.duties(reviewing.department(PARTY))
    assert [each["kind"] for each in done] == ["complete"]
    wrong = await reviewing.complete(PARTY, reviewing.department(DEPARTMENTS[1]), expect=None)
    reviewing.refused(wrong, 403, "not-lead-department")
    closed = (await reviewing.complete(PARTY)).json()
    assert (closed["state"], closed["party"]) == ("completed", PARTY)
    again = await reviewing.complete(PARTY, expect=None)
    reviewing.refused(again, 409, "stage-closed")
    body = reviewing.marks(reviewing.branch("楼村"), "party_building")
    late = await reviewing.put(review(reviewing), reviewing.department(PARTY), body, 1)
    reviewing.refused(late, 409, "stage-closed")
    unknown = f"/v1/cycles/{reviewing.id}/departments/tax_bureau/complete"
    answer = await reviewing.post(unknown, reviewing.department("tax_bureau"), MEMBERS)
    reviewing.refused(answer, 404, "unknown-department")


async def test_the_draw_can_be_recomputed_and_shows_its_real_share(reviewing: Round) -> None:
    found = (
        await reviewing.get(f"/v1/cycles/{reviewing.id}/spot-check", reviewing.inspector())
    ).json()
    everyone = [each for stratum in found["strata"] for each in stratum["candidates"]]
    decided = ("张庄村", "马庄村", "前李村")
    ids = {each["application_id"] for each in everyone}
    assert {reviewing.application(reviewing.branch(name)) for name in decided} <= ids
    assert reviewing.application(reviewing.branch("楼村")) not in ids
    assert found["population"] == len(everyone) == 5
    assert reviewing.application(reviewing.branch("西关村")) not in ids
    for stratum in found["strata"]:
        candidates = stratum["candidates"]
        for each in candidates:
            text = f"{found['seed']}:{each['application_id']}"
            assert each["digest"] == hashlib.sha256(text.encode()).hexdigest()
        assert [each["digest"] for each in candidates] == sorted(e["digest"] for e in candidates)
        wanted = -(-len(candidates) * 20 // 100)
        assert [each["drawn"] for each in candidates] == [
            place < wanted for place in range(len(candidates))
        ]
    share = found["sample"] * 10_000 / found["population"]
    assert found["real_share_percent"] == f"{share / 100:.2f}"
    for who in (
        reviewing.service.county.township(reviewing.branch("楼村")),
        reviewing.service.county.village(reviewing.branch("楼村")),
    ):
        answer = await reviewing.get(f"/v1/cycles/{reviewing.id}/spot-check", who, expect=403)
        reviewing.refused(answer, 403, "forbidden")


async def test_before_the_townships_have_signed_nothing_is_drawn(recommending: Round) -> None:
    answer = await recommending.get(
        f"/v1/cycles/{recommending.id}/spot-check", recommending.office(), expect=404
    )
    recommending.refused(answer, 404, "spot-check-not-drawn")


async def test_a_spot_check_confirms_or_lowers(reviewing: Round) -> None:
    application_id, star, body = await drawn_star(reviewing)
    who = reviewing.department(PARTY)
    where = check(application_id, star)
    higher = {"items": body["items"] | {"party_building_honour": {"points": "1", "reason": "x"}}}
    answer = await reviewing.put(where, who, higher, 0)
    found = reviewing.refused(answer, 409, "spot-check-raises")
    assert [each["pointer"] for each in found["errors"]] == ["/items/party_building_honour/points"]
    saved = await reviewing.put(where, who, body, 0, expect=200)
    assert saved.json()["kind"] == "spot_check"
    lower = {"items": body["items"] | {"team_role": {"points": "3", "reason": "现场核查不符"}}}
    await reviewing.put(where, who, lower, 1, expect=200)
    silent = {"items": body["items"] | {"team_role": {"points": "3"}}}
    answer = await reviewing.put(where, who, silent, 2)
    reviewing.refused(answer, 422, "score-reason-missing")


async def test_a_better_deduction_is_a_raise_too(reviewing: Round) -> None:
    """Taking off less would better the village: the township took nothing off, so more is lower."""
    application_id, star, body = await drawn_star(reviewing)
    worse = {"party_building_criticism": {"points": "2", "reason": "通报在案"}}
    saved = await reviewing.put(
        check(application_id, star),
        reviewing.department(PARTY),
        {"items": body["items"] | worse},
        0,
        expect=200,
    )
    assert saved.json()["items"]["party_building_criticism"]["points"] == "2.00"


async def test_who_was_not_drawn_is_not_spot_checked(reviewing: Round) -> None:
    sample = set(await drawn(reviewing))
    who = reviewing.department(PARTY)
    body = reviewing.marks(reviewing.branch("楼村"), "party_building")
    answer = await reviewing.put(
        check(reviewing.application(reviewing.branch("楼村")), "party_building"), who, body, 0
    )
    reviewing.refused(answer, 409, "not-for-review")
    assert reviewing.application(reviewing.branch("楼村")) not in sample


async def test_departments_have_their_full_time_after_late_townships(reviewing: Round) -> None:
    parts = (
        await reviewing.get(f"/v1/cycles/{reviewing.id}/departments", reviewing.office())
    ).json()["items"]
    assert {each["last_day"] for each in parts} == {reviewing.cycle["review_until"]}
    assert [each["party"] for each in parts] == list(DEPARTMENTS)
    own = reviewing.department(PARTY)
    mine = await reviewing.get(f"/v1/cycles/{reviewing.id}/departments", own)
    assert [each["party"] for each in mine.json()["items"]] == [PARTY]
