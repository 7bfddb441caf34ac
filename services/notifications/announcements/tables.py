"""Tables of announcements and the lines of their notices."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.notifications.tables import Table
from shared.tables import new_id


class AnnouncementRow(Table, table=True):
    __tablename__ = "announcements"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(index=True)
    cycle_id: UUID = Field(index=True)
    determination_id: UUID = Field(unique=True)
    title: str
    year: int
    policy_title: str
    policy_hash: str
    snapshot_hash: str
    working_days: int
    first_day_counts: bool
    supplement: bool
    not_listed: list[str] = Field(sa_type=JSONB)
    parts: dict[str, Any] = Field(sa_type=JSONB)
    state: str = Field(index=True)
    version: int
    published_on: date | None
    first_day: date | None
    last_day: date | None
    promised_day: date | None
    provisional: bool
    closed_on: date | None


class EntryRow(Table, table=True):
    __tablename__ = "announcement_entries"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "organization_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    announcement_id: UUID = Field(foreign_key="announcements.id")
    county_id: UUID
    organization_id: UUID
    township_id: UUID
    name: str | None
    township: str | None
    sort: str
    level: int
    stars: list[dict[str, str]] = Field(sa_type=JSONB)
    standing: str
    level_now: int | None
    stars_now: list[dict[str, str]] | None = Field(sa_type=JSONB)
    changed_on: date | None
