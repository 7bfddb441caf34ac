"""Two editions compared over HTTP: by default with the edition published before."""

from typing import Any

from services.scoring.policies import usecases
from shared.caller import Role
from tests.scoring.county import Service, problem

FIRST, SECOND = (usecases.preset_text(f"five_star_edition_{one}") for one in (1, 2))


async def draft(service: Service, text: str) -> dict[str, Any]:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": text}
    return dict((await service.call("POST", "/v1/policies", office, json=body, expect=201)).json())


async def test_the_second_edition_is_compared_with_the_first(service: Service) -> None:
    first = await service.published_policy(FIRST)
    second = await service.published_policy(SECOND)
    village = service.county.village(service.county.branches[0])
    path = f"/v1/policies/{second['id']}/differences"
    found = (await service.call("GET", path, village, expect=200)).json()
    assert (found["older"]["id"], found["newer"]["id"]) == (first["id"], second["id"])
    assert found["equal"] is False
    sentences = [one["detail"] for one in found["differences"]]
    assert "待遇发放：发放月数由6个月改为12个月。" in sentences
    pay = next(one for one in found["differences"] if one["code"] == "star_pay")
    assert pay["clause"] == "挂钩·报酬·星级"
    assert pay["changes"][0] == {"label": "支付方", "before": "“县财政”", "after": "“村集体”"}
    named = await service.call("GET", f"{path}?from={first['id']}", village, expect=200)
    assert named.json() == found


async def test_a_draft_is_compared_with_the_edition_in_force(service: Service) -> None:
    published = await service.published_policy(SECOND)
    text = SECOND.replace('edition: "2"', 'edition: "3"', 1).replace("points: 85", "points: 80", 1)
    made = await draft(service, text)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{made['id']}/differences"
    found = (await service.call("GET", path, office, expect=200)).json()
    assert found["older"]["id"] == published["id"]
    assert [one["detail"] for one in found["differences"]] == [
        "方案：版号由“2”改为“3”。",
        "分数线“总分线”：标准线由总分85分以上改为总分80分以上。",
    ]
    same = await service.call("GET", f"{path}?from={made['id']}", office, expect=200)
    assert same.json()["equal"] is True
    assert same.json()["differences"] == []


async def test_the_comparison_can_be_printed(service: Service) -> None:
    await service.published_policy(SECOND)
    text = SECOND.replace("points: 85", "points: 80", 1).replace("总分线", "<b>总分线</b>", 1)
    made = await draft(service, text)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path, face = f"/v1/policies/{made['id']}/differences", {"Accept": "text/html"}
    answer = await service.call("GET", path, office, headers=face, expect=200)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "新旧条款对照表" in answer.text
    assert "总分85分以上" in answer.text
    assert "总分80分以上" in answer.text
    assert "<b>" not in answer.text
    same = await service.call("GET", f"{path}?from={made['id']}", office, headers=face, expect=200)
    assert "完全相同" in same.text
    assert "<table>" not in same.text


async def test_without_an_earlier_edition_one_must_be_named(service: Service) -> None:
    published = await service.published_policy(SECOND)
    village = service.county.village(service.county.branches[0])
    path = f"/v1/policies/{published['id']}/differences"
    refused = await service.call("GET", path, village, expect=404)
    assert problem(refused) == "no-earlier-edition"
    stranger = service.other.caller(Role.ORGANIZATION_DEPARTMENT)
    assert problem(await service.call("GET", path, stranger)) == "not-found"


async def test_a_draft_is_told_to_nobody_by_its_differences(service: Service) -> None:
    published = await service.published_policy(SECOND)
    made = await draft(service, FIRST)
    village = service.county.village(service.county.branches[0])
    for path in (
        f"/v1/policies/{made['id']}/differences",
        f"/v1/policies/{published['id']}/differences?from={made['id']}",
    ):
        assert problem(await service.call("GET", path, village)) == "forbidden"
