"""An annex with many kinds of rules runs through the whole procedure without touching code."""

from typing import Any

import pytest

from shared.caller import Caller, Role
from shared.contracts.registry import OrganizationRecord
from tests.scoring.county import Service, problem
from tests.scoring.results import annex
from tests.scoring.results.annex import STAR, words
from tests.scoring.results.story import MEETING

MEMBERS = {"members": [{"title": "组长"}, {"title": "成员"}]}
LEAD = "agriculture_bureau"
OFFICE = "discipline_commission"


async def call(
    service: Service, method: str, path: str, who: Caller, body: object = None, tag: str = ""
) -> Any:  # noqa: ANN401 -- JSON
    headers = {"If-Match": tag} if tag else {}
    answer = await service.call(method, path, who, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def evidenced(said: dict[str, Any]) -> dict[str, Any]:
    return {code: {**word, "reference": "台账2026-01"} for code, word in said.items()}


async def begun(service: Service) -> tuple[dict[str, Any], str, OrganizationRecord]:
    """A cycle on the annex and the first village's empty application."""
    cycle = await service.open_cycle(await service.published_policy(annex.text()))
    branch = service.county.assessed[0]
    body = {"cycle_id": cycle["id"], "organization_id": str(branch.id)}
    made = await call(service, "POST", "/v1/applications", service.county.village(branch), body)
    return cycle, str(made["id"]), branch


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "points where a value is asked for": ("income", {"points": "16"}, "score-form-invalid"),
    "a value where points are": ("reform", {"values": {"growth": "1"}}, "score-form-invalid"),
    "a value the rule does not know": ("income", {"values": {"x": 1}}, "score-form-invalid"),
    "a value missing": ("plan", {"values": {"written": True}}, "score-form-invalid"),
    "no number": ("income", {"values": {"growth": "很高"}}, "score-form-invalid"),
    "beyond the range": ("income", {"values": {"growth": "100.01"}}, "score-form-invalid"),
    "too many decimals": ("fees", {"values": {"paid": "92.405"}}, "score-form-invalid"),
    "half a project": ("building", {"values": {"projects": "1.5"}}, "score-form-invalid"),
    "an unknown grade": ("cooperative", {"values": {"grade": "Z"}}, "score-form-invalid"),
    "not applicable where it always is": (
        "reform",
        {"not_applicable": "没有改革任务"},
        "score-form-invalid",
    ),
    "two forms": ("income", {"points": "1", "values": {"growth": "8"}}, "score-form-invalid"),
    "an unknown event": (
        "honours",
        {"occurrences": [{"event": "moon", "reference": "文1号"}]},
        "score-form-invalid",
    ),
    "a composite instead of its parts": ("service", {"points": "20"}, "unknown-item"),
    "too many points": ("reform", {"points": "20.01"}, "points-over-maximum"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_does_not_fit_its_rule_is_refused_and_nothing_is_saved(
    service: Service, case: str
) -> None:
    item, word, slug = WRONG[case]
    _, application, branch = await begun(service)
    who, path = service.county.village(branch), f"/v1/applications/{application}"
    answer = await service.call(
        "PUT", f"{path}/stars/{STAR}/items/{item}", who, json=word, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, problem(answer)) == (422, slug), answer.text
    assert item in answer.json()["errors"][0]["pointer"]
    assert (await call(service, "GET", path, who))["stars"] == {}


async def test_a_village_sees_what_its_words_come_to(service: Service) -> None:
    _, application, branch = await begun(service)
    who, path = service.county.village(branch), f"/v1/applications/{application}"
    body = {"apply": True, "items": evidenced(words("18"))}
    saved = await call(service, "PUT", f"{path}/stars/{STAR}", who, body, '"1"')
    assert saved["stars"][STAR]["items"]["fees"]["values"] == {"paid": "92.4"}
    assert saved["stars"][STAR]["items"]["plan"]["values"] == {"written": "1", "public": "1"}
    found = await call(service, "GET", f"{path}/completeness", who)
    # 18 + 20 x 8/10 + (20 - 3 x 0.5) + 12 + (5 + 15) + 6 = 90.50; + (5 + 3) - 2 = 96.50
    assert found["stars"][0]["base"] == "90.50"
    assert found["stars"][0]["total"] == "96.50"
    away = {"cooperative": {"not_applicable": "没有合作社"}}
    body = {"apply": True, "items": evidenced(words("18", **away))}
    await call(service, "PUT", f"{path}/stars/{STAR}", who, body, '"2"')
    found = await call(service, "GET", f"{path}/completeness", who)
    # 84.50 of 100 applicable points, scaled to 110: 92.95
    assert found["stars"][0]["base"] == "92.95"
    assert found["complete"]


async def test_the_annex_runs_from_the_form_to_the_places(service: Service) -> None:
    cycle, first, branch = await begun(service)
    ids = {str(branch.id): first}
    await filled(service, first, branch, 0)
    for number, each in enumerate(service.county.assessed[1:], start=1):
        body = {"cycle_id": cycle["id"], "organization_id": str(each.id)}
        who = service.county.village(each)
        made = await call(service, "POST", "/v1/applications", who, body)
        ids[str(each.id)] = str(made["id"])
        await filled(service, ids[str(each.id)], each, number)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    base = f"/v1/cycles/{cycle['id']}"
    await call(service, "POST", f"{base}/applications/close", office)
    await recommended(service, cycle, ids)
    await reviewed(service, cycle, ids)
    await cleared(service, cycle)
    await settled_by_the_meeting(service, cycle)
    results = await call(service, "GET", f"{base}/results?limit=100", office)
    mine = {each["organization_id"]: each for each in results["items"]}
    assessed = [str(each.id) for each in service.county.assessed]
    # The first village's cadre was disciplined; the next two have the places; the rest are cut.
    assert [mine[each]["level"] for each in assessed] == [0, 1, 1, 0, 0, 0, 0, 0]
    why = await certificate(service, mine[assessed[0]]["id"])
    assert "影响期未满" in why
    why = await certificate(service, mine[assessed[1]]["id"])
    assert "20.00×8÷10" in why
    assert "不足1个按1个计" in why
    why = await certificate(service, mine[assessed[3]]["id"])
    assert "因产业发展星名额（全县2个，依次按总分、基本分排序）已满，没有列入（名额）。" in why


async def filled(
    service: Service, application: str, branch: OrganizationRecord, number: int
) -> None:
    """The n-th village gives itself n half points less and submits."""
    who, path = service.county.village(branch), f"/v1/applications/{application}"
    items = evidenced(words(f"{20 - number / 2:.1f}"))
    await call(service, "PUT", f"{path}/stars/{STAR}", who, {"apply": True, "items": items}, '"1"')
    await call(service, "POST", f"{path}/submit", who)


async def recommended(service: Service, cycle: dict[str, Any], ids: dict[str, str]) -> None:
    for township in service.county.townships:
        who = service.county.township(township)
        for branch in service.county.of(township):
            number = service.county.assessed.index(branch)
            path = f"/v1/applications/{ids[str(branch.id)]}/recommendation"
            said = words(f"{20 - number / 2:.1f}", income={"values": {"growth": "7.9"}})
            answer = await service.call(
                "PUT", path, who, json={"items": said}, headers={"If-Match": '"0"'}
            )
            assert problem(answer) == "score-reason-missing"
            said["income"]["reason"] = "按统计年报核减"
            said["income"]["values"]["growth"] = "8"
            await call(service, "PUT", path, who, {"items": said}, '"0"')
        path = f"/v1/cycles/{cycle['id']}/townships/{township.id}/sign-off"
        await call(service, "POST", path, who, MEMBERS)


async def reviewed(service: Service, cycle: dict[str, Any], ids: dict[str, str]) -> None:
    who = service.county.caller(Role.DEPARTMENT, LEAD)
    for number, branch in enumerate(service.county.assessed):
        path = f"/v1/applications/{ids[str(branch.id)]}/reviews/{STAR}"
        body = {"items": words(f"{20 - number / 2:.1f}")}
        await call(service, "PUT", path, who, body, '"0"')
    path = f"/v1/cycles/{cycle['id']}/departments/{LEAD}/complete"
    await call(service, "POST", path, who, MEMBERS)


async def cleared(service: Service, cycle: dict[str, Any]) -> None:
    who = service.county.caller(Role.SOURCE_OFFICE, OFFICE)
    path = f"/v1/cycles/{cycle['id']}/clearances/{OFFICE}"
    first = str(service.county.assessed[0].id)
    sanction = {
        "sanction": "serious_warning",
        "decided_on": "2025-01-10",
        "reference": "获纪发〔2025〕1号",
    }
    answer: dict[str, Any] = {"hit": True}
    body = {
        "reference": "获纪函〔2026〕1号",
        "answers": {first: {"cadre_disciplined": answer}},
        "rest_none": True,
    }
    wrong = await service.call("PUT", path, who, json=body, headers={"If-Match": '"0"'})
    assert problem(wrong) == "answer-kind-wrong"
    del answer["hit"]
    answer["sanctions"] = [sanction | {"sanction": "scolding"}]
    wrong = await service.call("PUT", path, who, json=body, headers={"If-Match": '"0"'})
    assert problem(wrong) == "sanction-wrong"
    answer["sanctions"] = [sanction]
    await call(service, "PUT", path, who, body, '"0"')


async def settled_by_the_meeting(service: Service, cycle: dict[str, Any]) -> None:
    await service.move_clock("2026-05-08 09:00")
    recorder = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/cycles/{cycle['id']}/determinations"
    made = await call(service, "POST", path, recorder, {"meeting": MEETING})
    confirmer = service.county.caller(Role.COMMITTEE)
    await call(service, "POST", f"/v1/determinations/{made['id']}/confirm", confirmer)


async def certificate(service: Service, result_id: str) -> str:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    answer = await service.call("GET", f"/v1/results/{result_id}/certificate", office, expect=200)
    return answer.text
