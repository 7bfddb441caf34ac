"""A cycle whose policy gives three places of 平安和谐星 and refills them, told through the API.

Six villages reach the star; by their totals FIVE, NO_PARTY and FOUR hold it at the notice, then
come THREE, TWO and ONE.
"""

from datetime import date
from typing import Any

from services.scoring.policies import usecases
from tests.scoring.county import PRESET, Service
from tests.scoring.results.story import (
    FOUR,
    NO_PARTY,
    ONE,
    PEACE,
    THREE,
    TWO,
    Story,
    begin,
)
from tests.scoring.reviews.round import Round

QUOTA = "peace_places"
_PLACES = f"""
quotas:
- {{code: {QUOTA}, name: 平安和谐星, clause: 名额, star: {PEACE}, within: county, at_most: 3,
   rounding: floor, order: [total, base], tied: none, refill: next}}
"""
# One point less a place: 100, 99, 98, 97 …
CHAIN = (NO_PARTY, FOUR, THREE, TWO, ONE)
LOWERED = {
    number: {"security_team": f"{15 - lost}.00"} for lost, number in enumerate(CHAIN, start=1)
}
# The notice of the refill: published on 28 May, its five working days end on 4 June.
SECOND_DAY, SECOND_END = "2026-05-27 09:00", date(2026, 6, 5)


def text() -> str:
    return usecases.preset_text(PRESET) + _PLACES


async def begin_refilled(service: Service) -> Round:
    return await begin(service, text(), LOWERED)


async def contested(story: Story) -> str:
    """Everything took effect on 19 May but FOUR, held by a case; returns the determination."""
    first = await story.determined()
    await story.published(first)
    await story.service.move_clock("2026-05-19 09:00")
    await story.closed(first, FOUR)
    return first


async def emptied(story: Story) -> str:
    """FOUR's star fell on 25 May: a place is free. Returns the determination."""
    first = await contested(story)
    await story.service.move_clock("2026-05-25 09:00")
    await story.upheld(first, FOUR, PEACE)
    return first


async def refills(story: Story) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await story.get(f"/v1/cycles/{story.id}/refills")
    return found


async def let_in(story: Story, *numbers: int) -> str:
    """A meeting lets these villages in; its notice is out. Returns the determination."""
    await story.service.move_clock(SECOND_DAY)
    only = [str(story.branches[number].id) for number in numbers]
    second = await story.determined(organization_ids=only)
    await story.published(second)
    return second


async def came_in(story: Story, second: str, *held: int) -> None:
    """The notice's period ends on 4 June."""
    await story.service.move_clock(f"{SECOND_END} 09:00")
    await story.closed(second, *held, on=SECOND_END)
