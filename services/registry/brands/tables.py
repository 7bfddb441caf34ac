"""Brand projects of branches, and the ledger of their stages, which only grows."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class BrandProjectRow(Table, table=True):
    __tablename__ = "brand_projects"
    __table_args__ = (
        # One branch, one project, until it is concluded.
        sa.Index(
            "uq_brand_projects_running",
            "organization_id",
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", name="outcome"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    name: str
    aim: str
    begun_on: date
    ended_on: date | None = None
    outcome: str | None = None
    generated: bool = False


class BrandStageRow(Table, table=True):
    __tablename__ = "brand_stages"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    project_id: UUID = Field(foreign_key="brand_projects.id", index=True)
    reached_on: date
    title: str
    result: str
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
