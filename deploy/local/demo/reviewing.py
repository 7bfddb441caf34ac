"""乡镇推荐 to 县委确定: returns, late parties, reviews, spot checks, clearances, the meeting."""

import asyncio
from datetime import date, timedelta
from typing import Any

from deploy.local.demo import clock
from deploy.local.demo.actors import Actor, Refused, together
from deploy.local.demo.applying import Cycle, star_body
from deploy.local.demo.county import County, Place
from deploy.local.demo.stories import Mark, Story

LOWERED = "现场核对与佐证不符，按评分办法核减"
SPARE_DAYS = 3
PATIENCE_SECONDS = 60


async def reach(county: County, cycle: Cycle, state: str) -> dict[str, Any]:
    """Wait until the cycle is in a state that a sweep or an event brings it to."""
    for _ in range(PATIENCE_SECONDS * 5):
        found: dict[str, Any] = await county.staff["office"].get(
            "scoring", f"/v1/cycles/{cycle.id}"
        )
        if found["state"] == state:
            return found
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the cycle is still {found['state']}, not {state}")


async def close_applications(county: County, cycle: Cycle) -> None:
    """Let the deadline pass: the sweep closes the applications."""
    end = date.fromisoformat(cycle.deadlines["apply_until"])
    await clock.move_to(county.services, end + timedelta(days=1))
    await reach(county, cycle, "recommending")


async def return_some(county: County, cycle: Cycle) -> None:
    """Townships send applications back; one village submits again, one stays silent."""
    returned = [each for each in county.villages.values() if each.story and each.story.returned]
    reason = {"reason": "矛盾化解一项缺少调解协议复印件，请补正"}
    for place in returned:
        application = cycle.applications[place.id]
        path = f"/v1/applications/{application}/return"
        await _township(county, place).post("scoring", path, reason)
        if place.story and place.story.returned == "resubmits":
            await _resubmit(cycle, place, place.story)
    today = date.fromisoformat(cycle.deadlines["apply_until"]) + timedelta(days=1)
    # The village has at least two working days; a long weekend may lie between.
    await clock.move_to(county.services, today + timedelta(days=2 + SPARE_DAYS))


async def _resubmit(cycle: Cycle, place: Place, story: Story) -> None:
    application = cycle.applications[place.id]
    path = f"/v1/applications/{application}"
    etag = (await place.actor.send("scoring", "GET", path)).headers["ETag"]
    star, mark = next(iter(story.applied.items()))
    await place.actor.put(
        "scoring", f"{path}/stars/{star}", star_body(cycle.sheet, star, mark), etag
    )
    receipt = await place.actor.post("scoring", f"{path}/submit")
    cycle.receipts[place.id] = receipt["hash"]


async def _until_handed_in(cycle: Cycle, place: Place, scorer: Actor) -> None:
    """Wait until the sweep has ended a return that the village did not answer."""
    path = f"/v1/applications/{cycle.applications[place.id]}"
    for _ in range(PATIENCE_SECONDS * 5):
        found = await scorer.get("scoring", path)
        if found["state"] not in {"returned", "draft"}:
            return
        await asyncio.sleep(0.2)
    raise TimeoutError(f"{place.name} is still {found['state']}")


async def recommend(county: County, cycle: Cycle) -> None:
    """Let every township score and sign off; the late one is extended, then replaced."""
    late = _late_township(county)
    rest = [each for each in county.townships.values() if each.id != late.id]
    await together(_recommend(county, cycle, township, township.actor) for township in rest)
    office = county.staff["office"]
    end = date.fromisoformat(cycle.deadlines["recommend_until"])
    await clock.move_to(county.services, end)
    path = f"/v1/cycles/{cycle.id}/townships/{late.id}"
    why = {"reason": "该镇正在处置汛情，同意延期"}
    await office.post("scoring", f"{path}/extend", why)
    await clock.move_to(county.services, end + timedelta(days=2 * SPARE_DAYS))
    await until_substituted(county, cycle, late)
    await _recommend(county, cycle, late, office)
    await reach(county, cycle, "reviewing")


async def until_substituted(county: County, cycle: Cycle, late: Place) -> None:
    """Wait until the sweep has made the county group competent for a late township."""
    path = f"/v1/cycles/{cycle.id}/townships"
    for _ in range(PATIENCE_SECONDS * 5):
        parts = await county.staff["office"].get("scoring", path)
        part = next(each for each in parts["items"] if each["party"] == late.id)
        if part["stage"]["state"] == "substituted":
            return
        await asyncio.sleep(0.2)
    raise TimeoutError(f"{late.name} was never replaced")


def _late_township(county: County) -> Place:
    return min(county.townships.values(), key=lambda each: (len(county.of(each)) == 0, each.code))


async def _recommend(county: County, cycle: Cycle, township: Place, scorer: Actor) -> None:
    places = [each for each in county.of(township) if each.story and _scored(each.story)]
    await together(_score(cycle, place, scorer) for place in places)
    path = f"/v1/cycles/{cycle.id}/townships/{township.id}/sign-off"
    members = [{"title": "组长"}, {"title": "成员（组织委员）"}, {"title": "成员（纪委书记）"}]
    await scorer.post("scoring", path, {"members": members})


def _scored(story: Story) -> bool:
    return story.submits and bool(story.applied)


async def _score(cycle: Cycle, place: Place, scorer: Actor) -> None:
    story = place.story
    if story is None:
        return
    if story.returned == "silent":
        await _until_handed_in(cycle, place, scorer)
    items: dict[str, Any] = {}
    for star, mark in story.applied.items():
        items |= _marks(cycle, star, story.township.get(star, mark), mark)
    body: dict[str, Any] = {"items": items}
    if story.refused_by_township:
        body["refusals"] = {story.refused_by_township: "群众评议不满意较多，本年度不予推荐"}
    path = f"/v1/applications/{cycle.applications[place.id]}/recommendation"
    await scorer.put("scoring", path, body, '"0"')


def _marks(cycle: Cycle, star: str, mark: Mark, before: Mark) -> dict[str, Any]:
    """One star's points; a reason stands wherever the sum differs from the score before."""
    reason = "" if mark == before else LOWERED
    return {
        item: {"points": points, "reason": reason}
        for item, points in cycle.sheet.points(star, mark).items()
    }


async def review(county: County, cycle: Cycle) -> dict[str, Any]:
    """Let every department do its reviews and spot checks; returns the draw."""
    by_application = {
        cycle.applications[place.id]: place
        for place in county.villages.values()
        if place.id in cycle.applications
    }
    await together(
        _do_duties(cycle, actor, by_application) for actor in county.departments.values()
    )
    for department, actor in county.departments.items():
        path = f"/v1/cycles/{cycle.id}/departments/{department}/complete"
        await actor.post("scoring", path, {"members": [{"title": "评审组长"}, {"title": "评审员"}]})
    await reach(county, cycle, "determining")
    draw: dict[str, Any] = await county.staff["office"].get(
        "scoring", f"/v1/cycles/{cycle.id}/spot-check"
    )
    return draw


async def _do_duties(cycle: Cycle, actor: Actor, places: dict[str, Place]) -> None:
    duties = await actor.pages("scoring", f"/v1/cycles/{cycle.id}/worklist")
    await together(
        _do(cycle, actor, duty, places[duty["application_id"]])
        for duty in duties
        if duty["kind"] in {"review", "spot_check"}
    )


async def _do(cycle: Cycle, actor: Actor, duty: dict[str, Any], place: Place) -> None:
    story, star = place.story, duty["star"]
    if story is None:
        return
    before = story.township.get(star, story.applied[star])
    after = (story.department if duty["kind"] == "review" else story.spot_check).get(star, before)
    verb = "reviews" if duty["kind"] == "review" else "spot-checks"
    path = f"/v1/applications/{duty['application_id']}/{verb}/{star}"
    await actor.put("scoring", path, {"items": _marks(cycle, star, after, before)}, '"0"')


async def clear(county: County, cycle: Cycle, *, silent: str = "") -> None:
    """Let every source office answer; "none" is said explicitly. One may stay silent."""
    office_of = {
        line["code"]: line["source_office"]
        for star in cycle.sheet.policy["stars"]
        for line in star["bottom_lines"]
    }
    for office, actor in county.offices.items():
        if office == silent or office not in office_of.values():
            continue
        answers: dict[str, dict[str, Any]] = {}
        for place in county.villages.values():
            if place.story is None or place.id not in cycle.receipts:
                continue
            for number, (line, found) in enumerate(place.story.bottom_lines.items()):
                if office_of[line] == office:
                    answers.setdefault(place.id, {})[line] = _answer(place, number, found)
        body = {"reference": f"获函〔2026〕{len(office)}号", "answers": answers, "rest_none": True}
        path = f"/v1/cycles/{cycle.id}/clearances/{office}"
        etag = (await actor.send("scoring", "GET", path)).headers["ETag"]
        await actor.put("scoring", path, body, etag)


def _answer(place: Place, number: int, found: tuple[dict[str, int], ...] | None) -> dict[str, Any]:
    if found is None:
        return {"hit": True, "reference": f"AJ-2026-{place.code[-6:]}-{number}"}
    problems = [
        {"reference": f"XF-2026-{place.code[-6:]}-{index}", "counts": counts}
        for index, counts in enumerate(found, 1)
    ]
    return {"problems": problems}


async def inspect(county: County, cycle: Cycle) -> None:
    """An inspector opens a finding, pauses the step, and lifts the pause again."""
    inspector = county.staff["inspector"]
    finding = await inspector.post(
        "scoring",
        f"/v1/cycles/{cycle.id}/inspections",
        {"entity": "cycle", "entity_id": cycle.id, "text": "接到反映，核实一个镇的评审组签认情况"},
    )
    pause = {"reason": "核实期间暂停", "working_days": 3}
    await inspector.post("scoring", f"/v1/inspections/{finding['id']}/pause", pause)
    try:
        await record(county, cycle, await today(county, cycle))
    except Refused as refused:
        if refused.problem.get("type") != "urn:wuxing:problem:cycle-paused":
            raise
    lifted = {"reason": "已核实，评审组签认属实"}
    await inspector.post("scoring", f"/v1/cycles/{cycle.id}/resume", lifted)
    outcome = {"outcome": "反映不实，予以了结"}
    await inspector.post("scoring", f"/v1/inspections/{finding['id']}/close", outcome)


async def today(county: County, cycle: Cycle) -> date:
    """The business date on which the committee meets."""
    found = await county.staff["office"].get("scoring", f"/v1/cycles/{cycle.id}")
    return date.fromisoformat(found["clear_until"])


async def determine(county: County, cycle: Cycle) -> str:
    """Record the committee's meeting and have it confirmed by a second person.

    The petition office is silent at first: the confirmation is refused until it answers.
    """
    day = await today(county, cycle)
    await clock.move_to(county.services, day)
    meeting = await record(county, cycle, day)
    committee = county.staff["committee"]
    path = f"/v1/determinations/{meeting}/confirm"
    try:
        await committee.post("scoring", path)
    except Refused as refused:
        if refused.problem.get("type") != "urn:wuxing:problem:clearance-missing":
            raise
        await clear(county, cycle)
        await committee.post("scoring", path)
    await reach(county, cycle, "announcing")
    return meeting


async def record(county: County, cycle: Cycle, day: date) -> str:
    """Record the meeting with its strikes; returns the determination's id."""
    strikes = [
        {
            "organization_id": place.id,
            "star": place.story.struck_star,
            "reason": "会议认为人居环境整治成效尚需巩固",
        }
        for place in county.villages.values()
        if place.story and place.story.struck_star
    ]
    listing = [
        {"organization_id": place.id, "reason": "会议认为班子作用发挥不够，暂不列入三星以上名单"}
        for place in county.telling(struck_listing=True)
    ]
    meeting = {
        "held_on": day.isoformat(),
        "place": "县委常委会会议室",
        "chair": "县委主要负责同志",
        "attendees": ["县委常委", "组织部", "纪委监委", "政法委"],
        "reference": "县委常委会会议纪要〔2026〕18号",
    }
    body = {"meeting": meeting, "strikes": strikes, "listing_strikes": listing}
    made = await county.staff["office"].post(
        "scoring", f"/v1/cycles/{cycle.id}/determinations", body
    )
    found: str = made["id"]
    return found


def _township(county: County, place: Place) -> Actor:
    return county.townships[str(place.parent_id)].actor
