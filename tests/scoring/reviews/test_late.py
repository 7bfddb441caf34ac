"""Late townships and departments: a village never loses by another's delay."""

from uuid import UUID

from services.scoring.reviews import store
from shared.contracts.registry import OrganizationRecord
from tests.scoring.reviews.round import DEPARTMENTS, Round

WHY = {"reason": "防汛，人员全部在一线"}


def step(round_: Round, town: OrganizationRecord, verb: str) -> str:
    return f"/v1/cycles/{round_.id}/townships/{town.id}/{verb}"


async def test_a_late_township_is_extended_and_then_replaced(recommending: Round) -> None:
    town, office = recommending.township("黄堤镇"), recommending.office()
    township = recommending.service.county.township(town)
    branch = recommending.branch("小王庄村")
    early = await recommending.post(step(recommending, town, "substitute"), office, WHY)
    recommending.refused(early, 409, "not-yet-late")
    await recommending.service.move_clock(f"{recommending.cycle['recommend_until']} 23:59")
    await recommending.recommend(branch)
    await recommending.service.pass_days(1)
    where = f"/v1/applications/{recommending.application(branch)}/recommendation"
    late = await recommending.put(where, township, recommending.marks(branch), 1)
    recommending.refused(late, 409, "stage-overdue")
    late = await recommending.sign_off(town, expect=None)
    recommending.refused(late, 409, "stage-overdue")
    own = await recommending.post(step(recommending, town, "extend"), township, WHY)
    recommending.refused(own, 403, "forbidden")
    given = await recommending.post(step(recommending, town, "extend"), office, WHY, expect=200)
    assert (given.json()["state"], given.json()["reason"]) == ("extended", WHY["reason"])
    more = await recommending.post(step(recommending, town, "extend"), office, WHY)
    recommending.refused(more, 409, "extension-limit-reached")
    await recommending.put(where, township, recommending.marks(branch), 1, expect=200)
    await recommending.service.pass_days(14)
    taken = await recommending.post(step(recommending, town, "substitute"), office, WHY, expect=200)
    assert taken.json()["scored_by"] == "county_group"
    gone = await recommending.put(where, township, recommending.marks(branch), 2)
    recommending.refused(gone, 403, "not-competent")
    await recommending.put(where, office, recommending.marks(branch), 2, expect=200)
    other = recommending.branch("张庄村")
    where = f"/v1/applications/{recommending.application(other)}/recommendation"
    await recommending.put(where, office, recommending.marks(other), 0, expect=200)
    signed = (await recommending.sign_off(town, office)).json()
    assert signed["stage"]["scored_by"] == "county_group"


async def test_nobody_acts_and_the_cycle_still_ends(recommending: Round) -> None:
    """The township's unsigned draft is no decision: the self scores stand."""
    service = recommending.service
    await recommending.recommend(recommending.branch("楼村"), secretary_ability="1.00")
    for _ in range(45):
        await service.pass_days(2)
        await service.sweep()
        if await recommending.state() == "determining":
            break
    assert await recommending.state() == "determining"
    found = await recommending.get(f"/v1/cycles/{recommending.id}", recommending.office())
    # Late departments took nothing from the committee's ten working days.
    assert found.json()["determine_until"] > recommending.cycle["determine_until"]
    async with service.context.read() as work:
        scores, refusals = await store.counted(work.session, UUID(recommending.id))
        assert refusals == {}
    assert scores == {}
    seen = await recommending.get(
        f"/v1/applications/{recommending.application(recommending.branch('楼村'))}/scores",
        service.county.village(recommending.branch("楼村")),
    )
    stages = seen.json()["stages"]
    assert [each["outcome"]["level"] for each in stages if each["outcome"]] == [5, 5]


async def test_every_step_of_time_is_taken_one_by_one_and_recorded(recommending: Round) -> None:
    service, town = recommending.service, recommending.township("黄堤镇")
    await service.after(recommending.cycle["recommend_until"])
    found = await recommending.get(f"/v1/cycles/{recommending.id}/townships", recommending.office())
    assert {each["stage"]["state"] for each in found.json()["items"]} == {"extended"}
    await service.sweep()
    last = found.json()["items"][0]["last_day"]
    await service.after(last)
    found = await recommending.get(f"/v1/cycles/{recommending.id}/townships", recommending.office())
    assert {each["stage"]["state"] for each in found.json()["items"]} == {"substituted"}
    duties = await recommending.duties(recommending.office())
    assert {each["kind"] for each in duties} >= {"recommend"}
    assert await recommending.duties(service.county.township(town)) == []


async def test_the_sweep_leaves_a_paused_cycle_alone(recommending: Round) -> None:
    inspector = recommending.inspector()
    finding = {"entity": "cycle", "entity_id": recommending.id, "text": "核实举报"}
    await recommending.service.move_clock(f"{recommending.cycle['recommend_until']} 10:00")
    opened = await recommending.post(
        f"/v1/cycles/{recommending.id}/inspections", inspector, finding, expect=201
    )
    pause = {"reason": "核实举报", "working_days": 3}
    await recommending.post(f"/v1/inspections/{opened.json()['id']}/pause", inspector, pause)
    await recommending.service.after(recommending.cycle["recommend_until"])
    found = await recommending.get(f"/v1/cycles/{recommending.id}/townships", recommending.office())
    assert {each["stage"]["state"] for each in found.json()["items"]} == {"open"}


async def test_silent_departments_are_passed_over_after_their_extension(reviewing: Round) -> None:
    office = reviewing.office()
    closing = f"/v1/cycles/{reviewing.id}/reviews/close"
    silent, *diligent = DEPARTMENTS
    for department in diligent:
        await reviewing.review(department, ideology_study="24.00")
        await reviewing.complete(department)
    early = await reviewing.post(closing, office, WHY)
    body = reviewing.refused(early, 409, "reviews-still-running")
    assert list(body["departments"]) == [silent]
    await reviewing.service.pass_days(40)
    extend = f"/v1/cycles/{reviewing.id}/departments/{silent}/extend"
    await reviewing.post(extend, office, WHY, expect=200)
    await reviewing.service.pass_days(10)
    replace = f"/v1/cycles/{reviewing.id}/departments/{silent}/substitute"
    await reviewing.post(replace, office, WHY, expect=200)
    closed = await reviewing.post(closing, office, WHY, expect=200)
    assert [each["state"] for each in closed.json()["stages"]] == ["lapsed"]
    assert await reviewing.state() == "determining"
    async with reviewing.service.context.read() as work:
        scores = (await store.counted(work.session, UUID(reviewing.id)))[0]
    top = scores[reviewing.branch("楼村").id]
    assert top["department"]["ideology_study"] == 2400
    assert "secretary_ability" not in top["department"]
    assert top["township"]["secretary_ability"] == 2000


async def test_an_unknown_party_has_no_part(recommending: Round) -> None:
    office = recommending.office()
    nowhere = recommending.service.county.committee
    answer = await recommending.post(step(recommending, nowhere, "extend"), office, WHY)
    recommending.refused(answer, 404, "not-found")
    other = recommending.service.other.caller(next(iter(office.grants)).role)
    answer = await recommending.post(
        step(recommending, recommending.township("黄堤镇"), "extend"), other, WHY
    )
    recommending.refused(answer, 403, "out-of-scope")
