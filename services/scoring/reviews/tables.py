"""Stages with their sign-offs, scores of township and departments, the draw, the clearances."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class StageRow(Table, table=True):
    __tablename__ = "review_stages"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "kind", "party", name="uq_review_stages_party"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id")
    county_id: UUID = Field(index=True)
    kind: str
    party: str
    state: str
    due_on: date | None = None
    set_on: date | None = None
    extensions: int = 0
    substituted: bool = False
    reason: str | None = None
    members: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    closed_on: date | None = None
    receipt: str | None = None
    version: int


class RecommendationRow(Table, table=True):
    __tablename__ = "recommendations"
    __table_args__ = (sa.Index("ix_recommendations_township", "cycle_id", "township_id"),)

    application_id: UUID = Field(primary_key=True, foreign_key="applications.id")
    cycle_id: UUID = Field(foreign_key="cycles.id")
    county_id: UUID = Field(index=True)
    township_id: UUID
    organization_id: UUID
    marks: dict[str, Any] = Field(sa_type=JSONB)
    refusals: dict[str, Any] = Field(sa_type=JSONB)
    version: int


class StarReviewRow(Table, table=True):
    __tablename__ = "star_reviews"

    application_id: UUID = Field(primary_key=True, foreign_key="applications.id")
    kind: str = Field(primary_key=True)
    star: str = Field(primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id", index=True)
    county_id: UUID = Field(index=True)
    organization_id: UUID
    department: str
    scored_by: str
    marks: dict[str, Any] = Field(sa_type=JSONB)
    refusal: str
    lift: str
    version: int


class OutcomeRow(Table, table=True):
    __tablename__ = "stage_outcomes"

    application_id: UUID = Field(primary_key=True, foreign_key="applications.id")
    stage: str = Field(primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycles.id", index=True)
    county_id: UUID = Field(index=True)
    organization_id: UUID
    township_id: UUID
    applied_level: int
    level: int
    stars: list[str] = Field(sa_type=JSONB)


class DrawRow(Table, table=True):
    __tablename__ = "spot_check_draws"

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    county_id: UUID = Field(index=True)
    drawn_at: datetime = Field(sa_type=_AT)
    seed: str
    share_percent: int
    rounding: str
    strata: list[dict[str, Any]] = Field(sa_type=JSONB)


class ClearanceSheetRow(Table, table=True):
    __tablename__ = "clearance_sheets"

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    office: str = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    reference: str
    receipt: str
    version: int


class ClearanceRow(Table, table=True):
    __tablename__ = "clearances"

    cycle_id: UUID = Field(primary_key=True, foreign_key="cycles.id")
    organization_id: UUID = Field(primary_key=True)
    bottom_line: str = Field(primary_key=True)
    office: str
    county_id: UUID = Field(index=True)
    answer: dict[str, Any] = Field(sa_type=JSONB)
