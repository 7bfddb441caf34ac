"""递补 through the API: a place falls free, the next one is let in, announced, and takes effect."""

from typing import Any

import pytest

from shared.caller import Caller, Grant, Role
from shared.contracts.notifications import FallScope
from shared.tables import new_id
from tests.scoring.county import problem
from tests.scoring.results.refilled import (
    QUOTA,
    came_in,
    contested,
    emptied,
    let_in,
    refills,
)
from tests.scoring.results.story import (
    CIVILITY,
    FIVE,
    FOUR,
    NO_PARTY,
    ONE,
    PARTY,
    PEACE,
    THREE,
    TWO,
    Story,
)


@pytest.fixture
def story(refilled: Story) -> Story:
    return refilled


async def holding(story: Story) -> list[int]:
    """Who holds the star by the results in force."""
    found = {each["organization_id"]: each["stars"] for each in await story.results()}
    stars = [{star["code"] for star in found[str(branch.id)]} for branch in story.branches]
    return [number for number, own in enumerate(stars) if PEACE in own]


async def said(story: Story) -> list[tuple[int | None, str]]:
    """Who is proposed, and what became of it, oldest first."""
    numbers = {str(branch.id): n for n, branch in enumerate(story.branches)}
    return [
        (numbers[x["organization_id"]] if x["organization_id"] else None, x["state"])
        for x in await refills(story)
    ]


def only(story: Story, *numbers: int) -> list[str]:
    return [str(story.branches[number].id) for number in numbers]


async def ranked(story: Story, number: int) -> dict[str, Any]:
    found = await story.get(f"/v1/cycles/{story.id}/rankings?limit=500")
    own = str(story.branches[number].id)
    return next(each for each in found["items"] if each["organization_id"] == own)


async def notices(story: Story) -> int:
    """How many notices were asked for."""
    return sum(kind == "results.determined" for kind, _ in await story.service.sent())


async def audited(story: Story, action: str) -> int:
    who = story.service.county.caller(Role.INSPECTOR)
    found = await story.get(f"/v1/audit?action={action}&limit=500", who)
    return len(found["items"])


async def test_the_best_three_hold_the_star_and_the_others_are_told_that_only_a_place_lacks(
    story: Story,
) -> None:
    await story.determined()
    assert await holding(story) == [FIVE, NO_PARTY, FOUR]
    [missed] = (await story.result(THREE))["missed"]
    assert [each["kind"] for each in missed["reasons"]] == ["quota"]
    assert await refills(story) == []


async def test_an_upheld_objection_proposes_the_next_one_and_changes_nothing_else(
    story: Story,
) -> None:
    first = await contested(story)
    await story.service.move_clock("2026-05-25 09:00")
    event = await story.upheld(first, FOUR, PEACE)
    [proposed] = await refills(story)
    three = story.branches[THREE]
    assert (proposed["quota"], proposed["state"]) == (QUOTA, "proposed")
    assert (proposed["organization_id"], proposed["name"]) == (str(three.id), three.name)
    [left] = proposed["left"]
    assert left["organization_id"] == str(story.branches[FOUR].id)
    assert left["objection"] == str(event.objection_id)
    assert await holding(story) == [FIVE, NO_PARTY]
    assert ((await story.result(THREE))["level"], (await story.result(THREE))["version"]) == (2, 1)
    assert await story.round.state() == "announced"
    assert await audited(story, "refill.propose") == 1
    [told] = [d for kind, d in await story.service.sent() if kind == "refill.proposed"]
    assert (told["name"], told["left"]) == (three.name, [story.branches[FOUR].name])
    # Another copy of the same finding proposes nobody twice.
    await story.receive(event)
    assert await said(story) == [(THREE, "proposed")]
    assert (await story.replay())["identical"]


async def test_the_next_one_comes_in_by_a_meeting_and_a_notice_of_its_own(story: Story) -> None:
    await emptied(story)
    before, rank = await story.result(THREE), await ranked(story, THREE)
    second = await let_in(story, THREE)
    told = [d for kind, d in await story.service.sent() if kind == "results.determined"]
    [listed] = told[-1]["listed"]
    assert (listed["organization_id"], listed["level"]) == (str(story.branches[THREE].id), 3)
    [determined] = await refills(story)
    assert (determined["state"], determined["determination_id"]) == ("determined", second)
    # Nothing of it is in force before the period has ended: result, ranking, who holds the star.
    assert await story.result(THREE) == before
    assert await ranked(story, THREE) == rank
    assert await holding(story) == [FIVE, NO_PARTY]
    pending = await story.get(f"/v1/results/{determined['result_id']}")
    assert (pending["state"], pending["level"]) == ("announced", 3)
    assert pending["succeeds"] == before["id"]
    assert (await story.replay())["identical"]
    await came_in(story, second)
    after = await story.result(THREE)
    assert (after["id"], after["state"], after["level"]) == (pending["id"], "effective", 3)
    assert after["effective_on"] == "2026-06-05"
    assert ((await ranked(story, THREE))["level"], rank["level"]) == (3, 2)
    assert await holding(story) == [FIVE, THREE, NO_PARTY]
    former = await story.get(f"/v1/results/{before['id']}")
    assert (former["state"], former["level"]) == ("succeeded", 2)
    assert (former["effective_on"], former["succeeded_on"]) == ("2026-05-19", "2026-06-05")
    assert await said(story) == [(THREE, "effective")]
    assert await story.round.state() == "concluded"
    assert await audited(story, "result.succeed") == 1
    effective = [d for kind, d in await story.service.sent() if kind == "results.effective"]
    assert [(d["determination_id"], d["effective_on"]) for d in effective][-1] == (
        second,
        "2026-06-05",
    )
    assert (await story.replay())["identical"]


async def test_only_the_next_one_is_let_in_and_the_answer_names_it(story: Story) -> None:
    await emptied(story)
    for number in (TWO, FOUR, FIVE):
        answer = await story.record(409, organization_ids=only(story, number))
        assert problem(answer) == "refill-not-next"
        assert story.branches[THREE].name in answer.json()["detail"]
        assert answer.json()["waiting"] == only(story, THREE)
    stranger = await story.record(409, organization_ids=[str(new_id())])
    assert problem(stranger) == "refill-not-next"
    mixed = await story.record(409, organization_ids=only(story, THREE, TWO))
    assert problem(mixed) == "refill-not-next"
    recorded = await story.get(f"/v1/cycles/{story.id}/determinations")
    assert [each["state"] for each in recorded] == ["confirmed"]


async def test_nobody_is_let_in_before_the_own_result_is_in_effect(story: Story) -> None:
    first = await story.determined()
    await story.published(first)
    await story.upheld(first, FOUR, PEACE, released=False)
    assert await said(story) == [(THREE, "proposed")]
    answer = await story.record(409, organization_ids=only(story, THREE))
    assert problem(answer) == "refill-too-early"
    await story.service.move_clock("2026-05-19 09:00")
    await story.closed(first)
    # The cycle waits for the refill, though nothing is held or open.
    assert await story.round.state() == "announced"
    await story.record(201, organization_ids=only(story, THREE))


async def test_the_meeting_is_confirmed_by_another_person_and_once(story: Story) -> None:
    await emptied(story)
    await story.service.move_clock("2026-05-27 09:00")
    recorded = (await story.record(201, organization_ids=only(story, THREE))).json()
    assert recorded["supplementary"]
    root = story.service.county.committee.id
    again = Caller(new_id(), (Grant(Role.COMMITTEE, root),), person_id=story.recorder.person_id)
    assert problem(await story.confirm(recorded["id"], again, 403)) == "own-determination"
    assert await said(story) == [(THREE, "proposed")]
    await story.confirm(recorded["id"])
    assert problem(await story.confirm(recorded["id"], expect=409)) == "illegal-transition"
    await story.published(recorded["id"])
    twice = await story.record(409, organization_ids=only(story, THREE))
    assert problem(twice) == "refill-not-next"
    assert await said(story) == [(THREE, "determined")]


async def test_who_fell_itself_between_record_and_confirmation_is_not_let_in(story: Story) -> None:
    first = await emptied(story)
    recorded = (await story.record(201, organization_ids=only(story, THREE))).json()
    await story.upheld(first, THREE, scope=FallScope.WHOLE_AWARD, released=False)
    assert await said(story) == [(THREE, "withdrawn"), (TWO, "proposed")]
    assert problem(await story.confirm(recorded["id"], expect=409)) == "refill-not-next"
    assert (await story.result(THREE))["state"] == "fallen"


async def test_who_has_an_open_case_is_passed_over_while_it_is_open(story: Story) -> None:
    first = await story.determined()
    await story.published(first)
    await story.service.move_clock("2026-05-19 09:00")
    await story.closed(first, FOUR, THREE)
    await story.service.move_clock("2026-05-25 09:00")
    await story.upheld(first, FOUR, PEACE)
    assert await said(story) == [(TWO, "proposed")]
    answer = await story.record(409, organization_ids=only(story, THREE))
    assert problem(answer) == "refill-not-next"
    # Its case is dismissed before a meeting has settled the place: it is the next one again.
    await story.dismissed(first, THREE)
    assert await said(story) == [(TWO, "withdrawn"), (THREE, "proposed")]


async def test_an_objection_against_the_refill_gives_the_place_to_the_one_after(
    story: Story,
) -> None:
    await emptied(story)
    second = await let_in(story, THREE)
    await came_in(story, second, THREE)
    [_, held] = [await story.result(THREE), (await refills(story))[0]]
    assert (await story.get(f"/v1/results/{held['result_id']}"))["state"] == "held"
    assert (await story.result(THREE))["state"] == "effective"
    await story.upheld(second, THREE, PEACE)
    three = await story.result(THREE)
    assert (three["id"], three["level"], three["state"]) == (held["result_id"], 2, "effective")
    assert await said(story) == [(THREE, "lapsed"), (TWO, "proposed")]
    names = [each["name"] for each in (await refills(story))[1]["left"]]
    assert names == [story.branches[THREE].name, story.branches[FOUR].name]
    assert await story.round.state() == "announced"
    third = await let_in(story, TWO)
    assert await said(story) == [(THREE, "lapsed"), (TWO, "determined")]
    assert third != second
    assert (await story.replay())["identical"]


async def test_a_refill_whose_procedure_failed_is_settled_again(story: Story) -> None:
    await emptied(story)
    second = await let_in(story, THREE)
    await story.upheld(second, THREE, scope=FallScope.REDETERMINE, released=False)
    assert (await story.result(THREE))["state"] == "effective"
    assert await story.round.state() == "announced"
    third = await story.determined(organization_ids=only(story, THREE))
    await story.published(third)
    await came_in(story, third)
    three = await story.result(THREE)
    assert (three["determination_id"], three["level"]) == (third, 3)
    assert await said(story) == [(THREE, "effective")]
    assert await story.round.state() == "concluded"
    assert (await story.replay())["identical"]


async def test_the_committee_may_refuse_the_star_with_a_reason_and_nothing_else(
    story: Story,
) -> None:
    await emptied(story)
    [three] = only(story, THREE)
    strike = {"organization_id": three, "star": CIVILITY, "reason": "群众反映强烈"}
    wrong = await story.record(422, organization_ids=[three], strikes=[strike])
    assert problem(wrong) == "strike-invalid"
    listing = {"organization_id": three, "reason": "群众反映强烈"}
    wrong = await story.record(422, organization_ids=[three], listing_strikes=[listing])
    assert problem(wrong) == "strike-invalid"
    before, told = await story.result(THREE), await notices(story)
    await story.determined(organization_ids=[three], strikes=[strike | {"star": PEACE}])
    assert await said(story) == [(THREE, "lapsed"), (TWO, "proposed")]
    # Nothing changed for it, so that nothing is announced and no notice is waited for.
    assert await story.result(THREE) == before
    assert await notices(story) == told
    assert await story.round.state() == "announced"
    await came_in(story, await let_in(story, TWO))
    assert await said(story) == [(THREE, "lapsed"), (TWO, "effective")]
    assert (await story.replay())["identical"]


async def test_two_places_go_to_two_and_each_knows_who_left_it(story: Story) -> None:
    first = await contested(story)
    await story.service.move_clock("2026-05-25 09:00")
    await story.upheld(first, FOUR, PEACE)
    await story.upheld(first, NO_PARTY, PEACE, released=False)
    assert await said(story) == [(THREE, "proposed"), (TWO, "proposed")]
    left = [[each["name"] for each in x["left"]] for x in await refills(story)]
    assert left == [[story.branches[FOUR].name], [story.branches[NO_PARTY].name]]
    second = await let_in(story, TWO, THREE)
    await came_in(story, second)
    assert await holding(story) == [FIVE, THREE, TWO]
    assert (await story.replay())["identical"]


async def test_a_place_that_nobody_reaches_stays_empty_and_that_is_recorded(story: Story) -> None:
    first = await contested(story)
    await story.service.move_clock("2026-05-25 09:00")
    for number in (THREE, TWO, ONE):
        await story.upheld(first, number, PEACE, released=False)
    assert await refills(story) == []
    await story.upheld(first, FOUR, PEACE)
    assert await said(story) == [(None, "left_empty")]
    assert await audited(story, "refill.leave_empty") == 1
    assert await holding(story) == [FIVE, NO_PARTY]
    assert await story.round.state() == "concluded"


async def test_after_the_cycle_has_ended_no_place_is_refilled(story: Story) -> None:
    first = await story.in_effect()
    assert await story.round.state() == "concluded"
    await story.upheld(first, FOUR, PEACE)
    assert await said(story) == [(None, "left_empty")]
    answer = await story.record(409, organization_ids=only(story, THREE))
    assert problem(answer) == "cycle-step-mismatch"


async def test_once_the_months_of_pay_are_over_the_place_stays_empty(story: Story) -> None:
    await emptied(story)
    await story.service.move_clock("2026-06-30 09:00")
    await story.service.sweep()
    # The committee is silent: put off and found, and the place waits.
    assert await said(story) == [(THREE, "proposed")]
    overdue = [d for kind, d in await story.service.sent() if kind == "step.overdue"]
    assert [each["step_name"] for each in overdue] == ["补充确定"]
    await story.service.move_clock("2027-06-02 09:00")
    await story.service.sweep()
    assert await said(story) == [(THREE, "withdrawn"), (None, "left_empty")]
    assert await story.round.state() == "concluded"


async def test_a_star_lost_by_another_branch_leaves_no_place(story: Story) -> None:
    first = await contested(story)
    await story.upheld(first, THREE, PARTY, released=False)
    await story.upheld(first, FOUR, CIVILITY)
    assert await refills(story) == []
    assert await story.round.state() == "concluded"
