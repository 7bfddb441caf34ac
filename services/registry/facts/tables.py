"""Facts: a ledger of dated values that only grows, their catalogue, and what was asked for."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class FactRow(Table, table=True):
    __tablename__ = "facts"
    __table_args__ = (
        sa.Index(
            "ix_facts_newest",
            "organization_id",
            "code",
            sa.text("valid_from DESC"),
            sa.text("id DESC"),
        ),
        sa.CheckConstraint("value >= 0", name="value"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    code: str
    value: int = Field(sa_type=sa.BigInteger)
    valid_from: date
    source: str
    filled_by: UUID | None = None
    filled_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    generated: bool = False


class FactDefinitionRow(Table, table=True):
    __tablename__ = "fact_definitions"
    __table_args__ = (
        sa.UniqueConstraint("county_id", "code"),
        sa.CheckConstraint("minimum <= maximum", name="bounds"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id")
    code: str
    name: str
    unit: str
    decimals: int
    minimum: int = Field(sa_type=sa.BigInteger)
    maximum: int = Field(sa_type=sa.BigInteger)
    every: str
    tiers: list[str] = Field(sa_type=JSONB)
    filled_by: str | None = None
    department: str | None = None
    retired_on: date | None = None
    version: int = 1


class FactDemandRow(Table, table=True):
    __tablename__ = "fact_demands"
    __table_args__ = (sa.UniqueConstraint("county_id", "reference"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id")
    organization_id: UUID = Field(foreign_key="organizations.id")
    reference: str
    title: str
    codes: list[str] = Field(sa_type=JSONB)
    as_of: date
    due_on: date | None = None
    asked_on: date
    asked_by: UUID | None = None
    asked_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class FactDemandCountRow(Table, table=True):
    """What one demand came to for one organization, as counted when it was asked."""

    __tablename__ = "fact_demand_counts"
    __table_args__ = (
        sa.UniqueConstraint("demand_id", "organization_id"),
        sa.CheckConstraint("0 <= known AND known <= asked", name="counts"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    demand_id: UUID = Field(foreign_key="fact_demands.id")
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    asked: int
    known: int
