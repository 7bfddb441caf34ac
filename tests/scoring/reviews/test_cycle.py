"""From the townships' scores to the determination: the whole way, through the API."""

import asyncio
from typing import Any
from uuid import UUID

from services.scoring.reviews import store
from shared.caller import Role
from shared.contracts.registry import OrganizationRecord
from tests.scoring.reviews.round import OFFICES, Round


async def told(round_: Round) -> list[dict[str, Any]]:
    return [data for kind, data in await round_.service.sent() if kind == "stage.completed"]


async def test_every_township_tells_its_villages_where_they_stand(reviewing: Round) -> None:
    assert await reviewing.state() == "reviewing"
    events = await told(reviewing)
    assert [each["stage"] for each in events] == ["township"] * 3
    assert events[0]["stage_name"] == "乡镇推荐"
    levels = {o["organization_id"]: o["level"] for each in events for o in each["outcomes"]}
    expected = {"楼村": 5, "张庄村": 2, "小王庄村": 3, "马庄村": 2, "前李村": 2, "西关村": 0}
    for name, level in expected.items():
        assert levels[str(reviewing.branch(name).id)] == level


async def test_a_cycle_goes_from_reviewing_to_determining(reviewing: Round) -> None:
    await reviewing.review_everything(ideology_study="3.00")
    assert await reviewing.state() == "determining"
    department, spot_check = (await told(reviewing))[3:]
    assert (department["stage"], spot_check["stage"]) == ("department", "spot_check")
    levels = {o["organization_id"]: o["level"] for o in department["outcomes"]}
    assert levels == {
        str(reviewing.branch("楼村").id): 4,
        str(reviewing.branch("小王庄村").id): 2,
    }
    sampled = {o["organization_id"] for o in spot_check["outcomes"]}
    assert sampled
    assert not sampled & set(levels)


async def test_what_counts_is_ready_for_the_determination(reviewing: Round) -> None:
    await reviewing.review_everything(security_team="14.00")
    async with reviewing.service.context.read() as work:
        found, _ = await store.counted(work.session, UUID(reviewing.id))
    top = found[reviewing.branch("楼村").id]
    assert top["township"]["security_team"] == 1500
    assert top["department"]["security_team"] == 1400
    assert "spot_check" not in top
    assert all("department" not in found[each.id] for each in _decided(reviewing))


def _decided(round_: Round) -> list[OrganizationRecord]:
    names = ("张庄村", "马庄村", "前李村")
    return [round_.branch(name) for name in names]


async def test_every_office_answers_and_nothing_is_missing(recommending: Round) -> None:
    overseer = recommending.service.county.caller(Role.COMMITTEE)
    missing = f"/v1/cycles/{recommending.id}/missing-clearances"
    asked = (await recommending.get(f"{missing}?total=true&limit=1", overseer)).json()
    assert asked["total"] == 12 * 8
    for office in OFFICES:
        body = {"reference": "获函〔2026〕3号", "rest_none": True}
        path = f"/v1/cycles/{recommending.id}/clearances/{office}"
        answer = await recommending.put(path, recommending.source(office), body, 0, expect=200)
        assert answer.json()["missing"] == 0
    async with recommending.service.context.read() as work:
        assert await store.missing_clearances(work.session, UUID(recommending.id)) == []
        answers = await store.answers(work.session, UUID(recommending.id))
    assert set(answers) == {each.id for each in recommending.service.county.assessed}
    assert (await recommending.get(missing, overseer)).json()["items"] == []


async def test_townships_that_sign_off_at_once_move_the_cycle_on_once(recommending: Round) -> None:
    county = recommending.service.county
    for town in county.townships:
        for branch in county.of(town):
            await recommending.recommend(branch)
    await asyncio.gather(*(recommending.sign_off(town) for town in county.townships))
    assert await recommending.state() == "reviewing"
    found = await recommending.get(
        f"/v1/cycles/{recommending.id}/spot-check", recommending.inspector()
    )
    assert found.json()["population"] == 4
    assert len(await told(recommending)) == 3


async def test_a_sign_off_and_the_sweep_at_the_same_time_do_not_hinder_one_another(
    recommending: Round,
) -> None:
    county, service = recommending.service.county, recommending.service
    for town in county.townships:
        for branch in county.of(town):
            await recommending.recommend(branch)
    await service.move_clock(f"{recommending.cycle['recommend_until']} 12:00")
    signing = (recommending.sign_off(town) for town in county.townships)
    await asyncio.gather(*signing, service.sweep(), service.sweep())
    assert await recommending.state() == "reviewing"
