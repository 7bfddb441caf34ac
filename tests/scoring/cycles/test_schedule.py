"""Deadlines and pauses, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    CyclePaused,
    CycleState,
    Pause,
    PauseRecord,
    PauseTooLong,
    Schedule,
    ScheduleInvalid,
    ScheduleShortened,
    begin_pause,
    check_extension,
    check_schedule,
    end_pause,
    extended,
    moved,
    require_running,
)
from shared.caller import Role
from shared.clock import Moment
from shared.tables import new_id
from shared.workdays import Calendar

CALENDAR = Calendar()
MONDAY = date(2026, 3, 2)
days = st.dates(date(2026, 1, 1), date(2026, 12, 1))


def cycle(start: date = MONDAY) -> Cycle:
    return Cycle(
        id=new_id(),
        county_id=new_id(),
        policy_id=new_id(),
        policy_hash="sha256:0",
        title="周期",
        year=2026,
        state=CycleState.APPLYING,
        version=1,
        snapshot_on=start,
        apply_until=start + timedelta(days=10),
        recommend_until=start + timedelta(days=20),
        review_until=start + timedelta(days=30),
        clear_until=start + timedelta(days=40),
        determine_until=start + timedelta(days=50),
        seed="",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def record(before: Cycle, pause: Pause) -> PauseRecord:
    return PauseRecord(
        id=new_id(),
        cycle_id=before.id,
        county_id=before.county_id,
        inspection_id=new_id(),
        step=before.state,
        reason="核实",
        pause=pause,
        before=before.schedule,
        ordered_by=None,
    )


def at(day: date) -> Moment:
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return Moment(moment, moment)


@given(days, st.integers(1, 5), st.integers(0, 12))
def test_a_pause_never_takes_time_from_anyone(start: date, length: int, after: int) -> None:
    today = start + timedelta(days=after)
    running = cycle(start)
    paused, pause = begin_pause(running, length, 5, today, CALENDAR)
    for name in vars(running.schedule):
        old, new = getattr(running, name), getattr(paused, name)
        if old < today:
            assert new == old
        else:
            # As many working days lie between the pause's end and the deadline as before.
            assert between(today, old) <= between(pause.until, new) + 1
            assert new >= old


def between(first: date, last: date) -> int:
    span = range((last - first).days)
    return sum(CALENDAR.is_working(first + timedelta(days=n + 1)) for n in span)


@given(days, st.integers(1, 5), st.integers(0, 9))
def test_ending_early_gives_back_what_was_not_used(start: date, length: int, used: int) -> None:
    running = cycle(start)
    paused, pause = begin_pause(running, length, 5, start, CALENDAR)
    ended = end_pause(paused, record(running, pause), start + timedelta(days=used), CALENDAR)
    assert ended.paused_until is None
    assert running.apply_until <= ended.apply_until <= paused.apply_until
    if start + timedelta(days=used) >= pause.until:
        assert ended.schedule == paused.schedule


@given(days, st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_one_step_is_never_paused_for_longer_than_the_limit(start: date, asked: list[int]) -> None:
    now, today, used = cycle(start), start, 0
    for length in asked:
        try:
            paused, pause = begin_pause(now, length, 5, today, CALENDAR)
        except PauseTooLong as refused:
            assert refused.extra["used"] == used  # noqa: PT017 -- both outcomes are checked
            assert length > 5 - used
            continue
        used += length
        today = pause.until + timedelta(days=1)
        now = end_pause(paused, record(now, pause), today, CALENDAR)
    assert used <= 5


def test_each_step_has_its_own_allowance() -> None:
    paused, pause = begin_pause(cycle(), 5, 5, MONDAY, CALENDAR)
    running = end_pause(paused, record(cycle(), pause), pause.until, CALENDAR)
    next_step = replace(running, state=CycleState.RECOMMENDING)
    begin_pause(next_step, 5, 5, pause.until + timedelta(days=1), CALENDAR)


def test_a_pause_lasts_through_its_last_day() -> None:
    paused, pause = begin_pause(cycle(), 2, 5, MONDAY, CALENDAR)
    with pytest.raises(CyclePaused):
        require_running(paused, at(pause.until))
    require_running(paused, at(pause.until + timedelta(days=1)))


def test_a_deadline_set_after_a_pause_is_not_moved_by_it() -> None:
    pause = Pause("applying", MONDAY, MONDAY + timedelta(days=2), 3)
    due = date(2026, 3, 10)
    assert extended(due, MONDAY + timedelta(days=1), [pause], CALENDAR) == due
    assert extended(due, MONDAY, [pause], CALENDAR) == date(2026, 3, 13)
    assert extended(MONDAY - timedelta(days=1), date(2026, 2, 1), [pause], CALENDAR) < MONDAY


@given(st.lists(days, min_size=5, max_size=5), days)
def test_a_schedule_that_passes_is_in_order_and_ahead(dates: list[date], today: date) -> None:
    schedule = Schedule(*dates)
    try:
        check_schedule(schedule, today)
    except ScheduleInvalid as refused:
        assert refused.faults  # noqa: PT017 -- both outcomes are checked
        return
    assert today < schedule.apply_until < schedule.recommend_until < schedule.review_until
    assert schedule.review_until <= schedule.clear_until < schedule.determine_until


@given(st.lists(days, min_size=5, max_size=5), st.integers(0, 4), st.integers(-30, 30), days)
def test_deadlines_only_come_later_and_only_in_time(
    dates: list[date], which: int, shift: int, today: date
) -> None:
    assume(shift)
    old = Schedule(*sorted(dates))
    name = list(vars(old))[which]
    before = getattr(old, name)
    new = replace(old, **{name: before + timedelta(days=shift)})
    if shift > 0 and before >= today:
        check_extension(old, new, today)
    else:
        with pytest.raises(ScheduleShortened):
            check_extension(old, new, today)


@given(days, st.integers(1, 6))
def test_moving_keeps_the_order_of_the_steps(start: date, lost: int) -> None:
    now = moved(cycle(start).schedule, Pause("applying", start, start, lost), CALENDAR)
    assert now.apply_until < now.recommend_until < now.review_until < now.clear_until
    assert now.clear_until < now.determine_until


def test_every_state_leads_on_and_ends_where_it_should() -> None:
    ends = {CycleState.CONCLUDED, CycleState.CANCELLED}
    leaving = {
        state: [t for t in CYCLE.transitions if state in t.sources and t.target is not state]
        for state in CycleState
    }
    assert {state for state, found in leaving.items() if not found} == ends
    # Where people may stay silent, the clock has a way out.
    silent = {CycleState.APPLYING, CycleState.RECOMMENDING, CycleState.REVIEWING}
    for state in silent:
        assert any(Role.SYSTEM in t.who for t in leaving[state])
    # What pay hangs on is never decided by time: it is put off, and the inspector is told.
    for state in (CycleState.DETERMINING, CycleState.ANNOUNCING, CycleState.ANNOUNCED):
        put_off = [t for t in CYCLE.transitions if t.verb == "overrun" and state in t.sources]
        assert [(t.who, t.target) for t in put_off] == [(frozenset({Role.SYSTEM}), state)]
    assert all(t.target in CycleState for t in CYCLE.transitions)
