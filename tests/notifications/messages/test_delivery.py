"""The delivery machine and its schedule: whatever happens, a delivery ends or can go on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.notifications.messages.domain.delivery import (
    DELIVERY,
    DeliveryState,
    Outcome,
    Progress,
    Schedule,
)
from shared.caller import Caller, Role
from shared.errors import Forbidden
from shared.transitions import IllegalTransition
from tests.accounts import caller

NOW = datetime(2026, 5, 11, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SCHEDULE = Schedule(timedelta(seconds=5), factor=2, cap=timedelta(minutes=10), attempts=4)
ADMINISTRATOR = caller(Role.SYSTEM_ADMINISTRATOR)

schedules = st.builds(
    Schedule,
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(hours=1)),
    factor=st.integers(1, 10),
    cap=st.timedeltas(timedelta(milliseconds=1), timedelta(days=30)),
    attempts=st.integers(1, 1000),
)


def queued() -> Progress:
    return Progress(DeliveryState.QUEUED, 0, NOW)


def test_pauses_double_up_to_the_cap() -> None:
    schedule = Schedule(timedelta(seconds=30), 2, timedelta(hours=2), attempts=40)
    minutes = [schedule.pause(made).total_seconds() / 60 for made in range(1, 11)]
    assert minutes == [0.5, 1, 2, 4, 8, 16, 32, 64, 120, 120]


@given(schedules, st.integers(1, 10_000))
def test_pauses_never_shrink_never_exceed_the_cap_and_never_overflow(
    schedule: Schedule, made: int
) -> None:
    pause, following = schedule.pause(made), schedule.pause(made + 1)
    assert timedelta(0) < pause <= following <= schedule.cap


def test_the_last_attempt_ends_dead_and_a_person_revives_it() -> None:
    progress = queued()
    for attempt in range(1, SCHEDULE.attempts + 1):
        progress = progress.claimed(NOW, LEASE).settled(Outcome("smtp_451"), NOW, SCHEDULE)
        assert progress.attempts == attempt
    assert progress.state is DeliveryState.DEAD
    revived = progress.retried("retry", ADMINISTRATOR, NOW)
    assert (revived.state, revived.attempts, revived.error) == (DeliveryState.QUEUED, 0, None)


def test_a_permanent_error_is_not_tried_again() -> None:
    progress = queued().claimed(NOW, LEASE)
    assert progress.settled(Outcome("smtp_550", permanent=True), NOW, SCHEDULE).state == "dead"


def test_an_attempt_that_never_began_does_not_count() -> None:
    back = queued().claimed(NOW, LEASE).put_back(NOW)
    assert (back.state, back.attempts, back.leased_until) == (DeliveryState.QUEUED, 0, None)


def test_a_delivery_that_kills_its_worker_each_time_ends_dead() -> None:
    progress = queued()
    for _ in range(SCHEDULE.attempts):
        progress = progress.claimed(NOW, LEASE).expired(NOW, SCHEDULE)
    assert (progress.state, progress.error) == (DeliveryState.DEAD, "worker_lost")


def test_what_was_sent_is_never_sent_again() -> None:
    sent = queued().claimed(NOW, LEASE).settled(Outcome(), NOW, SCHEDULE)
    assert (sent.state, sent.sent_at) == (DeliveryState.SENT, NOW)
    with pytest.raises(IllegalTransition):
        sent.retried("retry", ADMINISTRATOR, NOW)
    with pytest.raises(IllegalTransition):
        sent.claimed(NOW, LEASE)


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.INSPECTOR, Role.PUBLIC])
def test_only_those_responsible_revive_deliveries(role: Role) -> None:
    stranger: Caller = caller(role)
    with pytest.raises(Forbidden):
        Progress(DeliveryState.DEAD, 4, NOW).retried("retry", stranger, NOW)


def test_every_state_but_sent_has_a_way_out() -> None:
    left = {source for rule in DELIVERY.transitions for source in rule.sources}
    assert left == set(DeliveryState)  # sent is left by a webhook's replay alone
    assert all(rule.target in DELIVERY.labels for rule in DELIVERY.transitions)


class DeliveryLife(RuleBasedStateMachine):
    """Workers, failures, crashes and people act on one delivery in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.progress = queued()

    @rule(seconds=st.integers(0, 3600))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.progress.state in {"queued", "failed"})
    @rule()
    def claim(self) -> None:
        self.progress = self.progress.claimed(self.now, LEASE)

    @precondition(lambda self: self.progress.state == "sending")
    @rule(error=st.sampled_from([None, "smtp_451", "smtp_timeout"]), permanent=st.booleans())
    def settle(self, error: str | None, permanent: bool) -> None:  # noqa: FBT001 -- hypothesis fills it
        outcome = Outcome(error, permanent=permanent)
        self.progress = self.progress.settled(outcome, self.now, SCHEDULE)

    @precondition(lambda self: self.progress.state == "sending")
    @rule()
    def lose_the_worker(self) -> None:
        self.progress = self.progress.expired(self.now, SCHEDULE)

    @precondition(lambda self: self.progress.state == "sending")
    @rule()
    def run_out_of_time(self) -> None:
        self.progress = self.progress.put_back(self.now)

    @precondition(lambda self: self.progress.state in {"failed", "dead"})
    @rule()
    def retry(self) -> None:
        self.progress = self.progress.retried("retry", ADMINISTRATOR, self.now)

    @invariant()
    def stands_on_firm_ground(self) -> None:
        progress = self.progress
        assert 0 <= progress.attempts <= SCHEDULE.attempts
        assert (progress.leased_until is not None) == (progress.state == "sending")
        assert (progress.sent_at is not None) == (progress.state == "sent")
        if progress.state == "failed":
            assert progress.attempts < SCHEDULE.attempts
            assert progress.due_at <= self.now + SCHEDULE.cap


TestDeliveryLife = DeliveryLife.TestCase
