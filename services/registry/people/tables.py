"""People and their terms. Personal data is minimal: a name, and what is public about a post."""

from datetime import date, datetime
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


class ElectionRow(Table, table=True):
    __tablename__ = "elections"
    __table_args__ = (
        sa.Index("ix_elections_planned", "organization_id", "planned_on"),
        sa.CheckConstraint(
            "(held_on IS NULL) = (state NOT IN ('held', 'confirmed'))", name="result"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    body: str
    state: str
    planned_on: date
    held_on: date | None = None
    starts_on: date | None = None
    period_until: date | None = None
    reason: str | None = None
    held_by: UUID | None = None
    held_person: UUID | None = None
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    version: int = 1


class ElectionSeatRow(Table, table=True):
    __tablename__ = "election_seats"

    election_id: UUID = Field(foreign_key="elections.id", primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", primary_key=True, index=True)
    post: str = Field(primary_key=True)
    term_id: UUID | None = Field(default=None, foreign_key="terms.id")


class PostReminderRow(Table, table=True):
    """What somebody was reminded of: a term, a period or a vacancy is told once."""

    __tablename__ = "post_reminders"

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    told_on: date
