"""Applications as one document each, every change of them, and every submission."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class ApplicationRow(Table, table=True):
    __tablename__ = "applications"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "organization_id", name="uq_applications_organization"),
        sa.Index("ix_applications_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        sa.Index("ix_applications_township", "cycle_id", "township_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id")
    organization_id: UUID
    township_id: UUID
    county_id: UUID = Field(index=True)
    path: str
    state: str
    version: int
    document: dict[str, Any] = Field(sa_type=JSONB)
    submitted: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    submitted_at: datetime | None = Field(default=None, sa_type=_AT)
    receipt_hash: str | None = None
    numbers: int = 0
    returns: int = 0
    return_reason: str | None = None
    returned_on: date | None = None
    due_on: date | None = None


class ChangeRow(Table, table=True):
    __tablename__ = "application_changes"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="applications.id", index=True)
    county_id: UUID = Field(index=True)
    version: int
    at: datetime = Field(sa_type=_AT)
    actor_id: UUID | None
    action: str
    star: str | None = None
    item: str | None = None
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    reason: str | None = None


class SubmissionRow(Table, table=True):
    __tablename__ = "submissions"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "number", name="uq_submissions_number"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="applications.id")
    county_id: UUID = Field(index=True)
    number: int
    received_at: datetime = Field(sa_type=_AT)
    submitted_by: UUID | None
    content: dict[str, Any] = Field(sa_type=JSONB)
    hash: str
