"""Repeated, simultaneous and broken requests change nothing twice."""

import asyncio
import base64
import json

import pytest

from shared.caller import Role
from tests.scoring.county import problem
from tests.scoring.results.story import FIVE, Story

LISTS = ("results", "missed", "rankings", "entitlements", "rectification-proposals")


async def told(story: Story, kind: str) -> int:
    return sum(each == kind for each, _ in await story.service.sent())


async def test_a_confirmation_sent_twice_with_one_key_is_done_once(story: Story) -> None:
    await story.clear()
    determination_id = (await story.record()).json()["id"]
    path = f"/v1/determinations/{determination_id}/confirm"
    key = {"Idempotency-Key": "meeting-2026-05-08"}
    answers = [
        await story.service.call("POST", path, story.confirmer, headers=key, expect=200)
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert await told(story, "results.determined") == 1


async def test_two_of_the_committee_confirm_at_once_and_one_is_first(story: Story) -> None:
    await story.clear()
    determination_id = (await story.record()).json()["id"]
    other = story.service.county.caller(Role.COMMITTEE)
    answers = await asyncio.gather(
        story.confirm(determination_id, expect=None),
        story.confirm(determination_id, other, expect=None),
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert len(await story.results()) == 10
    assert await told(story, "results.determined") == 1


async def test_two_record_at_once_and_one_record_stands(story: Story) -> None:
    await asyncio.gather(story.record(), story.record())
    found = await story.get(f"/v1/cycles/{story.id}/determinations")
    assert sorted(each["state"] for each in found) == ["recorded", "superseded"]


async def test_events_that_come_twice_at_once_are_applied_once(settled: Story) -> None:
    [result] = await settled.results(who=settled.service.county.village(settled.branches[FIVE]))
    determination_id = result["determination_id"]
    await settled.published(determination_id)
    await settled.closed(determination_id)
    await asyncio.gather(settled.listen(), settled.listen())
    bill = await settled.get(f"/v1/cycles/{settled.id}/bill")
    assert bill["total"] == "345020.00"


@pytest.mark.parametrize("key", [["not-an-id"], [], ["1", "2"], [None], "x"])
async def test_a_broken_cursor_is_said_to_be_broken(settled: Story, key: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
    for name in LISTS:
        path = f"/v1/cycles/{settled.id}/{name}?cursor={cursor}"
        answer = await settled.service.call("GET", path, settled.recorder)
        assert (answer.status_code, problem(answer)) == (422, "invalid-content"), path
