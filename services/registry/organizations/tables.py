"""Organizations: identities with what holds today, dated versions of the rest, dated events.

`organizations` shows every organization as it is today (an ended one as it last was) at its
place in the change feed; `organization_versions` say what it was on every day.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class OrganizationRow(Table, table=True):
    __tablename__ = "organizations"
    __table_args__ = (
        sa.Index("ix_organizations_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        sa.Index(
            "ix_organizations_pinyin", "pinyin", postgresql_ops={"pinyin": "text_pattern_ops"}
        ),
        sa.Index(
            "ix_organizations_initials", "initials", postgresql_ops={"initials": "text_pattern_ops"}
        ),
        # One living organization a division; a merged one leaves its place to the next.
        sa.Index("ix_organizations_division_id", "division_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    parent_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    path: str = Field(unique=True)
    kind: str
    sector: str
    tier: str
    name: str
    short_name: str
    pinyin: str
    initials: str
    division_id: UUID | None = Field(default=None, foreign_key="divisions.id")
    division_code: str | None = None
    founded_on: date
    dissolved_on: date | None = None
    successor_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    origin_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    former_paths: list[str] = Field(
        default=[], sa_type=ARRAY(sa.Text), sa_column_kwargs={"server_default": "{}"}
    )
    credit_code: str | None = None
    sort: int = 0
    generated: bool = False
    deleted: bool = False
    version: int = 1
    change_sequence: int = Field(sa_type=sa.BigInteger, unique=True)
    changed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class OrganizationEventRow(Table, table=True):
    __tablename__ = "organization_events"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    action: str
    effective_on: date
    reason: str
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    recorded_by: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))


class OrganizationEventPartRow(Table, table=True):
    __tablename__ = "organization_event_parts"

    event_id: UUID = Field(foreign_key="organization_events.id", primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", primary_key=True, index=True)
    part: str


class OrganizationVersionRow(Table, table=True):
    __tablename__ = "organization_versions"
    __table_args__ = (
        # In the C collation one index serves the subtree, the order and the next page.
        sa.Index("ix_organization_versions_path", "path"),
        sa.Index("ix_organization_versions_search", "search_keys", postgresql_using="gin"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="dates"),
    )

    organization_id: UUID = Field(foreign_key="organizations.id", primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_until: date | None = None
    parent_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    path: str = Field(sa_type=sa.Text(collation="C"))
    kind: str
    sector: str
    name: str
    short_name: str
    pinyin: str
    initials: str
    division_id: UUID | None = Field(default=None, foreign_key="divisions.id", index=True)
    search_keys: list[str] = Field(sa_type=ARRAY(sa.Text))
    begun_by: UUID | None = Field(default=None, foreign_key="organization_events.id", index=True)
    ended_by: UUID | None = Field(default=None, foreign_key="organization_events.id", index=True)


class OrganizationFeedRow(Table, table=True):
    """One row, id 1: up to which day and which division versions the feed tells what holds."""

    __tablename__ = "organization_feed"

    id: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    settled_on: date
    division_version_id: UUID | None = None
