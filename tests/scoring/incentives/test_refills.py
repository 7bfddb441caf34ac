"""Money after a refill: each month by the result in force then, yearly sums by the newest."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.incentives.domain.settlement import pay_window, settle
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.results.domain.results import Result, succession
from tests.scoring.incentives.test_backpay import Books, Key, added, entitled, one_village, said
from tests.scoring.incentives.test_months import PAYERS, effective
from tests.scoring.incentives.test_rechecks import found_at_night
from tests.scoring.incentives.test_registers import compute, entries
from tests.scoring.kernel.documents import STARS, preset_plan
from tests.scoring.results.refilled import (
    SECOND_END,
    came_in,
    contested,
    emptied,
    let_in,
)
from tests.scoring.results.story import FOUR, NO_PARTY, PEACE, THREE, TWO, Story

MAY = date(2026, 5, 19)
MONTHS = [date(2026, month, 1) for month in range(6, 13)]
MONTHS += [date(2027, month, 1) for month in range(1, 6)]


def holding(one: OrganizationInput, stars: int) -> OrganizationInput:
    return one.model_copy(update={"applied": STARS[:stars]})


def succeeded(one: OrganizationInput, before: int, after: int, on: date) -> list[Result]:
    """The same village with fewer stars from May on, and with more from another day on."""
    [first] = effective((holding(one, before),), MAY)
    [second] = effective((holding(one, after),), on)
    return [*succession(first, replace(second, id=UUID(int=77), succeeds=first.id))]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 4),
    st.integers(1, 5),
    st.integers(6, 12),
    st.integers(0, 3_000_000),
    st.sampled_from(PAYERS),
    st.data(),
)
def test_no_month_is_paid_twice_and_none_is_lost_whenever_registers_are_made(
    before: int, more: int, month: int, income: int, payer: str, data: st.DataObject
) -> None:
    one = one_village(income)
    after, on = min(before + more, 5), date(2026, month, 10)
    results = succeeded(one, before, after, on)
    first, second = (pay_window(preset_plan(), each) for each in results)
    assert [*first, *second] == MONTHS
    assert all(day <= on for day in first)
    assert all(day > on for day in second)
    books = Books(payer, (one,))
    for day in MONTHS:
        # A register may be made before the refill takes effect, or long after its month.
        known = day > on or data.draw(st.booleans())
        books.make(results if known else effective((holding(one, before),), MAY), day)
    assert books.sums() == entitled(payer, (one,), results, MONTHS)
    assert projected(payer, one, results) == by_recipient(books.sums())


def projected(
    payer: str, one: OrganizationInput, results: list[Result]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """What the settlement of the village says of the whole year."""
    [settled] = settle(preset_plan(), results, {one.organization_id: one})
    lines = [each for each in settled.lines if each.payer == payer and each.unit == "fen"]
    whole = [
        (
            MAY,
            said(each).model_copy(update={"amount": each.total, "unfunded": each.unfunded}),
        )
        for each in lines
    ]
    return by_recipient(added(whole))


def by_recipient(sums: dict[Key, tuple[int, int]]) -> dict[tuple[str, ...], tuple[int, int]]:
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for (_, *key), (amount, unfunded) in sums.items():
        old = found.get(tuple(key), (0, 0))
        found[tuple(key)] = (old[0] + amount, old[1] + unfunded)
    return found


def test_a_village_from_two_stars_to_three_by_hand() -> None:
    """Effect in May at 二星, refilled on 5 June to 三星: June at 二星, eleven months at 三星."""
    one = one_village(20_000_000)
    [settled] = settle(preset_plan(), succeeded(one, 2, 3, SECOND_END), {one.organization_id: one})
    lines = {(x.linkage, x.periods, x.amount) for x in settled.lines if x.unit == "fen"}
    assert lines == {
        ("performance", 1, 60_000),
        ("performance", 11, 60_000),
        ("star_pay", 11, 90_000),
        ("county_award", 1, 300_000),
        ("residents_70", 1, 1_200_000),
        ("residents_70_more", 1, 600_000),
    }
    assert settled.pay_from == date(2026, 6, 1)


@pytest.fixture
def story(refilled: Story) -> Story:
    return refilled


async def registers(story: Story, month: str) -> dict[str, Any]:
    await story.service.move_clock(f"{month}-02 09:00")
    return {payer: await compute(story, payer, month) for payer in PAYERS}


async def of_village(story: Story, register: dict[str, Any], number: int) -> set[tuple[str, ...]]:
    own = str(story.branches[number].id)
    return {
        (each["linkage"], each["amount"], each["for_month"] or "")
        for each in await entries(story, register)
        if each["organization_id"] == own
    }


async def test_the_difference_is_paid_to_the_yuan_and_nothing_twice(story: Story) -> None:
    await emptied(story)
    second = await let_in(story, THREE)
    june = await registers(story, "2026-06")
    # 二星 without 平安和谐星: full performance pay, no star pay, no yearly sum.
    assert await of_village(story, june["performance_pay"], THREE) == {
        ("performance", "600.00", ""),
        ("performance", "480.00", ""),
    }
    assert await of_village(story, june["village_collective"], THREE) == set()
    assert await of_village(story, june["county_finance"], THREE) == set()
    await came_in(story, second)
    july = await registers(story, "2026-07")
    assert await of_village(story, july["performance_pay"], THREE) == {
        ("performance", "600.00", ""),
        ("performance", "480.00", ""),
    }
    # 三星 from July on: 3 x 300 for the secretary, 3 x 200 for the director.
    assert await of_village(story, july["village_collective"], THREE) == {
        ("star_pay", "900.00", ""),
        ("star_pay", "600.00", ""),
    }
    # 101 residents of 70 and above: 120 each, 60 more from 三星 on; the award of a 三星 village.
    assert await of_village(story, july["county_finance"], THREE) == {
        ("county_award", "3000.00", "2026-06"),
        ("residents_70", "12120.00", "2026-06"),
        ("residents_70_more", "6060.00", "2026-06"),
    }
    august = await registers(story, "2026-08")
    assert await of_village(story, august["county_finance"], THREE) == set()
    assert len(await of_village(story, august["village_collective"], THREE)) == 2
    assert await found_at_night(story) == set()
    assert (await story.replay())["identical"]


async def test_rights_follow_and_the_certificate_names_who_left(story: Story) -> None:
    await emptied(story)
    await came_in(story, await let_in(story, THREE))
    three = await story.result(THREE)
    found = await story.get(f"/v1/results/{three['id']}/certificate")
    [star] = [each for each in found["certificate"]["stars"] if each["star"] == PEACE]
    [left] = star["refill"]["left"]
    assert left["organization_id"] == str(story.branches[FOUR].id)
    said_so = [line for part in found["sections"] for line in part["sentences"] if "递补" in line]
    who = f"{story.branches[FOUR].name}（异议{left['objection']}）"
    assert said_so == [f"因异议成立，{who}退出名额，经补充确定（获常纪〔2026〕5号）依次递补。"]
    lines = await story.get(f"/v1/cycles/{story.id}/entitlements?limit=500", story.finance)
    own = str(story.branches[THREE].id)
    mine = {each["linkage"] for each in lines["items"] if each["organization_id"] == own}
    assert {"honours", "projects", "plaque", "credits"} <= mine


async def test_a_proposal_to_rectify_is_dropped_when_the_level_asks_for_it_no_more(
    story: Story,
) -> None:
    first = await contested(story)
    await story.service.move_clock("2026-05-25 09:00")
    path = f"/v1/cycles/{story.id}/rectification-proposals?limit=500"
    two = str(story.branches[TWO].id)

    async def states() -> list[str]:
        items = (await story.get(path))["items"]
        return [each["state"] for each in items if each["organization_id"] == two]

    assert await states() == ["proposed"]
    await story.upheld(first, FOUR, PEACE)
    await story.upheld(first, NO_PARTY, PEACE, released=False)
    second = await let_in(story, THREE, TWO)
    assert await states() == ["proposed"]
    await came_in(story, second)
    assert (await story.result(TWO))["level"] == 2
    assert await states() == ["withdrawn"]
