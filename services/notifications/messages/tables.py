"""Tables of messages: what is to be told, what each recipient reads, and how it was delivered."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.notifications.tables import Table
from shared.tables import new_id

_TIME = sa.DateTime(timezone=True)


class FanOutRow(Table, table=True):
    __tablename__ = "fan_outs"
    __table_args__ = (
        sa.Index("ix_fan_outs_waiting", "due_at", postgresql_where=sa.text("finished_at IS NULL")),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID = Field(unique=True)
    county_id: UUID | None = Field(index=True)
    kind: str
    roles: list[str] = Field(sa_type=JSONB)
    department: str | None = None
    facts: dict[str, Any] = Field(sa_type=JSONB)
    addressees: list[dict[str, Any]] = Field(sa_type=JSONB)
    total: int
    position: int = 0
    attempts: int = 0
    error: str | None = None
    occurred_at: datetime = Field(sa_type=_TIME)
    due_at: datetime = Field(sa_type=_TIME)
    finished_at: datetime | None = Field(default=None, sa_type=_TIME)


class MessageRow(Table, table=True):
    __tablename__ = "messages"
    __table_args__ = (
        # Nothing is shown twice: one message for each recipient and matter of an event.
        sa.UniqueConstraint("fan_out_id", "user_id", "about_id", name="uq_messages_once"),
        sa.Index("ix_messages_inbox", "user_id", "id"),
        sa.Index("ix_messages_unread", "user_id", postgresql_where=sa.text("read_at IS NULL")),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    fan_out_id: UUID = Field(foreign_key="fan_outs.id")
    county_id: UUID | None
    user_id: UUID
    organization_id: UUID | None
    about_id: UUID
    kind: str
    title: str
    body: str
    title_en: str
    body_en: str
    facts: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=_TIME)
    read_at: datetime | None = Field(default=None, sa_type=_TIME)


class Leased(SQLModel):
    """The columns by which a row is sent under a lease; see domain.delivery.Progress."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    state: str
    attempts: int = 0
    due_at: datetime = Field(sa_type=_TIME)
    leased_until: datetime | None = Field(default=None, sa_type=_TIME)
    sent_at: datetime | None = Field(default=None, sa_type=_TIME)
    error: str | None = None


def due_index(table: str) -> sa.Index:
    """Return the index by which due rows are found; settled rows are not in it."""
    waiting = sa.text("state IN ('queued', 'failed', 'sending')")
    return sa.Index(f"ix_{table}_due", "due_at", postgresql_where=waiting)


class DeliveryRow(Leased, Table, table=True):
    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "channel", name="uq_deliveries_once"),
        due_index("deliveries"),
    )
    message_id: UUID = Field(foreign_key="messages.id")
    fan_out_id: UUID = Field(foreign_key="fan_outs.id", index=True)
    county_id: UUID | None = Field(index=True)
    user_id: UUID
    organization_id: UUID | None
    role: str
    channel: str
    created_at: datetime = Field(sa_type=_TIME)
