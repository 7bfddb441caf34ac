"""Tables of webhooks: subscriptions, the public facts, their deliveries and every attempt."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.notifications.messages.tables import Leased, due_index
from services.notifications.tables import Table
from shared.tables import new_id

_TIME = sa.DateTime(timezone=True)


class WebhookRow(Table, table=True):
    __tablename__ = "webhooks"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(index=True)
    owner_id: UUID
    url: str
    description: str
    event_types: list[str] = Field(sa_type=JSONB)
    state: str
    version: int
    created_at: datetime = Field(sa_type=_TIME)
    sealed_secret: bytes
    sealed_previous: bytes | None
    previous_until: datetime | None = Field(sa_type=_TIME)
    failing_since: datetime | None = Field(sa_type=_TIME)
    disabled_reason: str | None


class WebhookEventRow(Table, table=True):
    __tablename__ = "webhook_events"
    __table_args__ = (sa.Index("ix_webhook_events_since", "county_id", "occurred_at"),)
    id: UUID = Field(primary_key=True)
    county_id: UUID
    type: str
    occurred_at: datetime = Field(sa_type=_TIME)
    body: str


class WebhookDeliveryRow(Leased, Table, table=True):
    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event_id", name="uq_webhook_deliveries_once"),
        due_index("webhook_deliveries"),
    )
    webhook_id: UUID = Field(foreign_key="webhooks.id")
    event_id: UUID = Field(foreign_key="webhook_events.id")


class WebhookAttemptRow(Table, table=True):
    __tablename__ = "webhook_attempts"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    delivery_id: UUID = Field(foreign_key="webhook_deliveries.id", index=True)
    number: int
    at: datetime = Field(sa_type=_TIME)
    status: int | None
    error: str | None
    duration_ms: int
    response: str
