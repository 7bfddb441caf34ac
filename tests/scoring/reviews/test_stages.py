"""A township's or department's part: who may act when, and that it always comes to an end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.scoring.cycles.domain import Pause
from services.scoring.kernel.procedure import LateExtension
from services.scoring.reviews.domain import stages
from services.scoring.reviews.domain.stages import Member, Stage, StageKind, StageState, Timing
from shared.caller import SYSTEM, Caller, Grant, Role
from shared.errors import Forbidden, Problem
from shared.tables import new_id
from shared.transitions import IllegalTransition
from shared.workdays import Calendar

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
MEMBERS = (Member("组长（镇党委书记）"), Member("成员（组织委员）"))


def caller(role: Role) -> Caller:
    return Caller(new_id(), (Grant(role, new_id()),), new_id())


TOWNSHIP = caller(Role.TOWNSHIP)
DEPARTMENT = caller(Role.DEPARTMENT)
COUNTY_GROUP = caller(Role.ORGANIZATION_DEPARTMENT)
VILLAGE = caller(Role.VILLAGE)


def stage(kind: StageKind = StageKind.TOWNSHIP, state: StageState = StageState.OPEN) -> Stage:
    return Stage(new_id(), new_id(), new_id(), kind, "party", state)


def timing(today: date, *, limit: int = 1, days: int = 3) -> Timing:
    rule = LateExtension(working_days=days, limit=limit, clause="延期与代评")
    return Timing(today, FRIDAY, rule, Calendar())


def test_the_last_day_itself_is_in_time() -> None:
    stages.require_competent(stage(), TOWNSHIP, timing(FRIDAY))
    with pytest.raises(stages.StageOverdue, match="ran out"):
        stages.require_competent(stage(), TOWNSHIP, timing(FRIDAY + timedelta(days=1)))


@pytest.mark.parametrize(
    ("kind", "body", "other"),
    [
        (StageKind.TOWNSHIP, TOWNSHIP, DEPARTMENT),
        (StageKind.DEPARTMENT, DEPARTMENT, TOWNSHIP),
    ],
)
def test_only_the_body_itself_is_competent_at_first(
    kind: StageKind, body: Caller, other: Caller
) -> None:
    stages.require_competent(stage(kind), body, timing(MONDAY))
    for stranger in (other, COUNTY_GROUP, VILLAGE):
        with pytest.raises(stages.NotCompetent):
            stages.require_competent(stage(kind), stranger, timing(MONDAY))


def test_an_extension_counts_working_days_from_the_last_day() -> None:
    given = stages.extend(stage(), COUNTY_GROUP, timing(MONDAY), "防汛")
    assert given.state is StageState.EXTENDED
    assert given.due_on == date(2026, 3, 11)
    assert given.reason == "防汛"


def test_an_extension_given_late_counts_from_its_own_day() -> None:
    given = stages.extend(stage(), COUNTY_GROUP, timing(date(2026, 3, 16)), "防汛")
    assert given.due_on == date(2026, 3, 19)
    stages.require_competent(given, TOWNSHIP, timing(date(2026, 3, 19)))


def test_a_second_extension_is_refused_where_the_policy_allows_one() -> None:
    given = stages.extend(stage(), COUNTY_GROUP, timing(MONDAY), "防汛")
    with pytest.raises(stages.ExtensionLimitReached):
        stages.extend(given, COUNTY_GROUP, timing(MONDAY), "还要")
    assert stages.extend(given, COUNTY_GROUP, timing(MONDAY, limit=2), "还要").extensions == 2


def test_a_township_cannot_extend_its_own_time() -> None:
    with pytest.raises(Forbidden):
        stages.extend(stage(), TOWNSHIP, timing(MONDAY), "自行延期")


def test_the_county_group_steps_in_only_after_the_extension() -> None:
    late = timing(FRIDAY + timedelta(days=1))
    with pytest.raises(stages.NotYetLate):
        stages.substitute(stage(), COUNTY_GROUP, late, "未办结")
    given = stages.extend(stage(), COUNTY_GROUP, timing(MONDAY), "防汛")
    with pytest.raises(stages.NotYetLate):
        stages.substitute(given, COUNTY_GROUP, timing(date(2026, 3, 11)), "未办结")
    taken = stages.substitute(given, COUNTY_GROUP, timing(date(2026, 3, 12)), "未办结")
    assert taken.state is StageState.SUBSTITUTED
    assert taken.scored_by == "county_group"
    stages.require_competent(taken, COUNTY_GROUP, timing(date(2026, 3, 12)))
    with pytest.raises(stages.NotCompetent):
        stages.require_competent(taken, TOWNSHIP, timing(date(2026, 3, 12)))


def test_without_extensions_in_the_policy_the_county_group_steps_in_at_once() -> None:
    late = timing(FRIDAY + timedelta(days=1), limit=0)
    assert stages.substitute(stage(), SYSTEM, late, "逾期").state is StageState.SUBSTITUTED
    assert stages.overdue_verb(stage(), late) == "substitute"


def test_a_sign_off_names_its_members_once_each() -> None:
    with pytest.raises(stages.MembersMissing):
        stages.complete(stage(), TOWNSHIP, timing(MONDAY), (), "sha256:0")
    with pytest.raises(stages.MembersMissing):
        stages.complete(stage(), TOWNSHIP, timing(MONDAY), (MEMBERS[0], MEMBERS[0]), "sha256:0")
    done = stages.complete(stage(), TOWNSHIP, timing(MONDAY), MEMBERS, "sha256:0")
    assert (done.state, done.members) == (StageState.COMPLETED, MEMBERS)
    assert done.scored_by == "township"


@pytest.mark.parametrize("state", [StageState.COMPLETED, StageState.LAPSED])
def test_what_is_closed_stays_closed(state: StageState) -> None:
    closed = stage(state=state)
    for who in (TOWNSHIP, COUNTY_GROUP):
        with pytest.raises(stages.StageClosed):
            stages.require_competent(closed, who, timing(MONDAY))
    with pytest.raises(IllegalTransition):
        stages.extend(closed, COUNTY_GROUP, timing(MONDAY), "再来")


def test_a_pause_puts_the_own_last_day_off_too() -> None:
    given = stages.extend(stage(), COUNTY_GROUP, timing(MONDAY), "防汛")
    pause = Pause("recommending", date(2026, 3, 9), date(2026, 3, 10), 2)
    paused = replace(timing(date(2026, 3, 13)), pauses=(pause,))
    assert paused.last_day(given) == date(2026, 3, 13)


def test_a_deadline_moved_by_the_organization_department_counts_where_it_is_later() -> None:
    given = stages.extend(stage(), COUNTY_GROUP, timing(MONDAY), "防汛")
    moved = replace(timing(MONDAY), deadline=date(2026, 4, 1))
    assert moved.last_day(given) == date(2026, 4, 1)


def test_time_itself_takes_every_step_when_nobody_does() -> None:
    """open → extended → substituted → lapsed: a village never waits for ever."""
    now, today, seen = stage(), FRIDAY, []
    while not now.closed:
        today += timedelta(days=1)
        verb = stages.overdue_verb(now, timing(today))
        if verb is not None:
            now = getattr(stages, verb)(now, SYSTEM, timing(today), "逾期")
            seen.append((verb, today))
    assert seen == [
        ("extend", date(2026, 3, 7)),
        ("substitute", date(2026, 3, 12)),
        ("lapse", date(2026, 3, 18)),
    ]


class StageLife(RuleBasedStateMachine):
    """Random actors, days and verbs, legal and illegal: no undefined state, always a way out."""

    @initialize(kind=st.sampled_from(StageKind), limit=st.integers(0, 2), days=st.integers(0, 5))
    def begin(self, kind: StageKind, limit: int, days: int) -> None:
        self.stage = stage(kind)
        self.today = MONDAY
        self.limit, self.days = limit, days
        self.closed_as: StageState | None = None

    def timing(self) -> Timing:
        return timing(self.today, limit=self.limit, days=self.days)

    @rule(days=st.integers(1, 6))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(
        verb=st.sampled_from(["complete", "extend", "substitute", "lapse", "score"]),
        who=st.sampled_from([TOWNSHIP, DEPARTMENT, COUNTY_GROUP, VILLAGE, SYSTEM]),
        members=st.sampled_from([(), MEMBERS]),
    )
    def somebody_acts(self, verb: str, who: Caller, members: tuple[Member, ...]) -> None:
        before = self.stage
        try:
            if verb == "score":
                stages.require_competent(before, who, self.timing())
                assert not before.closed
            elif verb == "complete":
                self.stage = stages.complete(before, who, self.timing(), members, "sha256:0")
                assert members
            else:
                self.stage = getattr(stages, verb)(before, who, self.timing(), "理由")
        except Problem:
            assert self.stage == before

    @rule()
    def the_sweep_runs(self) -> None:
        verb = stages.overdue_verb(self.stage, self.timing())
        if verb is not None:
            self.stage = getattr(stages, verb)(self.stage, SYSTEM, self.timing(), "逾期")

    @invariant()
    def closed_is_final(self) -> None:
        if not hasattr(self, "stage"):
            return
        if self.closed_as is not None:
            assert self.stage.state is self.closed_as
        elif self.stage.closed:
            self.closed_as = self.stage.state
            assert self.stage.closed_on is not None

    @invariant()
    def the_limits_hold(self) -> None:
        if not hasattr(self, "stage"):
            return
        assert self.stage.extensions <= self.limit
        if self.stage.state is StageState.COMPLETED:
            assert self.stage.members
        if self.stage.state in (StageState.SUBSTITUTED, StageState.LAPSED):
            assert self.stage.substituted

    def teardown(self) -> None:
        """Left alone, every part ends by time within a few sweeps."""
        if not hasattr(self, "stage"):
            return
        for _ in range(self.limit + 3):
            if self.stage.closed:
                break
            self.today = max(self.today, self.timing().last_day(self.stage)) + timedelta(days=1)
            self.the_sweep_runs()
        assert self.stage.closed


TestStageLife = StageLife.TestCase
