"""Policies: the text people wrote and the document it says (a trigger keeps what was published)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class PolicyRow(Table, table=True):
    __tablename__ = "policies"
    __table_args__ = (
        sa.Index(
            "uq_policies_published_edition",
            "county_id",
            "code",
            "edition",
            unique=True,
            postgresql_where=sa.text("state = 'published'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID = Field(index=True)
    code: str
    edition: str
    title: str
    state: str
    version: int
    text: str
    document: dict[str, Any] = Field(sa_type=JSONB)
    hash: str
    preset: str | None
    created_at: datetime = Field(sa_type=_AT)
    published_at: datetime | None = Field(default=None, sa_type=_AT)
    published_by: UUID | None = None
    published_by_person: UUID | None = None
