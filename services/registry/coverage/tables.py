"""两新 units, and the ledger of what is known of them, which only grows."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class CoverageUnitRow(Table, table=True):
    __tablename__ = "coverage_units"
    __table_args__ = (sa.Index("ix_coverage_units_credit_code", "county_id", "credit_code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id")
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    kind: str
    name: str
    credit_code: str | None = None
    division_id: UUID | None = Field(default=None, foreign_key="divisions.id")
    ended_on: date | None = None
    generated: bool = False
    version: int = 1


class CoverageStateRow(Table, table=True):
    __tablename__ = "coverage_states"
    __table_args__ = (
        sa.Index(
            "ix_coverage_states_newest", "unit_id", sa.text("valid_from DESC"), sa.text("id DESC")
        ),
        sa.CheckConstraint("0 <= members AND members <= employees", name="numbers"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    unit_id: UUID = Field(foreign_key="coverage_units.id")
    valid_from: date
    employees: int
    members: int
    branch_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
