"""Divisions keep their id for ever; code, name and parent are dated versions of them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class DivisionRow(Table, table=True):
    __tablename__ = "divisions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    level: str


class DivisionVersionRow(Table, table=True):
    __tablename__ = "division_versions"
    __table_args__ = (
        sa.Index(
            "uq_division_versions_current_code",
            "code",
            unique=True,
            postgresql_where=sa.text("valid_until IS NULL"),
        ),
        sa.UniqueConstraint("division_id", "valid_from"),
        sa.Index(
            "ix_division_versions_pinyin", "pinyin", postgresql_ops={"pinyin": "text_pattern_ops"}
        ),
        sa.Index(
            "ix_division_versions_initials",
            "initials",
            postgresql_ops={"initials": "text_pattern_ops"},
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    division_id: UUID = Field(foreign_key="divisions.id")
    code: str
    name: str
    pinyin: str
    initials: str
    parent_id: UUID | None = Field(default=None, foreign_key="divisions.id", index=True)
    valid_from: date
    valid_until: date | None = None
    source: str
