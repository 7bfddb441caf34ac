"""递补 on three running services: a place falls free, the next village comes in by a meeting.

Two places of 平安和谐星 and villages that reach it, each a point below the one before; the
meeting strikes the first of them.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.local.demo import announcing, applying, clock, county, reviewing
from deploy.local.demo.actors import Actor, Services
from deploy.local.demo.announcing import PARTS, Notice
from deploy.local.demo.applying import PRESET, Cycle
from deploy.local.demo.county import County, Place
from deploy.local.demo.stories import PEACE, SOLID, STARS, Mark, Story
from services.scoring.policies import usecases
from tests.e2e.conftest import Town, first_administrator, town
from tests.e2e.one_year import PATIENCE_SECONDS, few_villages

PLACES = f"""
quotas:
- {{code: peace_places, name: 平安和谐星, clause: 名额, star: {PEACE}, within: county, at_most: 2,
   rounding: floor, order: [total, base], tied: none, refill: next}}
"""


async def begin(services: Services, password: str) -> tuple[County, Cycle, list[Place]]:
    """Set up the county and its cycle; return the villages as the chain has them."""
    place = await county.set_up(services, Actor(services, "admin", password), few_villages())
    chain = [each for each in place.villages.values() if each.sector == "rural"]
    for number, each in enumerate(chain):
        marks = dict.fromkeys(STARS, SOLID) | {PEACE: Mark(9800 - 100 * number)}
        each.story = Story("chain", "五颗星", marks, struck_star="" if number else PEACE)
    await county.enter_people(place)
    await county.enter_facts(place)
    await county.open_accounts(place)
    cycle = await applying.open_cycle(place, text=usecases.preset_text(PRESET) + PLACES)
    return place, cycle, chain


async def noticed(place: County, cycle: Cycle) -> Notice:
    """From the applications to the notice that hangs."""
    await applying.apply(place, cycle)
    await reviewing.close_applications(place, cycle)
    await reviewing.recommend(place, cycle)
    await reviewing.review(place, cycle)
    await reviewing.clear(place, cycle)
    await reviewing.determine(place, cycle)
    return await announcing.publish(place, cycle)


async def upheld(place: County, notice: Notice, village: Place) -> None:
    """Somebody objects to a village's star, and two inspectors find that it must fall."""
    client = place.services.clients["notifications"]
    said = {
        "kind": "branch",
        "organization_id": village.id,
        "star": PEACE,
        "text": "村口路灯损坏半年。",
    }
    answer = await client.post(f"/v1/announcements/{notice.id}/objections", json=said)
    assert answer.status_code == 201, answer.text
    first, second = place.staff["inspector"], place.staff["inspector.second"]
    [objection] = await first.pages("notifications", "/v1/objections")
    path = f"/v1/objections/{objection['id']}"
    await first.post("notifications", f"{path}/accept", {})
    inquiry = {"organization_id": village.id, "text": "请说明情况。"}
    asked = await first.post("notifications", f"{path}/inquiries", inquiry)
    told = {"text": "情况属实。"}
    await village.actor.post("notifications", f"/v1/inquiries/{asked['id']}/answer", told)
    finding = {
        "verdict": "upheld",
        "scope": "star",
        "star": PEACE,
        "organization_ids": [village.id],
        "reasons": "经核查属实。",
    }
    await first.post("notifications", f"{path}/finding", finding)
    await second.post("notifications", f"{path}/finding/sign")


async def over(place: County, published: dict[str, Any]) -> None:
    """Let a notice's period end."""
    last = date.fromisoformat(published["last_day"])
    await clock.move_to(place.services, last + timedelta(days=1))


async def refills_in(place: County, cycle: Cycle, state: str) -> list[dict[str, Any]]:
    """Wait until the cycle's refills are in a state."""
    path = f"/v1/cycles/{cycle.id}/refills"
    found: list[dict[str, Any]] = []
    for _ in range(PATIENCE_SECONDS * 5):
        found = await place.staff["office"].get("scoring", path)
        if found and {each["state"] for each in found} == {state}:
            return found
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the refills are {found}, not {state}")


async def result_of(place: County, cycle: Cycle, village: Place, **wanted: object) -> Any:  # noqa: ANN401 -- JSON
    """Wait until a village's result is as wanted."""
    path = f"/v1/cycles/{cycle.id}/results"
    mine: dict[str, Any] = {}
    for _ in range(PATIENCE_SECONDS * 5):
        found = await place.staff["office"].pages("scoring", path)
        [mine] = [each for each in found if each["organization_id"] == village.id]
        if all(mine[name] == value for name, value in wanted.items()):
            return mine
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the result is {mine}, not {wanted}")


async def let_in(place: County, cycle: Cycle, village: Place) -> None:
    """A meeting lets the village in, confirmed by a second person."""
    day = await reviewing.today(place, cycle)
    meeting = {
        "held_on": day.isoformat(),
        "place": "县委常委会会议室",
        "chair": "县委主要负责同志",
        "attendees": ["县委常委", "组织部"],
        "reference": "县委常委会会议纪要〔2026〕25号",
    }
    body = {"meeting": meeting, "organization_ids": [village.id]}
    office, path = place.staff["office"], f"/v1/cycles/{cycle.id}/determinations"
    made = await office.post("scoring", path, body)
    await place.staff["committee"].post("scoring", f"/v1/determinations/{made['id']}/confirm")


async def second_notice(place: County, first: Notice) -> dict[str, Any]:
    """Complete and publish the notice that was drafted for the refill."""
    office = place.staff["office"]
    for _ in range(PATIENCE_SECONDS * 5):
        found = await office.pages("notifications", "/v1/announcements")
        drafted = [each for each in found if each["id"] != first.id]
        if drafted:
            path = f"/v1/announcements/{drafted[0]['id']}"
            etag = (await office.send("notifications", "GET", path)).headers["ETag"]
            await office.send("notifications", "PATCH", path, json=PARTS, etag=etag)
            published: dict[str, Any] = await office.post("notifications", f"{path}/publish")
            return published
        await asyncio.sleep(0.2)
    raise TimeoutError("no notice was drafted for the refill")


async def told(actor: Actor, word: str) -> None:
    """Wait until somebody has a message whose title has this word."""
    found: list[str] = []
    for _ in range(PATIENCE_SECONDS * 5):
        messages = await actor.pages("notifications", "/v1/messages")
        found = [each["title"] for each in messages]
        if any(word in title for title in found):
            return
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the messages are {found}, none of {word}")


def stars(result: dict[str, Any]) -> list[str]:
    return [each["code"] for each in result["stars"]]


async def year(running: Town) -> None:
    services = Services.at(running.stack.urls)
    try:
        place, cycle, chain = await begin(services, running.password)
        struck, first, second, third, *rest = chain
        notice = await noticed(place, cycle)
        await only_held_by(place, cycle, (first, second), (struck, third, *rest))
        await upheld(place, notice, first)
        await over(place, notice.published)
        [refill] = await refills_in(place, cycle, "proposed")
        assert (refill["organization_id"], refill["quota"]) == (third.id, "peace_places")
        assert [each["organization_id"] for each in refill["left"]] == [first.id]
        await told(place.staff["committee"], "递补")
        await result_of(place, cycle, second, state="effective")

        await let_in(place, cycle, third)
        # The place is before the public for a period of its own; until then nothing changes.
        published = await second_notice(place, notice)
        assert (await result_of(place, cycle, third))["level"] == 4
        page = await services.clients["notifications"].get(f"/notices/{published['id']}")
        assert third.short_name in page.text
        assert second.short_name not in page.text
        await over(place, published)
        [refill] = await refills_in(place, cycle, "effective")
        await result_of(place, cycle, third, level=5, state="effective")
        await only_held_by(place, cycle, (second, third), (struck, first, *rest))
        await reviewing.reach(place, cycle, "concluded")
        replayed = await place.staff["office"].post("scoring", f"/v1/cycles/{cycle.id}/replay")
        assert replayed["differences"] == []
    finally:
        await services.close()


async def only_held_by(
    place: County, cycle: Cycle, holders: Iterable[Place], others: Iterable[Place]
) -> None:
    for village in holders:
        assert PEACE in stars(await result_of(place, cycle, village))
    for village in others:
        assert PEACE not in stars(await result_of(place, cycle, village))


def test_the_next_village_takes_a_place_that_an_objection_emptied(server_directory: Path) -> None:
    with town(server_directory / "refill") as running:
        first_administrator(running)
        asyncio.run(year(running))
