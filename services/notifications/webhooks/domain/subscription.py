"""A subscription: who is told which public facts of a county, at which address."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.notifications.messages.domain.delivery import DeliveryState, Outcome, Schedule
from services.notifications.webhooks.domain.addresses import AddressRules
from services.notifications.webhooks.domain.secrets import PREVIOUS, SECRET
from shared.caller import SYSTEM, Caller, Role
from shared.errors import Conflict, Invalid, NotFound, Text
from shared.sealing.envelope import Seal
from shared.transitions import Machine, Transition

MANAGERS = (Role.PLATFORM, Role.SYSTEM_ADMINISTRATOR)
# The subscriber says that it wants no more.
_GONE = 410
_OK = range(200, 300)


class WebhookState(StrEnum):
    """Whether anything is sent."""

    ACTIVE = "active"
    DISABLED = "disabled"
    DELETED = "deleted"


_WHO = frozenset(MANAGERS)
WEBHOOK = Machine(
    Text("订阅", "webhook"),
    {
        WebhookState.ACTIVE: "启用",
        WebhookState.DISABLED: "停用",
        WebhookState.DELETED: "已删除",
    },
    [
        Transition(
            "disable",
            _WHO | {Role.SYSTEM},
            frozenset({WebhookState.ACTIVE}),
            WebhookState.DISABLED,
            guard="asked for, or nothing could be delivered for too long",
            effect="nothing is sent; what waits is kept",
        ),
        Transition(
            "enable",
            _WHO,
            frozenset({WebhookState.DISABLED}),
            WebhookState.ACTIVE,
            effect="what waited is sent; what was missed is sent by a replay",
        ),
        Transition(
            "delete",
            _WHO,
            frozenset({WebhookState.ACTIVE, WebhookState.DISABLED}),
            WebhookState.DELETED,
            effect="its log is kept",
        ),
    ],
)


class NoSuchWebhook(NotFound):
    """No such subscription that this caller may see."""

    slug = "webhook-not-found"
    title = Text("没有这个订阅", "No such webhook")


class NoSuchWebhookDelivery(NotFound):
    """No such delivery of this subscription."""

    slug = "webhook-delivery-not-found"
    title = Text("没有这次推送", "No such webhook delivery")


class WebhookInactive(Conflict):
    """Nothing is sent to a disabled subscription."""

    slug = "webhook-inactive"
    title = Text("订阅已停用", "The webhook is not active")


class NotACounty(Invalid):
    """Subscriptions belong to one county."""

    slug = "webhook-county-invalid"
    title = Text("请指明一个县", "Name one county")


@dataclass(frozen=True)
class Webhook:
    """One subscription; secrets are kept sealed. Times are real."""

    id: UUID
    county_id: UUID
    owner_id: UUID
    url: str
    description: str
    event_types: tuple[str, ...]
    state: WebhookState
    version: int
    created_at: datetime
    sealed_secret: bytes = field(repr=False)
    sealed_previous: bytes | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    failing_since: datetime | None = None
    disabled_reason: str | None = None

    def secrets(self, seal: Seal, now: datetime) -> tuple[str, ...]:
        """Return the secrets that are valid now, the newest first."""
        secret = seal.open(self.sealed_secret, SECRET, self.id)
        previous, until = self.sealed_previous, self.previous_until
        if previous is None or until is None or now >= until:
            return (secret,)
        return (secret, seal.open(previous, PREVIOUS, self.id))

    def rotated(self, seal: Seal, secret: str, now: datetime, overlap: timedelta) -> "Webhook":
        """Take a new secret; the one before stays valid for the overlap."""
        before = seal.open(self.sealed_secret, SECRET, self.id)
        return replace(
            self,
            sealed_secret=seal.close(secret, SECRET, self.id),
            sealed_previous=seal.close(before, PREVIOUS, self.id),
            previous_until=now + overlap,
        )

    def moved(self, verb: str, caller: Caller, reason: str | None = None) -> "Webhook":
        """Change the state by a named rule; enabling forgets what failed before."""
        state = WEBHOOK.fire(verb, self.state, caller)
        return replace(self, state=state, disabled_reason=reason, failing_since=None)

    def require_active(self) -> None:
        """Raise WebhookInactive unless something is sent."""
        if self.state is not WebhookState.ACTIVE:
            raise WebhookInactive(
                "此订阅已停用，不会发送任何内容；请先启用（enable）再操作。",
                "This webhook is not active: enable it first.",
            )

    def after(self, replies: Sequence["Reply"], now: datetime, patience: timedelta) -> "Webhook":
        """Judge the subscriber by its replies: disabled when gone, or failing for too long."""
        if self.state is not WebhookState.ACTIVE or not replies:
            return self
        if any(reply.status == _GONE for reply in replies):
            return self.moved("disable", SYSTEM, "subscriber_gone")
        if any(reply.outcome.delivered for reply in replies):
            return replace(self, failing_since=None)
        since = self.failing_since or now
        if now - since >= patience:
            return self.moved("disable", SYSTEM, "failing_too_long")
        return replace(self, failing_since=since)


@dataclass(frozen=True)
class Reply:
    """What one attempt met: a status, or an error code when there was no answer."""

    status: int | None
    error: str | None
    duration_ms: int
    text: str = ""

    @property
    def outcome(self) -> Outcome:
        """Only 2xx is delivered; redirects are not followed."""
        if self.status in _OK:
            return Outcome()
        return Outcome(self.error or f"http_{self.status}", permanent=self.status == _GONE)


class Poster(Protocol):
    """Posts to subscribers."""

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """Post once, within the time-out; never raises for what the other side does."""


@dataclass(frozen=True)
class Webhooks:
    """What webhooks work with: the outside, the rules of addresses, and the pace."""

    poster: Poster
    rules: AddressRules
    schedule: Schedule
    patience: timedelta = timedelta(days=5)
    overlap: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(seconds=60)
    chunk: int = 100
    # Posts to one subscriber at a time, for each of its chunks under way.
    parallel: int = 4
    # No attempt begins after this; with one attempt's time-out it stays below a job's.
    begin_within: timedelta = timedelta(seconds=8)


@dataclass(frozen=True)
class Sendable:
    """One claimed delivery: the attempt it is claimed for and what is sent."""

    id: UUID
    attempt: int
    message_id: str
    body: str


@dataclass(frozen=True)
class WebhookDelivery:
    """One event on its way to one subscriber, as the log shows it."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    event_type: str
    state: DeliveryState
    attempts: int
    error: str | None
    occurred_at: datetime
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Attempt:
    """One attempt as the log keeps it."""

    number: int
    at: datetime
    reply: Reply
