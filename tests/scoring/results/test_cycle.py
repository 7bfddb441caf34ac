"""From the meeting to effect, through the API."""

from typing import Any

import pytest

from shared.caller import Caller, Grant, Role
from shared.contracts.notifications import FallScope
from shared.tables import new_id
from tests.accounts import caller
from tests.scoring.county import problem
from tests.scoring.results.story import (
    CIVILITY,
    FIVE,
    FOUR,
    NO_PARTY,
    NONE,
    ONE,
    PARTY,
    PEACE,
    SILENT,
    THREE,
    TWO,
    Story,
)


async def test_a_meeting_confirmed_by_a_second_person_settles_every_branch(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    assert await story.round.state() == "announcing"
    assert [(await story.result(n))["level"] for n in range(8)] == [5, 3, 2, 4, 1, 0, 0, 2]
    by_type = [data for kind, data in await story.service.sent() if kind == "results.determined"]
    [told] = by_type
    assert told["determination_id"] == determination_id
    listed = {each["organization_id"]: each["level"] for each in told["listed"]}
    named = {str(story.branches[n].id) for n in (FIVE, THREE, NO_PARTY, FOUR, ONE, TWO)}
    assert listed.keys() == named
    assert sorted(told["not_listed"]) == sorted(str(story.branches[n].id) for n in (SILENT, NONE))
    assert told["working_days"] == 5


async def test_nobody_confirms_the_own_record_not_even_with_another_account(story: Story) -> None:
    await story.clear()
    determination_id = (await story.record()).json()["id"]
    root = story.service.county.committee.id
    other_account = Caller(
        new_id(), (Grant(Role.COMMITTEE, root),), person_id=story.recorder.person_id
    )
    answer = await story.confirm(determination_id, other_account, expect=403)
    assert problem(answer) == "own-determination"
    assert await story.round.state() == "determining"


async def test_a_missing_clearance_blocks_and_is_named(story: Story) -> None:
    determination_id = (await story.record()).json()["id"]
    answer = await story.confirm(determination_id, expect=409)
    assert problem(answer) == "clearance-missing"
    missing = answer.json()["missing"]
    assert {each["office"] for each in missing} == {"petition_bureau"}
    # Every assessed branch is asked about, the one that never applied too.
    assert len(missing) == 8
    assert (await story.results_answer()).status_code == 404
    await story.clear()
    await story.confirm(determination_id)


async def test_pay_that_registry_does_not_know_blocks_and_is_named(story: Story) -> None:
    await story.clear()
    facts = story.service.registry.all_facts
    lost = next(each for each in facts if each.code == "pay.director")
    facts.remove(lost)
    determination_id = (await story.record()).json()["id"]
    answer = await story.confirm(determination_id, expect=409)
    assert problem(answer) == "facts-missing"
    assert answer.json()["errors"][0]["pointer"] == str(lost.organization_id)


async def test_strikes_take_a_star_or_the_listing_and_never_raise(story: Story) -> None:
    await story.clear()
    await story.determined(
        strikes=[
            {"organization_id": str(story.branches[FIVE].id), "star": PARTY, "reason": "不实"}
        ],
        listing_strikes=[{"organization_id": str(story.branches[FOUR].id), "reason": "群众不满"}],
    )
    five, four = await story.result(FIVE), await story.result(FOUR)
    assert (five["level"], len(five["stars"])) == (2, 4)
    assert (four["level"], len(four["stars"])) == (2, 4)
    [missed] = five["missed"]
    assert missed["star"] == PARTY
    assert missed["reasons"][0]["kind"] == "refused"
    assert missed["reasons"][0]["reference"] == "获常纪〔2026〕5号"


@pytest.mark.parametrize(
    ("number", "star", "slug"),
    [
        (TWO, CIVILITY, "strike-invalid"),  # not applied for
        (NONE, CIVILITY, "strike-invalid"),  # applied for and missed
    ],
)
async def test_a_strike_of_what_is_not_on_the_list_is_refused(
    story: Story, number: int, star: str, slug: str
) -> None:
    strike = {"organization_id": str(story.branches[number].id), "star": star, "reason": "不实"}
    answer = await story.record(expect=422, strikes=[strike])
    assert problem(answer) == slug
    assert await story.get(f"/v1/cycles/{story.id}/determinations") == []


async def test_bad_records_are_refused_with_their_own_problem(story: Story) -> None:
    stranger = {"organization_id": str(new_id()), "star": PARTY, "reason": "不实"}
    assert problem(await story.record(422, strikes=[stranger])) == "strike-invalid"
    assert problem(await story.record(422, raises=[stranger])) == "invalid-content"
    late: dict[str, Any] = {"held_on": "2026-05-09"}
    answer = await story.record(422, meeting={**MEETING_ON, **late})
    assert problem(answer) == "meeting-in-future"
    only = [str(story.branches[FIVE].id)]
    assert problem(await story.record(409, organization_ids=only)) == "cycle-step-mismatch"
    village = story.service.county.village(story.branches[FIVE])
    path = f"/v1/cycles/{story.id}/determinations"
    assert problem(await story.post(path, village, {"meeting": MEETING_ON})) == "forbidden"
    elsewhere = caller(Role.COMMITTEE, story.service.other.committee.id)
    answer = await story.post(path, elsewhere, {"meeting": MEETING_ON})
    assert problem(answer) == "out-of-scope"


MEETING_ON = {
    "held_on": "2026-05-08",
    "place": "县委会议室",
    "chair": "县委书记",
    "attendees": ["县委书记"],
    "reference": "获常纪〔2026〕5号",
}


async def test_a_new_record_supersedes_and_a_rejected_one_cannot_be_confirmed(story: Story) -> None:
    await story.clear()
    first = (await story.record()).json()["id"]
    second = (await story.record()).json()["id"]
    assert problem(await story.confirm(first, expect=409)) == "illegal-transition"
    path = f"/v1/determinations/{second}/reject"
    await story.post(path, story.confirmer, {"reason": "纪要有误"}, 200)
    assert problem(await story.confirm(second, expect=409)) == "illegal-transition"
    states = [x["state"] for x in await story.get(f"/v1/cycles/{story.id}/determinations")]
    assert states == ["superseded", "rejected"]
    await story.determined()


async def test_without_an_objection_everything_takes_effect_and_the_cycle_ends(
    story: Story,
) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    announced, determined = "announced", "determined"
    assert await story.states() == [
        announced,
        announced,
        announced,
        announced,
        announced,
        determined,
        determined,
        announced,
    ]
    assert await story.round.state() == "announced"
    await story.closed(determination_id)
    states = await story.states()
    assert states[SILENT] == "determined"
    assert [state for n, state in enumerate(states) if n != SILENT] == ["effective"] * 7
    assert await story.round.state() == "concluded"


async def test_a_branch_that_never_applied_waits_for_a_person(story: Story) -> None:
    await story.clear()
    await story.in_effect()
    silent = await story.result(SILENT)
    assert (silent["awaits_confirmation"], silent["effective_on"]) == (True, None)
    path = f"/v1/results/{silent['id']}/confirm-not-applied"
    body = {"reason": "电话核实，确未申报"}
    assert problem(await story.post(path, story.finance, body)) == "forbidden"
    confirmed = (await story.post(path, story.recorder, body, 200)).json()
    assert (confirmed["state"], confirmed["effective_on"]) == ("effective", "2026-05-19")
    assert problem(await story.post(path, story.recorder, body)) == "not-awaiting-confirmation"


async def test_a_contested_branch_is_held_alone_and_released_when_dismissed(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    states = await story.states()
    assert (states[FIVE], states[FOUR]) == ("held", "effective")
    assert await story.round.state() == "announced"
    await story.dismissed(determination_id, FIVE)
    five = await story.result(FIVE)
    assert (five["state"], five["effective_on"], five["level"]) == ("effective", "2026-05-26", 5)
    assert await story.round.state() == "concluded"


async def test_an_upheld_objection_makes_a_new_version_and_keeps_the_old(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    before = await story.result(FIVE)
    event = await story.upheld(determination_id, FIVE, CIVILITY)
    after = await story.result(FIVE)
    assert (after["version"], after["level"], after["state"]) == (2, 4, "effective")
    assert after["hash"] != before["hash"]
    assert [each["star"] for each in after["missed"]] == [CIVILITY]
    corrected = [d for kind, d in await story.service.sent() if kind == "results.corrected"]
    assert [(d["objection_id"], d["entry"]["level"]) for d in corrected] == [
        (str(event.objection_id), 4)
    ]
    # Another copy of the same finding changes nothing.
    await story.receive(event)
    assert (await story.result(FIVE))["version"] == 2
    assert (await story.replay())["identical"]


async def test_a_whole_award_falls(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    await story.upheld(determination_id, FIVE, scope=FallScope.WHOLE_AWARD)
    five = await story.result(FIVE)
    assert (five["state"], five["level"], five["stars"]) == ("fallen", 0, [])
    assert five["effective_on"] == "2026-05-25"
    assert await story.round.state() == "concluded"


async def test_upheld_before_the_period_ends_takes_effect_with_it(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.upheld(determination_id, THREE, PEACE, released=False)
    assert (await story.result(THREE))["state"] == "announced"
    await story.closed(determination_id)
    three = await story.result(THREE)
    assert (three["level"], three["state"], three["effective_on"]) == (
        2,
        "effective",
        "2026-05-19",
    )


async def test_the_same_end_whichever_order_the_events_come_in(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.upheld(determination_id, THREE, PEACE, released=False)
    await story.closed(determination_id, FIVE)
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    await story.dismissed(determination_id, FIVE)
    await story.dismissed(determination_id, FIVE)
    states = await story.states()
    assert [state for n, state in enumerate(states) if n != SILENT] == ["effective"] * 7
    assert (await story.result(THREE))["level"] == 2
    assert await story.round.state() == "concluded"


async def test_an_omission_is_settled_again_by_the_committee(story: Story) -> None:
    await story.clear()
    listing = [{"organization_id": str(story.branches[FOUR].id), "reason": "未上会"}]
    first = await story.determined(listing_strikes=listing)
    await story.published(first)
    await story.closed(first, FOUR)
    await story.upheld(first, FOUR, scope=FallScope.REDETERMINE)
    assert (await story.result(FOUR))["state"] == "void"
    assert await story.round.state() == "announced"
    only = [str(story.branches[FOUR].id)]
    wrong = [*only, str(story.branches[FIVE].id)]
    assert problem(await story.record(409, organization_ids=wrong)) == "nothing-to-settle"
    second = await story.determined(organization_ids=only)
    told = [d for kind, d in await story.service.sent() if kind == "results.determined"]
    assert [len(each["listed"]) for each in told] == [6, 1]
    four = await story.result(FOUR)
    assert (four["level"], four["state"]) == (4, "determined")
    await story.published(second)
    await story.closed(second)
    assert (await story.result(FOUR))["state"] == "effective"
    assert await story.round.state() == "concluded"
    assert (await story.replay())["identical"]
