"""Cycles over HTTP: draft, open, revise, cancel, and who takes part."""

from typing import Any

import pytest

from shared.caller import Role
from shared.contracts.notifications import CalendarChanged, CalendarDay
from tests.scoring.county import PRESET, SNAPSHOT, Service, problem

NEW = {"title": "获嘉县2026年五星支部创建", "year": 2026, "snapshot_on": SNAPSHOT.isoformat()}


async def draft(service: Service, policy: dict[str, Any], **fields: object) -> dict[str, Any]:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"policy_id": policy["id"], **NEW, **fields}
    answer = await service.call("POST", "/v1/cycles", office, json=body, expect=201)
    return dict(answer.json())


async def patch(
    service: Service, cycle: dict[str, Any], body: dict[str, Any], version: int | None = None
) -> Any:  # noqa: ANN401 -- an httpx answer
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    tag = {"If-Match": f'"{cycle["version"] if version is None else version}"'}
    path = f"/v1/cycles/{cycle['id']}"
    return await service.call("PATCH", path, office, json=body, headers=tag)


async def test_deadlines_follow_from_the_policy_by_working_days(service: Service) -> None:
    cycle = await draft(service, await service.published_policy())
    # Ten working days after Monday 2 March: Monday 16 March; ten more; the 清明 holiday is skipped.
    assert cycle["apply_until"] == "2026-03-16"
    assert cycle["recommend_until"] == "2026-03-30"
    assert cycle["review_until"] == "2026-04-14"
    assert cycle["clear_until"] == "2026-04-21"
    # Where the policy says nothing the committee has ten working days; 1 to 5 May are holidays.
    assert cycle["determine_until"] == "2026-05-08"
    assert cycle["publish_until"] is None


async def test_deadlines_follow_an_uploaded_calendar(service: Service) -> None:
    days = [CalendarDay(day="2026-03-03", working=False, name="调整")]  # type: ignore[arg-type]  # pydantic reads the text
    event = CalendarChanged(days=days, complete_years=[2027])
    await service.receive(service.envelope(event, service.county.committee.id))
    cycle = await draft(service, await service.published_policy())
    assert cycle["apply_until"] == "2026-03-17"


async def test_opening_freezes_who_takes_part_and_why_not(service: Service) -> None:
    cycle = await service.open_cycle()
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/cycles/{cycle['id']}/participants"
    found = (await service.call("GET", path, office, expect=200)).json()["items"]
    absences = {each["name"]: each["absence"] for each in found if each["absence"]}
    assert absences == {
        "东街居委会党支部": "outside_policy",
        "新庄村党支部": "founded_later",
    }
    assessed = {each["organization_id"] for each in found if each["standing"] == "assessed"}
    assert assessed == {str(each.id) for each in service.county.assessed}
    query = f"{path}?standing=not_assessed&limit=1&total=true"
    first = (await service.call("GET", query, office)).json()
    assert first["total"] == 2
    rest = (await service.call("GET", f"{query}&cursor={first['next_cursor']}", office)).json()
    names = {each["name"] for each in (*first["items"], *rest["items"])}
    assert names == set(absences)
    wrong = await service.call("GET", f"{path}?cursor=bm9uc2Vuc2U", office, expect=422)
    assert problem(wrong) == "invalid-content"


async def test_opening_tells_the_assessed_branches(service: Service) -> None:
    cycle = await service.open_cycle()
    ((kind, data),) = await service.sent()
    assert kind == "cycle.opened"
    assert data["apply_until"] == cycle["apply_until"]
    assert set(data["organization_ids"]) == {str(each.id) for each in service.county.assessed}


async def test_the_list_stays_frozen_when_the_directory_changes(service: Service) -> None:
    cycle = await service.open_cycle()
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/cycles/{cycle['id']}/participants"
    before = (await service.call("GET", path, office)).json()["items"]
    renamed = service.county.branches[0].model_copy(update={"name": "改名村党支部"})
    service.registry.organizations.append(renamed)
    await service.run_job("follow_directory")
    assert (await service.call("GET", path, office)).json()["items"] == before


async def test_a_township_sees_its_own_participants_only(service: Service) -> None:
    cycle = await service.open_cycle()
    township = service.county.townships[0]
    caller = service.county.township(township)
    path = f"/v1/cycles/{cycle['id']}/participants"
    found = (await service.call("GET", path, caller)).json()["items"]
    assert {each["township_id"] for each in found} == {str(township.id)}
    assert len(found) == 4


async def test_the_seed_of_the_draw_is_hidden_before_the_draw(service: Service) -> None:
    assert (await service.open_cycle())["seed"] is None


async def test_a_cycle_opens_on_a_published_policy_only(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "preset": PRESET}
    policy = (await service.call("POST", "/v1/policies", office, json=body)).json()
    cycle = await draft(service, policy)
    refused = await service.call("POST", f"/v1/cycles/{cycle['id']}/open", office, expect=409)
    assert problem(refused) == "policy-not-published"


async def test_the_policy_is_pinned_by_its_hash(service: Service) -> None:
    policy = await service.published_policy()
    assert (await service.open_cycle(policy))["policy_hash"] == policy["hash"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"apply_until": "2026-03-02"}, {"/body/apply_until"}),
        ({"apply_until": "2026-03-31"}, {"/body/recommend_until"}),
        ({"recommend_until": "2026-05-01"}, {"/body/review_until"}),
        ({"clear_until": "2026-04-01"}, {"/body/clear_until"}),
        (
            {"apply_until": "2020-01-01", "recommend_until": "2019-01-01"},
            {"/body/apply_until", "/body/recommend_until"},
        ),
    ],
)
async def test_deadlines_out_of_order_are_refused_all_at_once(
    service: Service, fields: dict[str, str], wrong: set[str]
) -> None:
    policy = await service.published_policy()
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"policy_id": policy["id"], **NEW, **fields}
    refused = await service.call("POST", "/v1/cycles", office, json=body, expect=422)
    assert problem(refused) == "schedule-invalid"
    assert {each["pointer"] for each in refused.json()["errors"]} == wrong


async def test_a_draft_whose_time_has_come_must_be_revised_before_it_opens(
    service: Service,
) -> None:
    cycle = await draft(service, await service.published_policy())
    await service.move_clock("2026-03-20 09:00")
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/cycles/{cycle['id']}/open"
    assert problem(await service.call("POST", path, office)) == "schedule-invalid"
    revised = await patch(service, cycle, {"apply_until": "2026-03-27"})
    assert revised.status_code == 200
    assert (await service.call("POST", path, office)).status_code == 200


async def test_there_is_one_cycle_a_year_unless_it_was_cancelled(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"policy_id": policy["id"], **NEW}
    second = await service.call("POST", "/v1/cycles", office, json=body, expect=409)
    assert problem(second) == "cycle-exists"
    path = f"/v1/cycles/{cycle['id']}/cancel"
    assert (await service.call("POST", path, office, json={})).status_code == 422
    reason = {"reason": "方案有误"}
    cancelled = await service.call("POST", path, office, json=reason, expect=200)
    assert cancelled.json()["state"] == "cancelled"
    assert (await service.call("POST", "/v1/cycles", office, json=body)).status_code == 201
    again = await service.call("POST", path, office, json=reason, expect=409)
    assert problem(again) == "illegal-transition"


async def test_a_running_cycle_is_only_put_off_and_with_a_reason(service: Service) -> None:
    cycle = await service.open_cycle()
    later = {"apply_until": "2026-03-18"}
    assert problem(await patch(service, cycle, later)) == "only-deadlines-may-change"
    renamed = {"title": "另一个名称", "reason": "写错了"}
    assert problem(await patch(service, cycle, renamed)) == "only-deadlines-may-change"
    earlier = {"apply_until": "2026-03-10", "reason": "提前"}
    assert problem(await patch(service, cycle, earlier)) == "schedule-shortened"
    stale = await patch(service, cycle, later | {"reason": "汛期"}, version=1)
    assert problem(stale) == "stale-version"
    done = await patch(service, cycle, later | {"reason": "汛期"})
    assert done.json()["apply_until"] == "2026-03-18"
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/cycles/{cycle['id']}"
    assert problem(await service.call("PATCH", path, office, json={})) == "if-match-required"


async def test_a_deadline_that_has_passed_stays(service: Service) -> None:
    cycle = await service.open_cycle()
    await service.after(cycle["apply_until"])
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    cycle = (await service.call("GET", f"/v1/cycles/{cycle['id']}", office)).json()
    assert cycle["state"] != "applying"
    late = {"apply_until": "2026-03-25", "reason": "补报"}
    assert problem(await patch(service, cycle, late)) == "schedule-shortened"


async def test_a_county_without_branches_cannot_open(service: Service) -> None:
    policy = await service.published_policy()
    gone = [each.model_copy(update={"deleted": True}) for each in service.county.branches]
    service.registry.organizations += gone
    await service.run_job("follow_directory")
    cycle = await draft(service, policy)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    refused = await service.call("POST", f"/v1/cycles/{cycle['id']}/open", office)
    assert problem(refused) == "no-participants"


async def test_only_the_countys_office_moves_a_cycle(service: Service) -> None:
    cycle = await draft(service, await service.published_policy())
    path = f"/v1/cycles/{cycle['id']}"
    inspector = service.county.caller(Role.INSPECTOR)
    assert problem(await service.call("POST", f"{path}/open", inspector)) == "forbidden"
    stranger = service.other.caller(Role.ORGANIZATION_DEPARTMENT)
    assert problem(await service.call("POST", f"{path}/open", stranger)) == "out-of-scope"
    assert problem(await service.call("GET", path, stranger)) == "not-found"
    village = service.county.village(service.county.branches[0])
    assert problem(await service.call("GET", path, village)) == "forbidden"
    assert not (await service.call("GET", "/v1/cycles", village)).json()["items"]
    assert (await service.call("GET", path, inspector)).status_code == 200


async def test_a_repeated_request_opens_once(service: Service) -> None:
    cycle = await draft(service, await service.published_policy())
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path, key = f"/v1/cycles/{cycle['id']}/open", {"Idempotency-Key": "open-cycle-2026"}
    first = await service.call("POST", path, office, headers=key, expect=200)
    second = await service.call("POST", path, office, headers=key, expect=200)
    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(await service.sent()) == 1
