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
    erased_on: date | None = None


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


class ReserveRow(Table, table=True):
    __tablename__ = "reserve_cadres"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        sa.CheckConstraint("(term_id IS NULL) = (state <> 'appointed')", name="term"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    kind: str
    starts_on: date
    ends_on: date | None = None
    source: str
    state: str
    reason: str | None = None
    term_id: UUID | None = Field(default=None, foreign_key="terms.id")
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    version: int = 1


class CourseRow(Table, table=True):
    __tablename__ = "courses"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="dates"),
        sa.CheckConstraint("hours > 0", name="hours"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    title: str
    kind: str
    organiser: str
    starts_on: date
    ends_on: date
    hours: int
    version: int = 1


class AttendanceRow(Table, table=True):
    __tablename__ = "course_attendance"
    __table_args__ = (sa.CheckConstraint("hours >= 0", name="hours"),)

    course_id: UUID = Field(foreign_key="courses.id", primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", primary_key=True, index=True)
    hours: int
    completed: bool
    recorded_by: UUID | None = None
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class PairRow(Table, table=True):
    __tablename__ = "branch_pairs"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        sa.CheckConstraint("strong_id <> weak_id", name="two"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    strong_id: UUID = Field(foreign_key="organizations.id", index=True)
    weak_id: UUID = Field(foreign_key="organizations.id", index=True)
    starts_on: date
    ends_on: date | None = None
    purpose: str
    reason: str
    end_reason: str | None = None
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    version: int = 1
