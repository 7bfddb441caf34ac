"""People and their terms. Personal data is minimal: a name, and what is public about a post."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class PersonRow(Table, table=True):
    __tablename__ = "people"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    name: str
    pinyin: str
    initials: str
    generated: bool = False
    version: int = 1


class TermRow(Table, table=True):
    __tablename__ = "terms"
    __table_args__ = (
        sa.Index("ix_terms_organization_id_post", "organization_id", "post"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    post: str
    starts_on: date
    ends_on: date | None = None
    generated: bool = False
    version: int = 1
