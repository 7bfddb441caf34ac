"""A result's life, from determined to effective, fallen or void."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.results import (
    RESULT,
    NotAwaitingConfirmation,
    Result,
    ResultState,
    at_close,
    at_release,
    confirmed_not_applied,
    is_open,
    moved,
    with_verdict,
)
from shared.caller import SYSTEM
from shared.transitions import IllegalTransition
from tests.scoring.results.frozen import (
    NOON,
    branch,
    inputs,
    result,
    verdicts_of,
    village,
)

CLOSED = date(2026, 5, 18)
LATER = date(2026, 5, 25)
VERDICTS = verdicts_of(inputs(branch(1), branch(2, ()), branch(3, None)))
STATE = ResultState


def five_stars(state: ResultState = STATE.ANNOUNCED) -> Result:
    return result(VERDICTS[village(1)], state)


def no_star() -> Result:
    return result(VERDICTS[village(2)])


def never_applied() -> Result:
    return result(VERDICTS[village(3)])


def test_only_a_branch_with_a_star_may_stand_on_a_notice() -> None:
    assert [each.listed for each in (five_stars(), no_star(), never_applied())] == [
        True,
        False,
        False,
    ]


def test_everything_takes_effect_when_the_period_ends() -> None:
    for before in (five_stars(), no_star(), five_stars(STATE.DETERMINED)):
        after = at_close(before, CLOSED, held=False)
        assert (after.state, after.effective_on) == (STATE.EFFECTIVE, CLOSED)


def test_a_contested_branch_is_held_alone_and_takes_effect_when_released() -> None:
    held = at_close(five_stars(), CLOSED, held=True)
    assert (held.state, held.effective_on) == (STATE.HELD, None)
    assert at_close(held, CLOSED, held=True) == held
    released = at_release(held, LATER)
    assert (released.state, released.effective_on) == (STATE.EFFECTIVE, LATER)
    assert at_release(released, date(2026, 6, 1)) == released


def test_closing_twice_changes_nothing() -> None:
    once = at_close(five_stars(), CLOSED, held=False)
    assert at_close(once, LATER, held=False) == once
    assert at_close(once, LATER, held=True) == once


def test_a_branch_that_never_applied_waits_for_a_person() -> None:
    waiting = at_close(never_applied(), CLOSED, held=False)
    assert (waiting.state, waiting.effective_on) == (STATE.DETERMINED, None)
    assert not is_open(waiting)
    by = Actor(UUID(int=1), UUID(int=2))
    after = confirmed_not_applied(waiting, by, NOON, LATER)
    assert (after.state, after.effective_on) == (STATE.EFFECTIVE, LATER)
    with pytest.raises(NotAwaitingConfirmation):
        confirmed_not_applied(after, by, NOON, LATER)


def test_confirmed_before_the_period_ends_it_takes_effect_with_the_others() -> None:
    by = Actor(UUID(int=1), UUID(int=2))
    early = confirmed_not_applied(never_applied(), by, NOON, LATER)
    assert early.state is STATE.DETERMINED
    assert at_close(early, CLOSED, held=False).effective_on == CLOSED


def test_a_held_branch_that_never_applied_is_released_to_wait_for_its_person() -> None:
    held = at_close(never_applied(), CLOSED, held=True)
    released = at_release(held, LATER)
    assert (released.state, released.effective_on) == (STATE.DETERMINED, None)
    after = confirmed_not_applied(released, Actor(UUID(int=1), None), NOON, LATER)
    assert after.effective_on == LATER


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_to_confirm_where_something_was_submitted(number: int) -> None:
    with pytest.raises(NotAwaitingConfirmation):
        confirmed_not_applied(
            result(VERDICTS[village(number)]), Actor(UUID(int=1), None), NOON, LATER
        )


def test_a_result_that_lost_every_star_falls_and_still_takes_effect() -> None:
    empty = replace(VERDICTS[village(2)], organization_id=village(1))
    corrected = with_verdict(five_stars(STATE.HELD), empty, UUID(int=701), 1)
    assert (corrected.version, corrected.state, corrected.stars) == (2, STATE.HELD, ())
    fallen = at_release(corrected, LATER)
    assert (fallen.state, fallen.effective_on) == (STATE.FALLEN, LATER)


def test_a_result_in_effect_falls_at_once_with_its_last_star() -> None:
    empty = replace(VERDICTS[village(2)], organization_id=village(1))
    effective = at_close(five_stars(), CLOSED, held=False)
    assert with_verdict(effective, empty, UUID(int=701), 1).state is STATE.FALLEN


def test_void_is_the_end_of_a_result_and_keeps_the_cycle_open() -> None:
    void = moved(five_stars(STATE.HELD), "void")
    assert is_open(void)
    for verb in ("announce", "hold", "take_effect", "fall", "release", "void"):
        with pytest.raises(IllegalTransition):
            RESULT.fire(verb, void.state, SYSTEM)


def test_every_unsettled_state_has_a_way_out() -> None:
    for state in (STATE.DETERMINED, STATE.ANNOUNCED, STATE.HELD):
        assert "take_effect" in RESULT.verbs(state, SYSTEM)


def published(before: Result) -> Result:
    stands = before.listed and before.state is STATE.DETERMINED
    return moved(before, "announce") if stands else before


def corrected(before: Result) -> Result:
    same = {"organization_id": before.organization_id, "submitted": before.submitted}
    verdict = replace(VERDICTS[village(2)], **same)  # type: ignore[arg-type]  # named above
    return with_verdict(before, verdict, UUID(int=701), 1)


STEPS: dict[str, Callable[[Result, bool], Result]] = {
    "published": lambda before, _: published(before),
    "closed": lambda before, held: at_close(before, CLOSED, held=held),
    "corrected": lambda before, _: corrected(before),
}


@given(
    order=st.permutations([*STEPS]),
    held=st.booleans(),
    upheld=st.booleans(),
    number=st.sampled_from([1, 2, 3]),
    again=st.booleans(),
)
def test_the_order_of_events_does_not_decide_the_end(
    order: list[str], *, held: bool, upheld: bool, number: int, again: bool
) -> None:
    stands = result(VERDICTS[village(number)])
    for step in order:
        if step == "corrected" and not upheld:
            continue
        stands = STEPS[step](stands, held)
        if again and step != "corrected":
            stands = STEPS[step](stands, held)
    if held:
        stands = at_release(stands, LATER)
    assert stands.closed_on == CLOSED
    if number == 3:
        assert (stands.state, stands.effective_on) == (STATE.DETERMINED, None)
        return
    end = STATE.FALLEN if upheld else STATE.EFFECTIVE
    assert (stands.state, stands.effective_on) == (end, LATER if held else CLOSED)
