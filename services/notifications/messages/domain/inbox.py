"""A message as its recipient reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.messages.domain.texts import Words
from shared.errors import NotFound, Text


@dataclass(frozen=True)
class Message:
    """One message to one user; times are business time, because it speaks of deadlines."""

    id: UUID
    kind: str
    organization_id: UUID | None  # none where the matter is the account's own
    words: Words
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class NoSuchMessage(NotFound):
    """No such message in this caller's inbox."""

    slug = "message-not-found"
    title = Text("没有这条消息", "No such message")
