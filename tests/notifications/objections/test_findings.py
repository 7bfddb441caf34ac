"""Checking, findings by two persons, and what scoring is told before and after closing."""

import asyncio

import pytest

from services.notifications.objections.jobs import sweep_announcements
from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.accounts import caller
from tests.notifications.conftest import Service, problem
from tests.notifications.objections.cases import (
    NAMED,
    Desk,
    Json,
    close,
    decided,
    ids,
    object_to,
    only_desk,
    open_objections,
    progress,
    to_branch,
)
from tests.notifications.stories import Story


async def test_upheld_before_closing_tells_scoring_and_holds_nobody(service: Service) -> None:
    story = await Story(service).published()
    number = await to_branch(story, 0, star="beauty", **NAMED)
    desk = await only_desk(story)
    await desk.accept()
    await desk.hear(story.branches[0])
    await desk.draft(
        "upheld",
        scope="star",
        star="beauty",
        organization_ids=[str(story.branches[0].id)],
        answer="属实，已取消。",
    )
    assert (await progress(service, number))["state"] == "核查中"
    await desk.sign()
    [(kind, data)] = await decided(service)
    assert kind == "objection.upheld"
    assert data["scope"] == "star"
    assert data["organization_ids"] == ids(story.branches[0])
    assert (data["star"], data["released"], data["decided_on"]) == ("beauty", [], "2026-05-11")
    assert "张三" not in str(data)
    found = await progress(service, number)
    assert (found["state"], found["answer"]) == ("异议成立", "属实，已取消。")
    await close(story)
    assert (await decided(service))[-1][1]["held"] == []


async def test_contested_branches_are_held_alone_and_released_by_the_finding(
    service: Service,
) -> None:
    story = await Story(service).published()
    await to_branch(story, 0)
    await to_branch(story, 1)
    await close(story)
    [(kind, data)] = await decided(service)
    assert (kind, data["closed_on"]) == ("announcement.closed", "2026-05-19")
    assert data["held"] == ids(story.branches[0], story.branches[1])
    mine = next(
        each
        for each in await open_objections(story)
        if each["organization_ids"] == ids(story.branches[0])
    )
    await Desk(story, mine["id"]).uphold(story.branches[0], scope="whole_award")
    kind, data = (await decided(service))[-1]
    assert (kind, data["released"]) == ("objection.upheld", ids(story.branches[0]))


async def test_two_objections_to_one_branch_release_it_once_both_are_decided(
    service: Service,
) -> None:
    story = await Story(service).published()
    for _ in range(2):
        await to_branch(story, 0)
    await close(story)
    first, second = [Desk(story, each["id"]) for each in await open_objections(story)]
    await first.dismiss()
    assert (await decided(service))[-1][1]["released"] == []
    await second.dismiss()
    kind, data = (await decided(service))[-1]
    assert (kind, data["released"]) == ("objection.dismissed", ids(story.branches[0]))


async def test_an_objection_to_the_procedure_holds_everybody(service: Service) -> None:
    story = await Story(service).published()
    await object_to(story, kind="procedure")
    await to_branch(story, 2)
    await close(story)
    assert (await decided(service))[-1][1]["held"] == ids(*story.branches)
    procedure = next(
        each for each in await open_objections(story) if each["organization_ids"] is None
    )
    await Desk(story, procedure["id"]).dismiss()
    others = [each for each in story.branches if each is not story.branches[2]]
    assert (await decided(service))[-1][1]["released"] == ids(*others)


async def test_an_omission_upheld_is_settled_again_and_not_released(service: Service) -> None:
    story = await Story(service).published()
    omitted = story.starless[0]
    await object_to(story, kind="omission", organization_id=str(omitted.id))
    await close(story)
    assert (await decided(service))[-1][1]["held"] == ids(omitted)
    desk = await only_desk(story)
    await desk.accept()
    await desk.draft("upheld", scope="redetermine", organization_ids=[str(omitted.id)])
    await desk.sign()
    kind, data = (await decided(service))[-1]
    assert (kind, data["scope"]) == ("objection.upheld", "redetermine")
    assert (data["organization_ids"], data["released"]) == (ids(omitted), [])


async def test_a_procedure_upheld_for_some_shows_on_the_notice_and_frees_the_rest(
    service: Service,
) -> None:
    story = await Story(service).published()
    await object_to(story, kind="procedure")
    await close(story)
    again = [story.branches[0], story.branches[5]]
    desk = await only_desk(story)
    await desk.draft("upheld", scope="redetermine", organization_ids=ids(*again))
    await desk.sign()
    rest = [each for each in story.branches if each not in again]
    assert (await decided(service))[-1][1]["released"] == ids(*rest)
    remarks = [each["remark"] for each in (await story.notice())["lines"]]
    assert remarks.count("2026年5月19日起重新评定") == 1


async def test_nobody_signs_what_they_drafted_under_any_account(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0)
    desk = await only_desk(story)
    await desk.draft("dismissed")
    grant = Grant(Role.INSPECTOR, service.county.committee.id)
    same_person = Caller(new_id(), (grant,), person_id=desk.first.person_id)
    for who in (desk.first, same_person):
        for verb, body in (("sign", None), ("return", {"reason": "再查"})):
            answer = await service.call(
                "POST", f"{desk.path}/finding/{verb}", who, json=body, expect=403
            )
            assert problem(answer) == "second-inspector-required"
    assert await decided(service) == []
    await desk.post("finding/return", desk.second, {"reason": "证据不足"})
    await desk.dismiss()
    found = await service.call("GET", desk.path, desk.first, expect=200)
    reasons = [each["returned_because"] for each in found.json()["findings"]]
    assert reasons == ["证据不足", None]


async def test_two_who_sign_at_once_decide_once(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0)
    desk = await only_desk(story)
    await desk.draft("dismissed")
    signers = [story.inspector for _ in range(3)]
    answers = await asyncio.gather(
        *(service.call("POST", f"{desk.path}/finding/sign", who) for who in signers)
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert len(await decided(service)) == 1


async def test_nothing_falls_before_the_branch_is_heard(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0)
    desk = await only_desk(story)
    branch = str(story.branches[0].id)
    scope: dict[str, Json] = {"scope": "whole_award", "organization_ids": [branch]}
    body = {"verdict": "upheld", "reasons": "已核查。"} | scope
    assert (await desk.post("finding", desk.first, body, 409))["type"].endswith("not-heard")
    await desk.accept()
    inquiry = {"organization_id": branch, "text": "请说明。", "working_days": 3}
    await desk.post("inquiries", desk.first, inquiry, 201)
    assert (await desk.post("finding", desk.first, body, 409))["type"].endswith("not-heard")
    # Silence holds nobody: after three working days the case goes on.
    await service.move_clock("2026-05-15 09:00")
    await sweep_announcements(service.context)
    await sweep_announcements(service.context)
    [objection] = await open_objections(story)
    assert objection["state"] == "checking"
    await desk.draft("upheld", **scope)


async def test_the_branch_reads_the_redacted_text_only_and_answers_once(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0, **NAMED)
    desk = await only_desk(story)
    await desk.accept()
    branch = story.branches[0]
    inquiry = {"organization_id": str(branch.id), "text": "请说明清运情况。"}
    await desk.post("inquiries", desk.first, inquiry, 201)
    village, neighbour = caller(Role.VILLAGE, branch.id), caller(Role.VILLAGE, story.branches[1].id)
    [seen] = (await service.call("GET", "/v1/inquiries", village)).json()["items"]
    assert seen["text"] == "请说明清运情况。"
    assert (await desk.service.call("GET", desk.path, village)).status_code == 403
    assert not {"objection_id", "named", "received_on"} & set(seen)
    assert (await service.call("GET", "/v1/inquiries", neighbour)).json()["items"] == []
    path = f"/v1/inquiries/{seen['id']}/answer"
    answer = await service.call("POST", path, neighbour, json={"text": "不是我"}, expect=403)
    assert problem(answer) == "not-asked"
    await service.call("POST", path, village, json={"text": "已清运"}, expect=200)
    answer = await service.call("POST", path, village, json={"text": "再说"}, expect=409)
    assert problem(answer) == "inquiry-closed"


@pytest.mark.parametrize(
    ("named", "fields", "pointer"),
    [
        (True, {"verdict": "dismissed"}, "/body/answer"),
        (True, {"verdict": "not_accepted", "answer": "无"}, "/body/verdict"),
        (False, {"verdict": "dismissed", "scope": "star"}, "/body/scope"),
        (False, {"verdict": "upheld"}, "/body/scope"),
        (False, {"verdict": "upheld", "scope": "star", "organization_ids": [0]}, "/body/star"),
        (
            False,
            {"verdict": "upheld", "scope": "whole_award", "organization_ids": [5]},
            "/body/organization_ids",
        ),
        (
            False,
            {"verdict": "upheld", "scope": "redetermine", "organization_ids": [0]},
            "/body/scope",
        ),
    ],
)
async def test_a_finding_that_contradicts_itself_is_refused(
    service: Service, *, named: bool, fields: dict[str, object], pointer: str
) -> None:
    story = await Story(service).published()
    await to_branch(story, 0, **(NAMED if named else {}))
    desk = await only_desk(story)
    chosen = fields.get("organization_ids", [])
    assert isinstance(chosen, list)
    body = {"reasons": "已核查。"} | fields
    body["organization_ids"] = [str(story.branches[each].id) for each in chosen]
    answer = await service.call("POST", f"{desk.path}/finding", desk.first, json=body, expect=422)
    assert problem(answer) == "finding-invalid"
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_an_unspecific_anonymous_objection_is_not_accepted_by_two(service: Service) -> None:
    story = await Story(service).published()
    number = await object_to(story, kind="procedure", text="不公平")
    await close(story)
    desk = await only_desk(story)
    await desk.draft("not_accepted")
    await desk.sign()
    assert (await progress(service, number))["state"] == "不予受理"
    kind, data = (await decided(service))[-1]
    assert (kind, data["released"]) == ("objection.dismissed", ids(*story.branches))


async def test_an_inspector_says_which_branch_an_omission_means(service: Service) -> None:
    story = await Story(service).published()
    await object_to(story, kind="omission", subject="不知道叫什么的村")
    desk = await only_desk(story)
    meant = {"organization_ids": [str(story.starless[0].id)]}
    await desk.post("accept", desk.first, meant)
    holds = await service.call("GET", f"{story.path}/holds", story.department, expect=200)
    assert [each["organization_id"] for each in holds.json()] == ids(story.starless[0])


async def test_accepting_cannot_lift_a_hold(service: Service) -> None:
    story = await Story(service).published()
    await object_to(story, kind="procedure")
    desk = await only_desk(story)
    body = {"organization_ids": [str(story.branches[0].id)]}
    answer = await desk.post("accept", desk.first, body, 422)
    assert answer["type"].endswith("only-omissions-are-identified")


async def test_a_withdrawn_objection_is_checked_to_its_end(service: Service) -> None:
    story = await Story(service).published()
    number = await to_branch(story, 0, **NAMED)
    path = f"/v1/objections/receipt/{number}/withdraw"
    for _ in range(2):
        answer = await service.call("POST", path, expect=200)
        assert answer.json()["withdrawn"]
    await close(story)
    assert (await decided(service))[-1][1]["held"] == ids(story.branches[0])


async def test_an_anonymous_receipt_reads_no_answer(service: Service) -> None:
    story = await Story(service).published()
    number = await to_branch(story, 0)
    desk = await only_desk(story)
    await desk.draft("dismissed", answer="内部说明")
    await desk.sign()
    assert (await progress(service, number))["answer"] is None


async def test_inspectors_of_another_county_decide_nothing(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0)
    desk = await only_desk(story)
    stranger = service.other.caller(Role.INSPECTOR)
    for verb, body in (
        ("accept", {}),
        ("finding", {"verdict": "dismissed", "reasons": "无"}),
        ("finding/sign", None),
    ):
        answer = await service.call("POST", f"{desk.path}/{verb}", stranger, json=body, expect=403)
        assert problem(answer) == "out-of-scope"


async def test_sweeps_at_once_close_once(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-18 23:58")
    await sweep_announcements(service.context)
    assert await decided(service) == []
    await service.move_clock("2026-05-19 00:05")
    await asyncio.gather(*(sweep_announcements(service.context) for _ in range(4)))
    await sweep_announcements(service.context)
    assert [kind for kind, _ in await decided(service)] == ["announcement.closed"]
    assert (await story.notice())["phase"] == "closed"


async def test_a_sweep_that_comes_days_late_closes_by_the_last_day(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-06-02 09:00")
    await sweep_announcements(service.context)
    [(kind, data)] = await decided(service)
    assert (kind, data["closed_on"]) == ("announcement.closed", "2026-05-19")
    assert (await story.read()).json()["closed_on"] == "2026-05-19"


async def test_a_provisional_period_is_not_closed_however_late_it_is(service: Service) -> None:
    await service.move_clock("2026-12-28 09:00")
    story = await Story(service).published()
    await service.move_clock("2027-03-01 09:00")
    await sweep_announcements(service.context)
    assert await decided(service) == []
    assert (await to_branch(story, 0)).startswith("公示-2027-")


async def test_objections_and_the_sweep_at_once_leave_nobody_in_between(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-19 00:05")
    body = {
        "kind": "branch",
        "text": "具体情况",
        "organization_id": str(story.branches[0].id),
        "channel": "visit",
        "received_on": "2026-05-18",
    }
    path = f"{story.path}/objections/desk"
    sweep = asyncio.create_task(sweep_announcements(service.context))
    entries = (service.call("POST", path, story.inspector, json=body) for _ in range(3))
    entered = await asyncio.gather(*entries)
    await sweep
    kinds = {each.json()["kind"] for each in entered}
    [(_, data)] = await decided(service)
    held = ids(story.branches[0]) if "objection" in kinds else []
    assert data["held"] == held
