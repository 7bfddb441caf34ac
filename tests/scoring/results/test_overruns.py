"""A silent committee, confirmer or publisher: put off, found, told; never decided by time."""

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    CycleState,
    Debt,
    Duty,
    PauseTooLong,
    begin_pause,
)
from services.scoring.results.domain import lateness
from services.scoring.results.domain.determinations import Missing
from shared.caller import Caller, Role
from shared.contracts.notifications import FallScope
from shared.tables import new_id
from shared.workdays import Calendar
from tests.accounts import caller
from tests.scoring.kernel.documents import preset
from tests.scoring.results.story import MEETING, NONE, Story
from tests.scoring.simulations.trying import cycle as cycle_of

MONDAY = date(2026, 5, 11)
CALENDAR = Calendar()
PROCEDURE = preset().procedure
BRANCH = new_id()


def waiting(
    state: CycleState,
    clear_until: date = MONDAY,
    determine_until: date = MONDAY,
    publish_until: date | None = None,
    paused_until: date | None = None,
    resettle_until: date | None = None,
) -> Cycle:
    return replace(
        cycle_of(),
        state=state,
        clear_until=clear_until,
        determine_until=determine_until,
        publish_until=publish_until,
        paused_until=paused_until,
        resettle_until=resettle_until,
    )


def who(found: list[Any]) -> set[tuple[Duty, Role, str | None]]:
    return {(each.duty, each.role, each.department) for each in found}


def test_the_offices_owe_first_and_after_their_day_the_office_too() -> None:
    cycle = waiting(
        CycleState.DETERMINING, clear_until=MONDAY, determine_until=MONDAY + timedelta(days=10)
    )
    missing = [Missing("petition_bureau", BRANCH, "visits")] * 3
    office = (Duty.CLEAR, Role.SOURCE_OFFICE, "petition_bureau")
    found = lateness.debts(cycle, missing, MONDAY, recorded=True)
    assert who(found) == {office}
    assert found[0].due_on == cycle.clear_until
    found = lateness.debts(cycle, missing, MONDAY + timedelta(days=1), recorded=True)
    assert who(found) == {office, (Duty.CLEAR, Role.ORGANIZATION_DEPARTMENT, None)}
    assert {each.due_on for each in found} == {cycle.determine_until}
    said = lateness.owing(found, missing, {"petition_bureau": "信访局"})
    assert said[0] == "信访局：答复联审（“无”也是答复），尚缺3项"


def test_then_the_meeting_then_its_confirmation_then_the_notice() -> None:
    cycle = waiting(CycleState.DETERMINING, determine_until=MONDAY)
    assert who(lateness.debts(cycle, [], MONDAY, recorded=False)) == {
        (Duty.DETERMINE, Role.COMMITTEE, None),
        (Duty.DETERMINE, Role.ORGANIZATION_DEPARTMENT, None),
    }
    found = lateness.debts(cycle, [], MONDAY, recorded=True)
    assert who(found) == {(Duty.CONFIRM, Role.COMMITTEE, None)}
    cycle = waiting(CycleState.ANNOUNCING, publish_until=MONDAY)
    found = lateness.debts(cycle, [], MONDAY, recorded=False)
    assert who(found) == {(Duty.PUBLISH, Role.ORGANIZATION_DEPARTMENT, None)}


@given(
    st.sampled_from(CycleState),
    st.dates(date(2026, 1, 1), date(2026, 9, 30)),
    st.integers(-40, 40),
    st.integers(-3, 3),
)
def test_time_puts_off_and_never_moves_a_cycle(
    state: CycleState, due: date, later: int, paused: int
) -> None:
    """Over any step, day and pause: only a step past its last day moves, and only its day does."""
    today = due + timedelta(days=later)
    pause = today + timedelta(days=paused) if paused else None
    cycle = waiting(
        state, determine_until=due, publish_until=due, resettle_until=due, paused_until=pause
    )
    late = lateness.has_overrun(cycle, today)
    assert late == (state in lateness.OVERRUN and later > 0 and paused <= 0)
    if not late:
        return
    after = lateness.put_off(cycle, PROCEDURE, today, CALENDAR)
    assert after.state is cycle.state
    until = lateness.last_day(after)
    assert until is not None
    assert until > today
    assert CALENDAR.is_working(until)
    assert not lateness.has_overrun(after, today)
    days = {"determine_until", "publish_until", "resettle_until"}
    moved = {name for name in vars(cycle) if getattr(after, name) != getattr(cycle, name)}
    assert len(moved & days) == len(moved) == 1


async def findings(story: Story) -> list[dict[str, Any]]:
    inspector = story.service.county.caller(Role.INSPECTOR)
    found: list[dict[str, Any]] = await story.get(f"/v1/cycles/{story.id}/inspections", inspector)
    return found


async def cycle(story: Story) -> dict[str, Any]:
    found: dict[str, Any] = await story.get(f"/v1/cycles/{story.id}")
    return found


async def overdue(story: Story) -> list[dict[str, Any]]:
    return [data for type_, data in await story.service.sent() if type_ == "step.overdue"]


async def test_a_silent_committee_is_put_off_and_found_again_and_again(story: Story) -> None:
    before = await cycle(story)
    await story.service.move_clock(f"{before['determine_until']} 23:59")
    await story.service.sweep()
    assert await findings(story) == []
    await story.service.after(before["determine_until"])
    await story.service.sweep()
    now = await cycle(story)
    assert now["state"] == "determining"
    assert now["determine_until"] > before["determine_until"]
    [first] = await findings(story)
    assert (first["state"], first["opened_by"], first["entity"]) == ("open", None, "cycle")
    assert "信访局：答复联审" in first["text"]
    assert "尚缺8项" in first["text"]
    assert "组织部" in first["text"]
    assert "不因逾期自动确定" in first["text"]
    [told] = await overdue(story)
    assert (told["due_on"], told["until"]) == (before["determine_until"], now["determine_until"])
    assert told["inspection_id"] == first["id"]
    await story.clear()
    await story.service.after(now["determine_until"])
    second = (await findings(story))[-1]
    assert "县委：召开会议并记录县委确定" in second["text"]
    await story.record()
    await story.service.after((await cycle(story))["determine_until"])
    third = (await findings(story))[-1]
    assert "县委：由另一人确认" in third["text"]
    assert "组织部" not in third["text"]
    answer = await story.results_answer()
    assert answer.status_code == 404
    inspector = story.service.county.caller(Role.INSPECTOR)
    path = f"/v1/inspections/{first['id']}/close"
    await story.post(path, inspector, {"outcome": "已督促，信访局已答复"}, 200)


async def test_a_late_meeting_is_still_a_meeting(story: Story) -> None:
    await story.clear()
    await story.service.after((await cycle(story))["determine_until"])
    await story.determined()
    assert (await cycle(story))["state"] == "announcing"


async def test_a_notice_that_nobody_publishes_is_found_too(settled: Story) -> None:
    before = await cycle(settled)
    assert before["state"] == "announcing"
    await settled.service.after(before["publish_until"])
    now = await cycle(settled)
    assert now["state"] == "announcing"
    assert now["publish_until"] > before["publish_until"]
    [found] = await findings(settled)
    assert "组织部：发布公示" in found["text"]
    assert set(await settled.states()) == {"determined"}
    [determination] = await settled.get(f"/v1/cycles/{settled.id}/determinations")
    await settled.published(determination["id"])
    now = await cycle(settled)
    assert (now["state"], now["publish_until"]) == ("announced", None)
    await settled.service.pass_days(60)
    await settled.service.sweep()
    assert len(await findings(settled)) == 1


async def test_void_results_do_not_wait_for_a_silent_committee_unseen(settled: Story) -> None:
    [determination] = await settled.get(f"/v1/cycles/{settled.id}/determinations")
    await settled.published(determination["id"])
    await settled.service.move_clock("2026-05-19 09:00")
    await settled.closed(determination["id"], NONE)
    await settled.upheld(determination["id"], NONE, scope=FallScope.REDETERMINE, released=False)
    now = await cycle(settled)
    assert (now["state"], now["resettle_until"]) == ("announced", "2026-06-02")
    await settled.service.move_clock("2026-06-02 09:00")
    await settled.service.sweep()
    assert {(duty, role) for duty, role, _ in (await reminded(settled))} >= {
        ("determine", "committee"),
        ("determine", "organization_department"),
    }
    await settled.service.after(now["resettle_until"])
    [found] = await findings(settled)
    assert found["text"].startswith("“补充确定”环节最迟2026-06-02办结")
    assert "县委：召开会议并记录县委确定" in found["text"]
    only = [str(settled.branches[NONE].id)]
    meeting = {**MEETING, "held_on": "2026-06-03"}
    await settled.determined(organization_ids=only, meeting=meeting)
    assert (await cycle(settled))["resettle_until"] is None
    await settled.service.pass_days(1)
    await settled.service.sweep()
    assert len(await findings(settled)) == 1


async def test_a_pause_keeps_the_committees_time(story: Story) -> None:
    before = await cycle(story)
    inspector = story.service.county.caller(Role.INSPECTOR)
    await story.service.move_clock(f"{before['determine_until']} 10:00")
    body = {"entity": "cycle", "entity_id": story.id, "text": "核实举报"}
    path = f"/v1/cycles/{story.id}/inspections"
    opened = (await story.post(path, inspector, body, 201)).json()
    pause = {"reason": "核实举报", "working_days": 3}
    await story.post(f"/v1/inspections/{opened['id']}/pause", inspector, pause, 200)
    await story.service.after(before["determine_until"])
    assert await overdue(story) == []
    assert (await cycle(story))["determine_until"] > before["determine_until"]


async def reminded(story: Story) -> list[tuple[str, str, str | None]]:
    """Duty, role and department of every reminder after the reviews, in order."""
    return [
        (data["duty"], data["role"], data["department"])
        for type_, data in await story.service.sent()
        if type_ == "deadline.near" and data["duty"] not in ("apply", "recommend", "review")
    ]


async def test_only_the_silent_office_is_told_and_then_whoever_comes_next(story: Story) -> None:
    now = await cycle(story)
    office = ("clear", "source_office", "petition_bureau")
    await story.service.move_clock(f"{now['clear_until']} 09:00")
    await story.service.sweep()
    await story.service.sweep()
    assert await reminded(story) == [office]
    await story.service.move_clock(f"{now['determine_until']} 09:00")
    await story.service.sweep()
    assert sorted((await reminded(story))[1:], key=str) == [
        ("clear", "organization_department", None),
        office,
    ]
    await story.clear()
    await story.service.sweep()
    assert {role for _, role, _ in (await reminded(story))[3:]} == {
        "committee",
        "organization_department",
    }
    determination = (await story.record()).json()["id"]
    await story.service.sweep()
    assert (await reminded(story))[-1] == ("confirm", "committee", None)
    await story.confirm(determination)
    now = await cycle(story)
    await story.service.move_clock(f"{now['publish_until']} 09:00")
    await story.service.sweep()
    assert (await reminded(story))[-1] == ("publish", "organization_department", None)
    assert len(await reminded(story)) == 7


class LastSteps(RuleBasedStateMachine):
    """Committee, offices, publisher and inspector act or keep silent while days go by."""

    @initialize()
    def begin(self) -> None:
        self.today = MONDAY
        self.cycle = waiting(CycleState.DETERMINING, determine_until=MONDAY + timedelta(days=14))
        self.missing = [Missing("petition_bureau", BRANCH, "visits")]
        self.recorded = False
        self.findings = 0
        self.decided_by: list[str] = []

    @rule(days=st.sampled_from([1, 1, 3, 20]))
    def days_pass_and_the_sweep_runs(self, days: int) -> None:
        self.today += timedelta(days=days)
        if lateness.has_overrun(self.cycle, self.today):
            owed = self.owed()
            assert owed, "whoever is found late owes something"
            before = lateness.last_day(self.cycle)
            self.cycle = lateness.put_off(self.cycle, PROCEDURE, self.today, CALENDAR)
            after = lateness.last_day(self.cycle)
            assert before is not None
            assert after is not None
            assert after > self.today > before
            self.findings += 1

    @rule()
    def the_office_answers(self) -> None:
        self.missing = []

    @precondition(lambda self: self.cycle.state is CycleState.DETERMINING)
    @rule()
    def a_meeting_is_recorded(self) -> None:
        self.recorded = True

    @precondition(lambda self: self.recorded and not self.missing)
    @rule()
    def a_second_person_confirms(self) -> None:
        if self.cycle.state is CycleState.DETERMINING:
            state = CYCLE.fire("announce", self.cycle.state, _person(Role.COMMITTEE))
            until = CALENDAR.add(self.today, PROCEDURE.publication_days)
            self.cycle = replace(self.cycle, state=state, publish_until=until)
            self.decided_by.append("committee")

    @precondition(lambda self: self.cycle.state is CycleState.DETERMINING)
    @rule(days=st.integers(1, 5))
    def the_inspector_pauses(self, days: int) -> None:
        if not self.cycle.is_paused(self.today):
            limit = PROCEDURE.pause.max_working_days
            with contextlib.suppress(PauseTooLong):
                self.cycle, _ = begin_pause(self.cycle, days, limit, self.today, CALENDAR)

    @invariant()
    def time_decides_nothing(self) -> None:
        announced = self.cycle.state is CycleState.ANNOUNCING
        assert announced == bool(self.decided_by)

    @invariant()
    def somebody_owes_something_until_a_last_day(self) -> None:
        due = lateness.last_day(self.cycle)
        assert due is not None
        assert self.owed()
        assert due >= self.today or lateness.has_overrun(self.cycle, self.today) or self.paused()

    def paused(self) -> bool:
        return self.cycle.is_paused(self.today)

    def owed(self) -> list[Debt]:
        missing = self.missing if self.cycle.state is CycleState.DETERMINING else []
        return lateness.debts(self.cycle, missing, self.today, recorded=self.recorded)


def _person(role: Role) -> Caller:
    return caller(role, BRANCH)


TestLastSteps = LastSteps.TestCase
