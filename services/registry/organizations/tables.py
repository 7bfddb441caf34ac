"""Organizations: a tree by materialised path, and their place in the change feed."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
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
    founded_on: date
    dissolved_on: date | None = None
    successor_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    credit_code: str | None = None
    sort: int = 0
    generated: bool = False
    deleted: bool = False
    version: int = 1
    change_sequence: int = Field(sa_type=sa.BigInteger, unique=True)
    changed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
