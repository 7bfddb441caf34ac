"""What registry knows feeds the items that read it: at the start, on request, and frozen."""

import json
from datetime import date
from typing import Any

import pytest

from shared.caller import Caller, Role
from shared.contracts.registry import FactDemand, FactValue, OrganizationRecord
from shared.errors import Unavailable
from tests.scoring.county import Service, problem
from tests.scoring.results import annex
from tests.scoring.results.annex import STAR
from tests.scoring.results.story import MEETING
from tests.scoring.results.test_annex import LEAD, MEMBERS, OFFICE, call, certificate, evidenced

GROWTH = "income_growth"


def text() -> str:
    """The annex with two of its items, one of which reads a fact that nobody enters."""
    content = json.loads(annex.text())
    content["measures"][0]["fact"] = GROWTH
    star = content["stars"][0]
    star["items"] = star["items"][:2]
    star["base_points"] = "40"
    for line in content["lines"]:
        line["points"] = "20"
    content["measures"] = content["measures"][:1]
    content["quotas"] = []
    return json.dumps(content, ensure_ascii=False)


def tell(service: Service, branch: OrganizationRecord, growth: int, **more: object) -> None:
    """Let registry know a branch's growth in hundredths of a percent from a day on."""
    told = FactValue(
        organization_id=branch.id,
        code=GROWTH,
        value=growth,
        valid_from=date(2026, 1, 1),
        source="统计年报",
        generated=True,
        unit="%",
        decimals=2,
        current=True,
        derived=False,
        entry_id=None,
        filled_by=None,
        filled_at=None,
    )
    service.registry.all_values.append(told.model_copy(update=more))


async def begun(service: Service) -> tuple[dict[str, Any], str, Caller]:
    """The first village's submitted application: 18 points for reform, growth from registry."""
    cycle = await service.open_cycle(await service.published_policy(text()))
    branch = service.county.assessed[0]
    who = service.county.village(branch)
    body = {"cycle_id": cycle["id"], "organization_id": str(branch.id)}
    made = await call(service, "POST", "/v1/applications", who, body)
    path = f"/v1/applications/{made['id']}"
    body = {"apply": True, "items": evidenced({"reform": {"points": "18"}})}
    await call(service, "PUT", f"{path}/stars/{STAR}", who, body, '"1"')
    return cycle, path, who


async def base(service: Service, path: str, who: Caller) -> str:
    found = await call(service, "GET", f"{path}/completeness", who)
    return str(found["stars"][0]["base"])


async def refreshed(service: Service, cycle: dict[str, Any]) -> Any:  # noqa: ANN401 -- JSON
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    return await call(service, "POST", f"/v1/cycles/{cycle['id']}/facts/refresh", office)


async def test_an_item_reads_the_fact_and_nobody_may_enter_it(service: Service) -> None:
    tell(service, service.county.assessed[0], 800)
    _, path, who = await begun(service)
    # 18 + 20 x 8/10
    assert await base(service, path, who) == "34.00"
    for said in ({"values": {"growth": "9"}}, {"points": "16"}):
        item = f"{path}/stars/{STAR}/items/income"
        answer = await service.call("PUT", item, who, json=said, headers={"If-Match": '"2"'})
        assert problem(answer) == "score-form-invalid", answer.text


async def test_the_office_takes_over_what_registry_knows_now(service: Service) -> None:
    branch = service.county.assessed[0]
    tell(service, branch, 800)
    cycle, path, who = await begun(service)
    tell(service, branch, 1000, valid_from=date(2026, 2, 1))
    tell(service, service.county.assessed[1], 500, current=False)
    assert await base(service, path, who) == "34.00"
    found = await refreshed(service, cycle)
    assert await base(service, path, who) == "38.00"
    assert found["changed"] == 1
    lacking = {each["organization_id"] for each in found["missing"]}
    assert lacking == {str(each.id) for each in service.county.assessed[1:]}
    assert (await refreshed(service, cycle))["changed"] == 0
    path = f"/v1/cycles/{cycle['id']}/facts/refresh"
    assert problem(await service.call("POST", path, who)) == "forbidden"


async def test_a_value_beyond_the_policy_opens_nothing_and_changes_nothing(
    service: Service,
) -> None:
    branch = service.county.assessed[0]
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    tell(service, branch, 800)
    cycle, path, who = await begun(service)
    for wrong in ({"value": 10_001}, {"value": 8_005, "decimals": 3}, {"unit": "元"}):
        tell(service, branch, 900, valid_from=date(2026, 2, 1), **wrong)
        address = f"/v1/cycles/{cycle['id']}/facts/refresh"
        answer = await service.call("POST", address, office)
        assert (answer.status_code, problem(answer)) == (409, "facts-unfit")
        assert answer.json()["errors"][0]["pointer"] == f"{branch.id}/{GROWTH}"
        assert "以%为单位，在0到100之间" in answer.json()["errors"][0]["detail"]
        assert await base(service, path, who) == "34.00"
        service.registry.all_values.pop()


async def test_the_determination_freezes_what_registry_knows_then(service: Service) -> None:
    tell(service, service.county.assessed[0], 800)
    cycle, path, who = await begun(service)
    await call(service, "POST", f"{path}/submit", who)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    start = f"/v1/cycles/{cycle['id']}"
    await service.after(cycle["apply_until"])
    points = {"items": {"reform": {"points": "18"}}}
    # Nobody else applied, so the one township that has an application signs off for all.
    township = next(
        each
        for each in service.county.townships
        if service.county.assessed[0] in service.county.of(each)
    )
    leader = service.county.township(township)
    await call(service, "PUT", f"{path}/recommendation", leader, points, '"0"')
    await call(service, "POST", f"{start}/townships/{township.id}/sign-off", leader, MEMBERS)
    lead = service.county.caller(Role.DEPARTMENT, LEAD)
    await call(service, "PUT", f"{path}/reviews/{STAR}", lead, points, '"0"')
    await call(service, "POST", f"{start}/departments/{LEAD}/complete", lead, MEMBERS)
    body = {"reference": "获纪函〔2026〕1号", "answers": {}, "rest_none": True}
    clerk = service.county.caller(Role.SOURCE_OFFICE, OFFICE)
    await call(service, "PUT", f"{start}/clearances/{OFFICE}", clerk, body, '"0"')
    await service.move_clock("2026-05-08 09:00")
    made = await call(service, "POST", f"{start}/determinations", office, {"meeting": MEETING})
    confirmer = service.county.caller(Role.COMMITTEE)
    confirm = f"/v1/determinations/{made['id']}/confirm"
    tell(service, service.county.assessed[0], 900, valid_from=date(2026, 3, 1))
    service.registry.all_values[-1] = service.registry.all_values[-1].model_copy(
        update={"current": False}
    )
    answer = await service.call("POST", confirm, confirmer)
    assert (answer.status_code, problem(answer)) == (409, "facts-missing"), answer.text
    assert "缺少基础数据" in answer.text
    tell(service, service.county.assessed[0], 900, valid_from=date(2026, 3, 2))
    await call(service, "POST", confirm, confirmer)
    results = await call(service, "GET", f"{start}/results?limit=100", office)
    mine = {each["organization_id"]: each for each in results["items"]}
    why = await certificate(service, mine[str(service.county.assessed[0].id)]["id"])
    assert "20.00×9÷10" in why
    assert (await call(service, "POST", f"{start}/replay", office))["differences"] == []


async def test_registry_is_told_what_the_branches_are_asked_for(service: Service) -> None:
    told = service.registry.demands
    service.queue.take("scoring")
    cycle = await service.open_cycle(await service.published_policy(text()))
    assert "tell_demands" in [job for job, _ in service.queue.take("scoring")]
    assert told == {}
    await service.run_job("tell_demands")
    (demand,) = told.values()
    assert demand.reference == f"cycle-{cycle['id']}"
    assert set(demand.organization_ids) == {each.id for each in service.county.assessed}
    assert (demand.codes, demand.title) == ((GROWTH,), cycle["title"])
    assert demand.due_on == date.fromisoformat(cycle["apply_until"])
    told.clear()
    await service.run_job("tell_demands")
    assert told == {}


async def test_a_registry_that_is_away_is_told_later_and_holds_up_nobody(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = await service.open_cycle(await service.published_policy(text()))

    async def away(_: FactDemand) -> None:
        raise Unavailable("组织库服务暂时没有响应。", "Registry did not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(service.registry, "demand_facts", away)
        await service.run_job("tell_demands")
    assert service.registry.demands == {}
    # By now the last day to apply has passed: it is no day to fill anything in by.
    await service.after(cycle["apply_until"])
    await service.run_job("tell_demands")
    (demand,) = service.registry.demands.values()
    assert demand.due_on is None


async def test_a_cycle_that_reads_no_fact_or_was_cancelled_asks_for_nothing(
    service: Service,
) -> None:
    cycle = await service.open_cycle(await service.published_policy(text()))
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    reason = {"reason": "方案有误，重新发布"}
    await call(service, "POST", f"/v1/cycles/{cycle['id']}/cancel", office, reason)
    await service.open_cycle()
    await service.run_job("tell_demands")
    assert service.registry.demands == {}
