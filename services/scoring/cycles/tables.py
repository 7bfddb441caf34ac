"""Cycles, their frozen participants, inspections, pauses and the working days received."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class CycleRow(Table, table=True):
    __tablename__ = "cycles"
    __table_args__ = (
        sa.Index(
            "uq_cycles_county_year",
            "county_id",
            "year",
            "policy_id",
            unique=True,
            postgresql_where=sa.text("state <> 'cancelled'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(index=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    policy_hash: str
    title: str
    year: int
    state: str = Field(index=True)
    version: int
    snapshot_on: date | None
    apply_until: date
    recommend_until: date
    review_until: date
    clear_until: date
    determine_until: date
    seed: str
    created_at: datetime = Field(sa_type=_AT)
    opened_at: datetime | None = Field(default=None, sa_type=_AT)
    paused_until: date | None = None
    publish_until: date | None = None
    resettle_until: date | None = None


class ParticipantRow(Table, table=True):
    __tablename__ = "participants"
    __table_args__ = (
        sa.Index("ix_participants_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        sa.Index("ix_participants_township", "cycle_id", "township_id"),
    )

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    organization_id: UUID = Field(primary_key=True)
    township_id: UUID
    county_id: UUID
    path: str
    name: str
    sector: str
    kind: str
    standing: str
    absence: str | None = None
    facts: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": sa.text("'{}'")}
    )


class InspectionRow(Table, table=True):
    __tablename__ = "inspections"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id", index=True)
    county_id: UUID = Field(index=True)
    step: str
    entity: str
    entity_id: UUID
    text: str
    state: str
    opened_at: datetime = Field(sa_type=_AT)
    opened_by: UUID | None
    outcome: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=_AT)


class PauseRow(Table, table=True):
    __tablename__ = "pauses"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id", index=True)
    county_id: UUID = Field(index=True)
    inspection_id: UUID = Field(foreign_key="inspections.id")
    step: str
    reason: str
    started_on: date
    until: date
    working_days: int
    before: dict[str, Any] = Field(sa_type=JSONB)
    ordered_by: UUID | None
    ended_on: date | None = None


class FactDemandRow(Table, table=True):
    """What an opened cycle needs to know, until registry has counted it as asked for."""

    __tablename__ = "fact_demands"
    __table_args__ = (
        sa.Index(
            "ix_fact_demands_waiting", "cycle_id", postgresql_where=sa.text("told_at IS NULL")
        ),
    )

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    county_id: UUID = Field(index=True)
    told_at: datetime | None = Field(default=None, sa_type=_AT)


class ReminderRow(Table, table=True):
    __tablename__ = "reminders"

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    duty: str = Field(primary_key=True)
    party: str = Field(primary_key=True)
    due_on: date = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    told_at: datetime = Field(sa_type=_AT)


class CalendarDayRow(Table, table=True):
    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    working: bool
    name: str


class CalendarYearRow(Table, table=True):
    __tablename__ = "calendar_years"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
