"""Reminders over a real cycle: villages, townships, departments, offices, committee, publisher."""

from typing import Any

from shared.caller import Role
from tests.scoring.county import Service, sheet
from tests.scoring.reviews.round import DEPARTMENTS, STARS, Round


async def reminders(service: Service) -> list[dict[str, Any]]:
    return [data for kind, data in await service.sent() if kind == "deadline.near"]


async def told(service: Service, duty: str) -> list[tuple[str, str | None, int]]:
    """Role, department and number of organizations of every reminder of a duty, in order."""
    return [
        (each["role"], each["department"], len(each["organization_ids"]))
        for each in await reminders(service)
        if each["duty"] == duty
    ]


async def test_villages_that_have_not_submitted_are_told_once(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    first, second, third = service.county.assessed[:3]
    await service.submitted(cycle, first, sheet(policy, *STARS))
    await service.filled(cycle, second, sheet(policy, *STARS))
    returned = await service.submitted(cycle, third, sheet(policy, *STARS))
    await service.move_clock("2026-03-11 23:00")
    await service.sweep()
    assert await reminders(service) == []
    # Applying ends on Monday 16 March: Thursday is two working days before.
    await service.move_clock("2026-03-12 00:05")
    path = f"/v1/applications/{returned}/return"
    township = service.county.township(third)
    await service.call("POST", path, township, json={"reason": "会议记录缺页"}, expect=200)
    await service.sweep()
    await service.sweep()
    [sent] = await reminders(service)
    silent = {str(each.id) for each in service.county.assessed} - {str(first.id), str(third.id)}
    assert set(sent["organization_ids"]) == silent
    assert (sent["duty"], sent["due_on"], sent["role"]) == ("apply", "2026-03-16", "village")
    await service.move_clock("2026-03-13 09:00")
    await service.sweep()
    last = (await reminders(service))[-1]
    assert last["organization_ids"] == [str(third.id)]
    await service.sweep()
    assert len(await reminders(service)) == 2


async def test_a_deadline_put_off_is_told_anew(service: Service) -> None:
    cycle = await service.open_cycle()
    await service.move_clock("2026-03-13 09:00")
    await service.sweep()
    path = f"/v1/cycles/{cycle['id']}"
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"apply_until": "2026-03-24", "reason": "汛期顺延"}
    version = (await service.call("GET", path, office)).headers["ETag"]
    await service.call("PATCH", path, office, json=body, headers={"If-Match": version}, expect=200)
    await service.sweep()
    assert len(await reminders(service)) == 1
    await service.move_clock("2026-03-20 09:00")
    await service.sweep()
    assert [each["due_on"] for each in await reminders(service)] == ["2026-03-16", "2026-03-24"]


async def test_only_open_townships_are_told_and_then_the_county_group(recommending: Round) -> None:
    service = recommending.service
    town = recommending.township("黄堤镇")
    for branch in service.county.of(town):
        await recommending.recommend(branch)
    await recommending.sign_off(town)
    await service.move_clock(f"{recommending.cycle['recommend_until']} 09:00")
    await service.sweep()
    assert await told(service, "recommend") == [("township", None, 2)]
    [sent] = [each for each in await reminders(service) if each["duty"] == "recommend"]
    assert str(town.id) not in sent["organization_ids"]
    await service.after(recommending.cycle["recommend_until"])
    found = await recommending.get(f"/v1/cycles/{recommending.id}/townships", recommending.office())
    last = max(each["last_day"] for each in found.json()["items"])
    await service.move_clock(f"{last} 09:00")
    await service.sweep()
    assert await told(service, "recommend") == [("township", None, 2)] * 2
    await service.after(last)
    found = await recommending.get(f"/v1/cycles/{recommending.id}/townships", recommending.office())
    last = max(each["last_day"] for each in found.json()["items"])
    await service.move_clock(f"{last} 09:00")
    await service.sweep()
    assert (await told(service, "recommend"))[-1] == ("organization_department", None, 1)


async def test_only_departments_with_an_open_part_are_told(reviewing: Round) -> None:
    service = reviewing.service
    done, *others = DEPARTMENTS
    await reviewing.review(done)
    await reviewing.complete(done)
    found = await reviewing.get(f"/v1/cycles/{reviewing.id}/departments", reviewing.office())
    last = max(each["last_day"] for each in found.json()["items"])
    await service.move_clock(f"{last} 09:00")
    await service.sweep()
    assert sorted(await told(service, "review")) == sorted(
        ("department", code, 1) for code in others
    )


async def test_a_paused_cycle_reminds_nobody(recommending: Round) -> None:
    service, inspector = recommending.service, recommending.inspector()
    await service.move_clock(f"{recommending.cycle['recommend_until']} 08:00")
    body = {"entity": "cycle", "entity_id": recommending.id, "text": "核实举报"}
    path = f"/v1/cycles/{recommending.id}/inspections"
    opened = (await recommending.post(path, inspector, body, expect=201)).json()
    pause = {"reason": "核实举报", "working_days": 3}
    await recommending.post(f"/v1/inspections/{opened['id']}/pause", inspector, pause, expect=200)
    await service.sweep()
    assert await told(service, "recommend") == []
