"""Random actors, legal and illegal, over a cycle and its applications: no undefined state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.scoring.applications.domain import (
    APPLICATION,
    Application,
    ApplicationState,
    DeadlinePassed,
    Entry,
    Own,
    Sheet,
    StarSheet,
    blank,
    give_back,
    last_day,
    require_complete,
    require_in_time,
    require_lines,
    withdraw,
)
from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    CycleState,
    Participant,
    PauseRecord,
    Standing,
    begin_pause,
    end_pause,
    plan_schedule,
    require_running,
)
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.policies import domain as policies
from services.scoring.policies import usecases
from shared.caller import SYSTEM, Caller, Grant, Role
from shared.clock import Moment
from shared.errors import Problem
from shared.tables import new_id
from shared.transitions import Machine
from shared.workdays import Calendar
from tests.scoring.county import PRESET

CALENDAR = Calendar()
START = date(2026, 3, 2)
OWN = Own("branch", "branch", "rural", START)
_C, _A = CycleState, ApplicationState

# Written out here once more, so that a slip in the tables of the domain is noticed.
CYCLE_EDGES = {
    ("draft", "applying"),
    ("applying", "recommending"),
    ("recommending", "reviewing"),
    ("reviewing", "determining"),
    ("determining", "announcing"),
    ("announced", "announcing"),
    ("announcing", "announced"),
    ("announced", "concluded"),
    *((state, "cancelled") for state in ("draft", "applying", "recommending")),
    *((state, "cancelled") for state in ("reviewing", "determining")),
}
APPLICATION_EDGES = {
    ("draft", "submitted"),
    ("returned", "submitted"),
    ("withdrawn", "submitted"),
    ("submitted", "withdrawn"),
    ("submitted", "returned"),
    ("submitted", "closed"),
    ("draft", "not_applied"),
    ("withdrawn", "not_applied"),
}
villages = st.integers(0, 2)


def mostly(role: Role) -> st.SearchStrategy[Role]:
    """The one who may, three times in four; anybody otherwise."""
    return st.one_of(st.just(role), st.just(role), st.just(role), st.sampled_from(Role))


@cache
def plan() -> Plan:
    return compile_policy(policies.read(usecases.preset_text(PRESET)))


def actor(role: Role) -> Caller:
    return SYSTEM if role is Role.SYSTEM else Caller(new_id(), (Grant(role, new_id()),))


def full_sheet(lost: int) -> Sheet:
    """Every item scored and every star applied for, with so many hundredths lost in each."""
    stars = {}
    for star in plan().policy.stars:
        items: dict[str, Entry] = {}
        left = lost
        for item in star.items:
            points = item.rule.max_points if item.block == "base" else 0
            gone = min(points, left)
            left -= gone
            items[item.code] = Entry(points - gone, "台账")
        stars[star.code] = StarSheet(apply=True, items=items)
    return Sheet(stars)


class County(RuleBasedStateMachine):
    """A cycle, three branches, the calendar, and anyone who asks for anything."""

    @initialize(opened=st.sampled_from([True, True, True, False]))
    def begin(self, opened: bool = True) -> None:  # noqa: FBT001, FBT002 -- hypothesis draws it
        self.today = START
        schedule = plan_schedule(plan().policy.procedure, START, CALENDAR)
        self.cycle = Cycle(
            id=new_id(),
            county_id=new_id(),
            policy_id=new_id(),
            policy_hash=plan().policy.hash,
            title="周期",
            year=2026,
            state=CycleState.APPLYING if opened else CycleState.DRAFT,
            version=1,
            snapshot_on=START,
            **vars(schedule),
            seed="",
            created_at=datetime(2026, 3, 2, tzinfo=UTC),
        )
        self.planned = schedule
        self.pause: PauseRecord | None = None
        self.applications = [blank(self.participant(), new_id(), _A.DRAFT) for _ in range(3)]

    def participant(self) -> Participant:
        own: UUID = new_id()
        return Participant(
            self.cycle.id, own, new_id(), new_id(), f"/{own}/", "村", "rural", "branch",
            Standing.ASSESSED,
        )  # fmt: skip

    def moment(self) -> Moment:
        now = datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)
        return Moment(now, now)

    def to(self, which: int, after: Application) -> None:
        before = self.applications[which]
        if after.state is not before.state:
            assert (before.state.value, after.state.value) in APPLICATION_EDGES
        self.applications[which] = after

    @rule(number=st.integers(0, 99), role=st.sampled_from(Role))
    def somebody_moves_the_cycle(self, number: int, role: Role) -> None:
        verbs = sorted({t.verb for t in CYCLE.transitions})
        verb = verbs[number % len(verbs)]
        self.move(verb, role)

    @rule(seldom=st.integers(0, 5))
    def the_clock_moves_the_cycle_on(self, seldom: int) -> None:
        on = [t for t in CYCLE.transitions if self.cycle.state in t.sources and t.verb != "cancel"]
        if on and not seldom:
            self.move(on[-1].verb, min(on[-1].who))

    def move(self, verb: str, role: Role) -> None:
        before = self.cycle.state
        try:
            require_running(self.cycle, self.moment())
            state = CYCLE.fire(verb, before, actor(role))
        except Problem:
            return
        if state is not before:
            assert (before.value, state.value) in CYCLE_EDGES
        assert any(t.verb == verb and role in t.who for t in CYCLE.transitions)
        self.cycle = replace(self.cycle, state=state)

    @rule(which=villages, role=mostly(Role.VILLAGE), lost=st.sampled_from([0, 0, 1500, 1600, None]))
    def somebody_fills_in(self, which: int, role: Role, lost: int | None) -> None:
        before = self.applications[which]
        try:
            require_running(self.cycle, self.moment())
            require_in_time(before, self.cycle, self.today, CALENDAR)
            state = APPLICATION.fire("edit", before.state, actor(role))
        except Problem:
            return
        assert role is Role.VILLAGE
        sheet = Sheet() if lost is None else full_sheet(lost)
        self.to(which, replace(before, state=state, sheet=sheet))

    @rule(which=villages, role=mostly(Role.VILLAGE))
    def somebody_submits(self, which: int, role: Role) -> None:
        before = self.applications[which]
        try:
            require_running(self.cycle, self.moment())
            state = APPLICATION.fire("submit", before.state, actor(role))
            require_in_time(before, self.cycle, self.today, CALENDAR)
            require_complete(plan(), before.sheet, OWN)
            require_lines(plan(), before.sheet, OWN)
        except Problem:
            return
        after = replace(before, state=state, submitted=before.sheet, numbers=before.numbers + 1)
        self.to(which, replace(after, due_on=None, returned_on=None))

    @rule(which=villages)
    def the_village_hands_in(self, which: int) -> None:
        self.somebody_fills_in(which, Role.VILLAGE, 0)
        self.somebody_submits(which, Role.VILLAGE)

    @rule(which=villages, role=mostly(Role.TOWNSHIP))
    def somebody_returns(self, which: int, role: Role) -> None:
        before, step = self.applications[which], plan().policy.procedure.application
        try:
            require_running(self.cycle, self.moment())
            after = give_back(before, self.cycle, step, actor(role), "补充", self.today, CALENDAR)
        except Problem:
            return
        assert role is Role.TOWNSHIP
        assert after.due_on is not None
        assert after.due_on >= CALENDAR.add(self.today, 2)
        assert after.returns <= step.return_limit
        self.to(which, after)

    @rule(which=villages, role=mostly(Role.VILLAGE))
    def somebody_withdraws(self, which: int, role: Role) -> None:
        before = self.applications[which]
        try:
            require_running(self.cycle, self.moment())
            after = withdraw(before, self.cycle, actor(role), self.today, CALENDAR)
        except Problem:
            return
        assert role is Role.VILLAGE
        assert before.returns == 0
        self.to(which, after)

    @rule(
        which=villages,
        verb=st.sampled_from(["lapse", "close", "abandon"]),
        role=mostly(Role.SYSTEM),
    )
    def somebody_settles(self, which: int, verb: str, role: Role) -> None:
        before = self.applications[which]
        over = self.today > last_day(before, self.cycle, CALENDAR)
        if self.cycle.state is CycleState.APPLYING and not over:
            return
        try:
            state = APPLICATION.fire(verb, before.state, actor(role))
        except Problem:
            return
        self.to(which, replace(before, state=state))

    @rule(length=st.integers(0, 7))
    def the_inspector_pauses(self, length: int) -> None:
        limit = plan().policy.procedure.pause.max_working_days
        try:
            require_running(self.cycle, self.moment())
            self.the_clock_ends_a_pause()
            paused, pause = begin_pause(self.cycle, length, limit, self.today, CALENDAR)
        except Problem:
            return
        assert 1 <= length <= limit
        self.pause = PauseRecord(
            new_id(), self.cycle.id, self.cycle.county_id, new_id(), self.cycle.state, "核实",
            pause, self.cycle.schedule, None,
        )  # fmt: skip
        self.cycle = paused

    @rule()
    def the_inspector_resumes(self) -> None:
        if self.pause is not None and self.cycle.is_paused(self.today):
            self.cycle = end_pause(self.cycle, self.pause, self.today, CALENDAR)
            self.pause = None

    @rule()
    def the_clock_ends_a_pause(self) -> None:
        if self.pause is not None and not self.cycle.is_paused(self.today):
            before = self.cycle.schedule
            self.cycle = end_pause(self.cycle, self.pause, self.today, CALENDAR)
            assert self.cycle.schedule == before
            self.pause = None

    @rule(days=st.sampled_from([1, 1, 1, 2, 9]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @invariant()
    def states_are_defined(self) -> None:
        assert self.cycle.state in CycleState
        assert all(each.state in ApplicationState for each in self.applications)

    @invariant()
    def nobody_ever_loses_time(self) -> None:
        for name in vars(self.planned):
            assert getattr(self.cycle, name) >= getattr(self.planned, name)

    @invariant()
    def only_what_was_submitted_counts(self) -> None:
        for each in self.applications:
            if each.state in {_A.DRAFT, _A.WITHDRAWN, _A.NOT_APPLIED}:
                assert not each.counts
                assert each.applied == ()
                assert each.self_scores == {}
            if each.state in {_A.SUBMITTED, _A.RETURNED, _A.CLOSED}:
                assert each.submitted is not None
                assert each.counts
                require_complete(plan(), each.submitted, OWN)
                require_lines(plan(), each.submitted, OWN)

    @invariant()
    def a_return_always_leaves_time(self) -> None:
        for each in self.applications:
            if each.state is _A.RETURNED:
                assert each.returned_on is not None
                last = last_day(each, self.cycle, CALENDAR)
                assert last >= CALENDAR.add(each.returned_on, 2)
                assert last >= self.cycle.apply_until

    @invariant()
    def a_paused_cycle_lets_nobody_act(self) -> None:
        if self.cycle.is_paused(self.today):
            assert self.pause is not None

    def teardown(self) -> None:
        """However it went, silence from now on leads every application to an end."""
        if not hasattr(self, "applications"):
            return
        self.today += timedelta(days=400)
        for which, each in enumerate(self.applications):
            now = each
            for verb in ("lapse", "abandon", "close"):
                if APPLICATION.rule(verb, now.state):
                    now = replace(now, state=APPLICATION.fire(verb, now.state, SYSTEM))
            assert now.state in {_A.CLOSED, _A.NOT_APPLIED}
            assert (now.state is _A.CLOSED) == each.counts
            self.applications[which] = now


TestCounty = County.TestCase
TestCounty.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)


def test_the_village_is_told_its_last_day() -> None:
    machine = County()
    machine.begin()
    machine.today = machine.cycle.apply_until + timedelta(days=1)
    with pytest.raises(DeadlinePassed) as refused:
        require_in_time(machine.applications[0], machine.cycle, machine.today, CALENDAR)
    assert refused.value.extra["last_day"] == machine.cycle.apply_until


def edges(machine: Machine[Any]) -> set[tuple[str, str]]:
    """Every change of state the table allows."""
    pairs = {(source.value, t.target.value) for t in machine.transitions for source in t.sources}
    return {(source, target) for source, target in pairs if source != target}


def test_the_tables_allow_what_is_written_here_and_nothing_else() -> None:
    assert edges(APPLICATION) == APPLICATION_EDGES
    assert edges(CYCLE) == CYCLE_EDGES
