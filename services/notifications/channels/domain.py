"""E-mail as data, and the account of deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.messages.domain.sending import Channel, Letter
from services.notifications.messages.domain.texts import Words
from shared.caller import Caller, Role
from shared.errors import NotFound, Text

# Who may look at deliveries, and who may have one tried again.
READERS = (Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR, Role.INSPECTOR)
MANAGERS = (Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)

_FOOT = (
    "此邮件由系统自动发出，请勿回复；详情请登录系统查看。\nSent automatically: please do not reply."
)


class NoSuchDelivery(NotFound):
    """No such delivery within the caller's part of the tree."""

    slug = "delivery-not-found"
    title = Text("没有这条送达记录", "No such delivery")


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over; `security` is how the connection is encrypted."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 4
    # For connecting and signing in, and again for each letter.
    timeout: timedelta = timedelta(seconds=6)


@dataclass(frozen=True)
class Waiting:
    """One claimed delivery: the attempt it is claimed for, whom to ask registry about, the words.

    Addresses are not stored: registry is asked when the letter leaves.
    """

    id: UUID
    attempt: int
    user_id: UUID
    organization_id: UUID | None
    role: str
    words: Words

    def letter(self, address: str) -> Letter:
        """Write the letter, Chinese first."""
        text = f"{self.words.body}\n\n{self.words.body_en}\n\n{_FOOT}\n"
        return Letter(self.id, address, self.words.title, text)


@dataclass(frozen=True)
class Delivery:
    """One delivery as the account shows it; never the address."""

    id: UUID
    fan_out_id: UUID
    message_id: UUID
    organization_id: UUID | None
    organization_name: str | None
    user_id: UUID
    channel: Channel
    state: DeliveryState
    attempts: int
    title: str
    error: str | None
    due_at: datetime
    sent_at: datetime | None


Counts = Mapping[Channel, Mapping[DeliveryState, int]]


@dataclass(frozen=True)
class EventReport:
    """How one event was told: organizations told so far, and deliveries by channel and state."""

    id: UUID
    kind: str
    county_id: UUID | None
    occurred_at: datetime
    finished_at: datetime | None
    told: int
    to_tell: int
    error: str | None
    counts: Counts


@dataclass(frozen=True)
class Wanted:
    """Which deliveries a list shows; all given conditions hold together."""

    fan_out_id: UUID | None = None
    channel: Channel | None = None
    state: DeliveryState | None = None


def reach(caller: Caller, *roles: Role) -> frozenset[UUID] | None:
    """Return the roots the caller may see by these roles; None means everywhere."""
    if any(grant.role in roles and grant.organization_id is None for grant in caller.grants):
        return None
    return caller.organizations(*roles)
