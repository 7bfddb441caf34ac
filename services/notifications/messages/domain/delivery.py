"""The life of one delivery (送达): its states, its retry schedule and the lease it is sent under.

Messages by e-mail and webhooks live by the same rules. Times are real, never business time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.caller import SYSTEM, Caller, Role
from shared.errors import Text
from shared.transitions import Machine, Transition


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


_SYSTEM = frozenset({Role.SYSTEM})
_PEOPLE = frozenset({Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR, Role.PLATFORM})
_SENDING = frozenset({DeliveryState.SENDING})

DELIVERY = Machine(
    Text("送达", "delivery"),
    {
        DeliveryState.QUEUED: "待发送",
        DeliveryState.SENDING: "发送中",
        DeliveryState.SENT: "已送达",
        DeliveryState.FAILED: "失败待重试",
        DeliveryState.DEAD: "多次失败已停止",
    },
    [
        Transition(
            "claim",
            _SYSTEM,
            frozenset({DeliveryState.QUEUED, DeliveryState.FAILED}),
            DeliveryState.SENDING,
            guard="due",
            effect="one attempt more, leased",
        ),
        Transition("succeed", _SYSTEM, _SENDING, DeliveryState.SENT),
        Transition(
            "fail",
            _SYSTEM,
            _SENDING,
            DeliveryState.FAILED,
            guard="attempts are left and the error may pass",
            effect="due again after the schedule's pause",
        ),
        Transition(
            "give_up",
            _SYSTEM,
            _SENDING,
            DeliveryState.DEAD,
            guard="no attempt is left, or the error is permanent",
        ),
        Transition(
            "release",
            _SYSTEM,
            _SENDING,
            DeliveryState.QUEUED,
            guard="the lease ran out, or the attempt never began",
        ),
        Transition(
            "retry",
            _PEOPLE,
            frozenset({DeliveryState.FAILED, DeliveryState.DEAD}),
            DeliveryState.QUEUED,
            effect="attempts are counted anew",
        ),
        Transition(
            "replay",
            _PEOPLE,
            frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DEAD}),
            DeliveryState.QUEUED,
            guard="webhooks only: a message is never sent again once it was sent",
            effect="attempts are counted anew",
        ),
    ],
)


@dataclass(frozen=True)
class Schedule:
    """When to try again: `first`, then `factor` times longer each time, never above `cap`.

    After `attempts` attempts nothing is tried any more.
    """

    first: timedelta
    factor: int
    cap: timedelta
    attempts: int

    def pause(self, made: int) -> timedelta:
        """Return how long to wait after the `made`-th attempt failed (1 is the first)."""
        pause = self.first
        for _ in range(made - 1):
            if pause >= self.cap:
                break
            pause *= self.factor
        return min(pause, self.cap)


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt; `error` is a short code and never holds an address."""

    error: str | None = None
    permanent: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the other side took it over."""
        return self.error is None


@dataclass(frozen=True)
class Progress:
    """How far one delivery has come; every method returns the next progress."""

    state: DeliveryState
    attempts: int
    due_at: datetime
    leased_until: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None

    def claimed(self, now: datetime, lease: timedelta) -> "Progress":
        """Begin an attempt that nobody else may begin before the lease ends."""
        state = DELIVERY.fire("claim", self.state, SYSTEM)
        return replace(self, state=state, attempts=self.attempts + 1, leased_until=now + lease)

    def settled(self, outcome: Outcome, now: datetime, schedule: Schedule) -> "Progress":
        """End an attempt: sent, due again later, or dead."""
        ended = replace(self, leased_until=None, error=outcome.error)
        if outcome.delivered:
            return replace(ended, state=DELIVERY.fire("succeed", self.state, SYSTEM), sent_at=now)
        if outcome.permanent or self.attempts >= schedule.attempts:
            return replace(ended, state=DELIVERY.fire("give_up", self.state, SYSTEM))
        state = DELIVERY.fire("fail", self.state, SYSTEM)
        return replace(ended, state=state, due_at=now + schedule.pause(self.attempts))

    def expired(self, now: datetime, schedule: Schedule) -> "Progress":
        """Take an attempt back whose worker was never heard of again; it counts as made."""
        if self.attempts >= schedule.attempts:
            return self.settled(Outcome("worker_lost"), now, schedule)
        state = DELIVERY.fire("release", self.state, SYSTEM)
        return replace(self, state=state, leased_until=None, due_at=now, error="worker_lost")

    def put_back(self, now: datetime) -> "Progress":
        """Take an attempt back that never began; it does not count."""
        state = DELIVERY.fire("release", self.state, SYSTEM)
        return replace(self, state=state, attempts=self.attempts - 1, leased_until=None, due_at=now)

    def retried(self, verb: str, caller: Caller, now: datetime) -> "Progress":
        """Queue the delivery anew because a person asked for it (`retry` or `replay`)."""
        state = DELIVERY.fire(verb, self.state, caller)
        return replace(self, state=state, attempts=0, due_at=now, error=None)
