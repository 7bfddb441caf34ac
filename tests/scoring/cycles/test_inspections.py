"""The inspector's findings and pauses, over HTTP."""

from typing import Any

from shared.caller import Role
from tests.scoring.county import Service, problem, sheet


async def finding(service: Service, cycle: dict[str, Any]) -> str:
    inspector = service.county.caller(Role.INSPECTOR)
    body = {"entity": "cycle", "entity_id": cycle["id"], "text": "举报材料需要核实"}
    path = f"/v1/cycles/{cycle['id']}/inspections"
    answer = await service.call("POST", path, inspector, json=body, expect=201)
    assert answer.json()["step"] == "applying"
    return str(answer.json()["id"])


async def paused(service: Service, cycle: dict[str, Any], days: int) -> dict[str, Any]:
    inspector = service.county.caller(Role.INSPECTOR)
    body = {"reason": "核实举报", "working_days": days}
    path = f"/v1/inspections/{await finding(service, cycle)}/pause"
    return dict((await service.call("POST", path, inspector, json=body, expect=200)).json())


async def read(service: Service, cycle: dict[str, Any]) -> dict[str, Any]:
    inspector = service.county.caller(Role.INSPECTOR)
    return dict((await service.call("GET", f"/v1/cycles/{cycle['id']}", inspector)).json())


async def test_a_pause_moves_every_open_deadline_by_the_days_it_takes(service: Service) -> None:
    cycle = await service.open_cycle()
    pause = await paused(service, cycle, 3)
    # Ordered on Monday 2 March: through Thursday, four working days are touched.
    assert pause["until"] == "2026-03-05"
    assert pause["working_days"] == 4
    now = await read(service, cycle)
    assert now["paused_until"] == "2026-03-05"
    assert now["apply_until"] == "2026-03-20"
    assert now["recommend_until"] == "2026-04-03"


async def test_while_paused_there_is_only_reading(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    first, second, *_ = service.county.assessed
    draft = await service.filled(cycle, first, sheet(policy, "civility"))
    sent = await service.submitted(cycle, second, sheet(policy, "civility"))
    await paused(service, cycle, 2)
    village, office = (
        service.county.village(first),
        service.county.caller(Role.ORGANIZATION_DEPARTMENT),
    )
    tag = (await service.call("GET", f"/v1/applications/{draft}", village, expect=200)).headers
    third = service.county.assessed[2]
    start = {"cycle_id": cycle["id"], "organization_id": str(third.id)}
    attempts = [
        await service.call("POST", f"/v1/applications/{draft}/submit", village),
        await service.call(
            "PUT",
            f"/v1/applications/{draft}/stars/civility",
            village,
            json=sheet(policy, "civility")["civility"],
            headers={"If-Match": tag["ETag"]},
        ),
        await service.call(
            "POST", f"/v1/applications/{sent}/withdraw", service.county.village(second)
        ),
        await service.call(
            "POST",
            f"/v1/applications/{sent}/return",
            service.county.township(second),
            json={"reason": "请补充材料"},
        ),
        await service.call("POST", "/v1/applications", service.county.village(third), json=start),
        await service.call("POST", f"/v1/cycles/{cycle['id']}/applications/close", office),
        await service.call(
            "POST", f"/v1/cycles/{cycle['id']}/cancel", office, json={"reason": "不办了"}
        ),
        await service.call(
            "PATCH",
            f"/v1/cycles/{cycle['id']}",
            office,
            json={"apply_until": "2026-06-01", "reason": "延后"},
            headers={"If-Match": f'"{(await read(service, cycle))["version"]}"'},
        ),
    ]
    assert {problem(each) for each in attempts} == {"cycle-paused"}


async def test_an_early_end_keeps_only_the_days_really_lost(service: Service) -> None:
    cycle = await service.open_cycle()
    await paused(service, cycle, 5)
    await service.move_clock("2026-03-03 15:00")
    inspector = service.county.caller(Role.INSPECTOR)
    path, body = f"/v1/cycles/{cycle['id']}/resume", {"reason": "已核实"}
    resumed = (await service.call("POST", path, inspector, json=body, expect=200)).json()
    assert resumed["paused_until"] is None
    assert resumed["apply_until"] == "2026-03-18"
    again = await service.call("POST", path, inspector, json=body, expect=409)
    assert problem(again) == "cycle-not-paused"


async def test_a_pause_ends_by_itself_and_gives_its_days_back(service: Service) -> None:
    cycle = await service.open_cycle()
    pause = await paused(service, cycle, 5)
    await service.move_clock("2026-03-16 09:00")
    # The old last day: without the pause, applying would end tonight.
    await service.after(pause["until"])
    now = await read(service, cycle)
    assert now["paused_until"] is None
    assert now["apply_until"] == "2026-03-24"
    await service.after("2026-03-16")
    assert (await read(service, cycle))["state"] == "applying"
    await service.after("2026-03-24")
    assert (await read(service, cycle))["state"] != "applying"


async def test_applying_does_not_end_while_it_is_paused(service: Service) -> None:
    cycle = await service.open_cycle()
    await service.move_clock("2026-03-16 09:00")
    await paused(service, cycle, 1)
    await service.after("2026-03-16")
    assert (await read(service, cycle))["state"] == "applying"


async def test_one_step_is_paused_for_the_policys_limit_in_all(service: Service) -> None:
    cycle = await service.open_cycle()
    inspector = service.county.caller(Role.INSPECTOR)
    path = f"/v1/inspections/{await finding(service, cycle)}/pause"
    body = {"reason": "核实举报", "working_days": 6}
    refused = await service.call("POST", path, inspector, json=body, expect=422)
    assert problem(refused) == "pause-too-long"
    pause = await paused(service, cycle, 4)
    await service.after(pause["until"])
    refused = await service.call("POST", path, inspector, json=body | {"working_days": 2})
    assert problem(refused) == "pause-too-long"
    assert refused.json()["used"] == 4
    await service.call("POST", path, inspector, json=body | {"working_days": 1}, expect=200)


async def test_a_second_pause_waits_for_the_first_to_end(service: Service) -> None:
    cycle = await service.open_cycle()
    await paused(service, cycle, 1)
    inspector = service.county.caller(Role.INSPECTOR)
    path = f"/v1/inspections/{await finding(service, cycle)}/pause"
    body = {"reason": "核实举报", "working_days": 1}
    assert problem(await service.call("POST", path, inspector, json=body)) == "cycle-paused"


async def test_a_finding_is_closed_once_with_its_outcome(service: Service) -> None:
    cycle = await service.open_cycle()
    found = await finding(service, cycle)
    inspector = service.county.caller(Role.INSPECTOR)
    path, body = f"/v1/inspections/{found}/close", {"outcome": "已整改"}
    closed = (await service.call("POST", path, inspector, json=body, expect=200)).json()
    assert closed["state"] == "closed"
    again = await service.call("POST", path, inspector, json=body, expect=409)
    assert problem(again) == "illegal-transition"
    pause = {"reason": "核实举报", "working_days": 1}
    late = await service.call("POST", f"/v1/inspections/{found}/pause", inspector, json=pause)
    assert problem(late) == "illegal-transition"


async def test_findings_are_the_inspectors_and_read_by_few(service: Service) -> None:
    cycle = await service.open_cycle()
    await finding(service, cycle)
    path = f"/v1/cycles/{cycle['id']}/inspections"
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    assert len((await service.call("GET", path, office, expect=200)).json()) == 1
    township = service.county.township(service.county.townships[0])
    assert problem(await service.call("GET", path, township)) == "forbidden"
    body = {"entity": "cycle", "entity_id": cycle["id"], "text": "意见"}
    assert problem(await service.call("POST", path, office, json=body)) == "forbidden"
    stranger = service.other.caller(Role.INSPECTOR)
    assert problem(await service.call("POST", path, stranger, json=body)) == "out-of-scope"
