"""Simulations: the head that may be archived, and its content that never changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class SimulationRow(Table, table=True):
    __tablename__ = "simulations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    title: str
    basis: str
    state: str
    version: int
    variants: list[str] = Field(sa_type=JSONB)
    made_by: UUID | None
    made_at: datetime = Field(sa_type=_AT)
    archived_by: UUID | None = None
    archived_at: datetime | None = Field(default=None, sa_type=_AT)
    reason: str | None = None


class SimulationContentRow(Table, table=True):
    __tablename__ = "simulation_contents"

    simulation_id: UUID = Field(primary_key=True)
    county_id: UUID = Field(index=True)
    asked: dict[str, Any] = Field(sa_type=JSONB)
    determination_id: UUID | None
    corrected: int
    inputs_hash: str
    inputs: bytes | None
    policy_hash: str
    policies: list[dict[str, Any]] = Field(sa_type=JSONB)
    content: bytes
    hash: str
