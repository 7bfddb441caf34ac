"""A small county's whole year on a running stack, with a place for faults between its steps."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deploy.local.demo import announcing, applying, county, paying, report, reviewing
from deploy.local.demo.actors import Actor, Services
from deploy.local.demo.county import County
from deploy.local.demo.receivers import Platform
from deploy.local.demo.stories import ORDINARY, SPECIAL, Story
from deploy.local.stack import Stack

TOWNSHIPS = ("410724102", "410724400", "410724560")
NAMES = (
    *("never_applied", "on_both_lines", "below_base", "no_party_three", "department_lowers"),
    *("returned", "returned_silent", "struck_star", "petitions_hit", "petitions_apart"),
    *("objected_star", "objected_award", "objected_dismissed", "none_left"),
)
Fault = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Year:
    """What a year came to, by village code, so that two runs can be compared."""

    results: dict[str, tuple[int, tuple[str, ...], str, str]]
    bill: str
    messages: dict[str, Counter[str]]
    webhooks: int
    identical: bool


def csv() -> bytes:
    """The lines of three townships."""
    header, *lines = county.CSV.read_text().splitlines()
    above = ("410000000000", "410700000000", "410724000000")
    kept = [line for line in lines if line.startswith(TOWNSHIPS) or line.startswith(above)]
    return "\n".join([header, *kept, ""]).encode()


def stories(codes: list[str]) -> dict[str, Story]:
    """Every named story once; the rest are ordinary."""
    special = {story.name: story for story in SPECIAL}
    chosen = [special[name] for name in NAMES]
    chosen += [ORDINARY[0]] * (len(codes) - len(chosen))
    return dict(zip(codes, chosen, strict=True))


async def whole_year(stack: Stack, password: str, platform: Platform, fault: Fault) -> Year:
    """Run the cycle; `fault` is called with the name of each point that was reached."""
    services = Services.at(stack.urls)
    try:
        return await _year(services, Actor(services, "admin", password), platform, fault)
    finally:
        await services.close()


async def _year(services: Services, administrator: Actor, platform: Platform, fault: Fault) -> Year:
    place = await county.set_up(services, administrator, csv())
    rural = sorted(each.code for each in place.villages.values() if each.sector == "rural")
    for each in place.villages.values():
        each.story = stories(rural).get(each.code)
    await county.enter_people(place)
    await county.enter_facts(place)
    await county.open_accounts(place)
    await report.subscribe(place, platform)
    await fault("set up")
    cycle = await applying.open_cycle(place)
    await fault("opened")
    await applying.apply(place, cycle)
    await fault("applied")
    await reviewing.close_applications(place, cycle)
    await reviewing.return_some(place, cycle)
    await fault("returned")
    await reviewing.recommend(place, cycle)
    await fault("recommended")
    await reviewing.review(place, cycle)
    await reviewing.clear(place, cycle)
    await fault("reviewed")
    meeting = await reviewing.determine(place, cycle)
    await fault("determined")
    notice = await announcing.publish(place, cycle)
    await fault("published")
    await announcing.object_to(place, notice)
    await announcing.find(place, notice)
    await announcing.take_effect(place, cycle)
    await fault("effective")
    await paying.confirm_not_applied(place, cycle)
    registers = await paying.pay_first_month(place, cycle)
    told = await report.gather(place, cycle, meeting, notice, registers, platform)
    return Year(
        results=_results(place, told),
        bill=told.bill["total"],
        messages=await _messages(place),
        webhooks=len(platform.events),
        identical=told.replay["identical"],
    )


def _results(place: County, told: report.Told) -> dict[str, tuple[int, tuple[str, ...], str, str]]:
    return {
        place.villages[each["organization_id"]].code: (
            each["level"],
            tuple(star["code"] for star in each["stars"]),
            each["total"],
            each["state"],
        )
        for each in told.results
    }


async def _messages(place: County) -> dict[str, Counter[str]]:
    """How often each village was told each thing, by title.

    Who is drawn for the spot check depends on the year's own seed, so that is left out.
    """
    found = {}
    for each in place.villages.values():
        items = await each.actor.pages("notifications", "/v1/messages")
        titles = (str(item["title"]) for item in items)
        found[each.code] = Counter(title for title in titles if not title.startswith("抽查"))
    return found


async def no_fault(_: str) -> None:
    """Leave everything running."""
    await asyncio.sleep(0)
