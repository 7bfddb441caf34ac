"""Party life: a ledger of meetings that only grows, and who need not hold what."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class LifeEntryRow(Table, table=True):
    __tablename__ = "life_entries"
    __table_args__ = (
        sa.Index("ix_life_entries_held", "organization_id", "held_on", "kind"),
        # An entry is corrected or withdrawn once; after that its successor is.
        sa.UniqueConstraint("corrects_id"),
        sa.CheckConstraint("0 <= present AND present <= expected", name="numbers"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    kind: str
    held_on: date
    present: int
    expected: int
    minutes: str
    group: str = ""
    corrects_id: UUID | None = Field(default=None, foreign_key="life_entries.id")
    withdrawn: bool = False
    reason: str | None = None
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    generated: bool = False


class LifeExemptionRow(Table, table=True):
    __tablename__ = "life_exemptions"
    __table_args__ = (
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    kind: str
    valid_from: date
    valid_until: date | None = None
    reason: str
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
