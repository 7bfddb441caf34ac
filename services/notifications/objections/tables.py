"""Tables of objections; statements and who made them are sealed, in a table of their own."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.notifications.tables import Table

_AT = sa.DateTime(timezone=True)


class ObjectionRow(Table, table=True):
    __tablename__ = "objections"

    id: UUID = Field(primary_key=True)  # knows the day only
    county_id: UUID = Field(index=True)
    announcement_id: UUID = Field(foreign_key="announcements.id", index=True)
    kind: str
    channel: str
    organization_ids: list[str] | None = Field(sa_type=JSONB)
    star: str | None
    named: bool
    received_on: date
    receipt_hash: str = Field(unique=True)
    state: str
    withdrawn: bool
    acted_on: date | None = None
    version: int


class ClueRow(Table, table=True):
    __tablename__ = "clues"

    id: UUID = Field(primary_key=True)  # knows the day only
    county_id: UUID = Field(index=True)
    announcement_id: UUID = Field(foreign_key="announcements.id")
    kind: str
    channel: str
    organization_ids: list[str] | None = Field(sa_type=JSONB)
    star: str | None
    named: bool
    received_on: date
    receipt_hash: str = Field(unique=True)


class SealedStatementRow(Table, table=True):
    __tablename__ = "sealed_statements"

    owner_id: UUID = Field(primary_key=True)  # an objection or a clue
    sealed: bytes


class InquiryRow(Table, table=True):
    __tablename__ = "inquiries"

    id: UUID = Field(primary_key=True)
    objection_id: UUID = Field(foreign_key="objections.id", index=True)
    county_id: UUID
    organization_id: UUID = Field(index=True)
    text: str
    sent_on: date
    due_on: date
    answer: str | None
    answered_on: date | None
    answered_by: UUID | None
    lapsed: bool


class FindingRow(Table, table=True):
    __tablename__ = "findings"
    __table_args__ = (
        # One finding at a time waits for its second inspector.
        sa.Index(
            "uq_findings_waiting",
            "objection_id",
            unique=True,
            postgresql_where=sa.text("second_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    objection_id: UUID = Field(foreign_key="objections.id", index=True)
    verdict: str
    reasons: str
    answer: str | None
    scope: str | None
    star: str | None
    organization_ids: list[str] = Field(sa_type=JSONB)
    drafted_user: UUID
    drafted_person: UUID | None
    drafted_at: datetime = Field(sa_type=_AT)
    second_user: UUID | None
    second_person: UUID | None
    second_at: datetime | None = Field(sa_type=_AT)
    returned_because: str | None
