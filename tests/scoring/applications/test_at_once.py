"""People and the clock acting at the same moment."""

import asyncio
from collections import Counter

import httpx

from services.scoring.applications import usecases
from services.scoring.policies import usecases as policies
from shared.caller import Role
from tests.scoring.county import PRESET, Service, problem, sheet


def verdicts(answers: list[httpx.Response]) -> Counter[str]:
    return Counter("done" if each.is_success else problem(each) for each in answers)


async def test_a_draft_is_opened_once(service: Service) -> None:
    cycle = await service.open_cycle()
    branch = service.county.assessed[0]
    body = {"cycle_id": cycle["id"], "organization_id": str(branch.id)}
    calls = [
        service.call("POST", "/v1/applications", service.county.village(branch), json=body)
        for _ in range(6)
    ]
    assert verdicts(await asyncio.gather(*calls)) == {"done": 1, "application-exists": 5}


async def test_it_is_submitted_once(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    branch = service.county.assessed[0]
    application = await service.filled(cycle, branch, sheet(policy, "civility"))
    village, path = service.county.village(branch), f"/v1/applications/{application}"
    calls = [service.call("POST", f"{path}/submit", village) for _ in range(6)]
    assert verdicts(await asyncio.gather(*calls)) == {"done": 1, "illegal-transition": 5}
    receipts = (await service.call("GET", f"{path}/receipts", village)).json()
    assert len(receipts) == 1


async def test_a_repeated_key_at_the_same_moment_is_one_submission(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    branch = service.county.assessed[0]
    application = await service.filled(cycle, branch, sheet(policy, "civility"))
    village, path = service.county.village(branch), f"/v1/applications/{application}/submit"
    key = {"Idempotency-Key": "one-and-the-same"}
    calls = [service.call("POST", path, village, headers=key) for _ in range(4)]
    answers = await asyncio.gather(*calls)
    assert verdicts(answers) == {"done": 4}
    assert len({each.content for each in answers}) == 1


async def test_two_editors_on_one_version_leave_one_change(service: Service) -> None:
    cycle = await service.open_cycle()
    branch = service.county.assessed[0]
    application = await service.filled(cycle, branch, {})
    village = service.county.village(branch)
    path = f"/v1/applications/{application}/stars/civility/items"
    calls = [
        service.call(
            "PUT",
            f"{path}/{item}",
            village,
            json={"points": "5", "reference": "材料"},
            headers={"If-Match": '"1"'},
        )
        for item in ("ideology_study", "moral_building", "changing_customs")
    ]
    assert verdicts(await asyncio.gather(*calls)) == {"done": 1, "stale-version": 2}


async def test_a_submission_and_the_end_of_applying_never_disagree(service: Service) -> None:
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    county = service.county
    filled = {
        await service.filled(cycle, branch, sheet(policy, "civility")): branch
        for branch in county.assessed[:4]
    }
    await service.move_clock(f"{cycle['apply_until']} 23:59")
    submits = [
        service.call("POST", f"/v1/applications/{each}/submit", county.village(branch))
        for each, branch in filled.items()
    ]

    async def midnight() -> None:
        await service.move_clock("2026-03-17 00:01")
        await asyncio.gather(*(usecases.close_due(service.context) for _ in range(2)))

    answers, _ = await asyncio.gather(asyncio.gather(*submits), midnight())
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/applications?cycle_id={cycle['id']}"
    listed = (await service.call("GET", path, office)).json()["items"]
    states = {each["id"]: each["state"] for each in listed}
    for application, answer in zip(filled, answers, strict=True):
        if answer.is_success:
            assert states[application] == "submitted"
        else:
            assert problem(answer) in {"deadline-passed", "illegal-transition"}
            assert states[application] == "not_applied"
    assert len(states) == len(county.assessed)


async def test_an_edition_is_published_once(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": policies.preset_text(PRESET)}
    drafts = [
        (await service.call("POST", "/v1/policies", office, json=body, expect=201)).json()["id"]
        for _ in range(3)
    ]
    for each in drafts:
        await service.call("POST", f"/v1/policies/{each}/check", office, expect=200)
    calls = [service.call("POST", f"/v1/policies/{each}/publish", office) for each in drafts]
    assert verdicts(await asyncio.gather(*calls)) == {"done": 1, "policy-edition-published": 2}
