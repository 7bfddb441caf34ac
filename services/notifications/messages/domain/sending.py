"""Channels and what a sender of one of them must do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.notifications.messages.domain.delivery import Outcome, Schedule


class Channel(StrEnum):
    """How a recipient is told."""

    IN_APP = "in_app"  # 站内消息: delivered by being stored
    EMAIL = "email"


CHANNEL_NAMES = {Channel.IN_APP: "站内消息", Channel.EMAIL: "电子邮件"}


@dataclass(frozen=True)
class Letter:
    """One message on its way: `delivery_id` makes every repetition of it recognisable."""

    delivery_id: UUID
    address: str = field(repr=False)
    subject: str
    text: str


class Sender(Protocol):
    """Sends letters through one channel."""

    async def send(self, letters: Sequence[Letter], within: timedelta) -> dict[UUID, Outcome]:
        """Send as many as possible in the given time; those not begun have no outcome.

        Never raises for what the other side does: that is an outcome.
        """


@dataclass(frozen=True)
class Channels:
    """The senders that are configured, and how deliveries are paced.

    The in-app channel is always there. A channel without a sender is off: no delivery is
    made for it, none is claimed to be sent, and `GET /v1/channels` says so.
    """

    senders: Mapping[Channel, Sender]
    schedule: Schedule
    lease: timedelta = timedelta(seconds=60)
    within: timedelta = timedelta(seconds=10)
    chunk: int = 50

    @property
    def live(self) -> tuple[Channel, ...]:
        """The channels that messages are delivered by now."""
        return (Channel.IN_APP, *sorted(self.senders))
