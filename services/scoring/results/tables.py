"""Determinations, frozen inputs, corrections, results with versions, refills, ranks, alarms."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class DeterminationRow(Table, table=True):
    __tablename__ = "determinations"
    __table_args__ = (
        sa.Index(
            "uq_determinations_recorded",
            "cycle_id",
            unique=True,
            postgresql_where=sa.text("state = 'recorded'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    meeting: dict[str, Any] = Field(sa_type=JSONB)
    strikes: list[dict[str, Any]] = Field(sa_type=JSONB)
    listing_strikes: list[dict[str, Any]] = Field(sa_type=JSONB)
    organization_ids: list[str] | None = Field(sa_type=JSONB)
    state: str
    recorded_by: UUID
    recorded_by_person: UUID | None
    recorded_at: datetime = Field(sa_type=_AT)
    settled_by: UUID | None = None
    settled_by_person: UUID | None = None
    settled_at: datetime | None = Field(default=None, sa_type=_AT)
    reason: str | None = None
    version: int


class SnapshotRow(Table, table=True):
    __tablename__ = "snapshots"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    determination_id: UUID = Field(unique=True)
    policy_hash: str
    hash: str
    size: int
    taken_at: datetime = Field(sa_type=_AT)


class SnapshotEntryRow(Table, table=True):
    __tablename__ = "snapshot_entries"

    snapshot_id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    document: bytes


class CorrectionRow(Table, table=True):
    __tablename__ = "corrections"
    __table_args__ = (sa.UniqueConstraint("snapshot_id", "sequence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    snapshot_id: UUID
    sequence: int
    determination_id: UUID
    objection_id: UUID = Field(unique=True)
    scope: str
    star: str | None
    organization_ids: list[str] = Field(sa_type=JSONB)
    decided_on: date
    recorded_at: datetime = Field(sa_type=_AT)


class ResultRow(Table, table=True):
    __tablename__ = "results"
    __table_args__ = (
        sa.UniqueConstraint("determination_id", "organization_id"),
        sa.Index(
            "uq_results_current",
            "cycle_id",
            "organization_id",
            unique=True,
            postgresql_where=sa.text("current"),
        ),
        sa.Index(
            "uq_results_pending",
            "cycle_id",
            "organization_id",
            unique=True,
            postgresql_where=sa.text("pending"),
        ),
        sa.Index("ix_results_cycle_level", "cycle_id", "level", "organization_id"),
        sa.Index("ix_results_cycle_township", "cycle_id", "township_id", "organization_id"),
        sa.Index("ix_results_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    determination_id: UUID
    cycle_id: UUID
    county_id: UUID = Field(index=True)
    township_id: UUID
    organization_id: UUID = Field(index=True)
    name: str
    township_name: str
    path: str
    current: bool = True
    state: str
    version: int
    snapshot_id: UUID
    corrected: int
    assessed: bool
    submitted: bool
    level: int
    stars: list[str] = Field(sa_type=JSONB)
    missed: list[str] = Field(sa_type=JSONB)
    misses: list[dict[str, Any]] = Field(sa_type=JSONB)
    total: int
    base: int
    county_rank: int
    township_rank: int
    hash: str
    not_applied_confirmed_by: UUID | None = None
    not_applied_confirmed_by_person: UUID | None = None
    not_applied_confirmed_at: datetime | None = Field(default=None, sa_type=_AT)
    closed_on: date | None = None
    effective_on: date | None = None
    pending: bool = False
    succeeds: UUID | None = None
    succeeded_on: date | None = None
    in_force_since: date | None = None


class ResultVersionRow(Table, table=True):
    __tablename__ = "result_versions"

    result_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    snapshot_id: UUID
    corrected: int
    correction_id: UUID | None
    level: int
    stars: list[str] = Field(sa_type=JSONB)
    content: bytes
    hash: str
    made_at: datetime = Field(sa_type=_AT)


class RefillRow(Table, table=True):
    __tablename__ = "refills"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    quota: str
    scope_id: UUID
    organization_id: UUID | None
    left: list[dict[str, str]] = Field(sa_type=JSONB)
    state: str
    determination_id: UUID | None
    proposed_at: datetime = Field(sa_type=_AT)
    version: int


class RankingRow(Table, table=True):
    __tablename__ = "rankings"

    cycle_id: UUID = Field(primary_key=True)
    scope_id: UUID = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    path: str
    etag: str
    size: int


class RankingEntryRow(Table, table=True):
    __tablename__ = "ranking_entries"

    cycle_id: UUID = Field(primary_key=True)
    scope_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    entry: str


class AlarmRow(Table, table=True):
    __tablename__ = "alarms"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "subject", "subject_id", "found"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    subject: str
    subject_id: UUID
    expected: str
    found: str
    raised_at: datetime = Field(sa_type=_AT)
