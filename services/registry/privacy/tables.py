"""Erasures: who asked for what, and who carried it out; ids only."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class ErasureRow(Table, table=True):
    __tablename__ = "erasures"
    __table_args__ = (
        sa.Index(
            "uq_erasures_waiting",
            "person_id",
            unique=True,
            postgresql_where=sa.text("state = 'requested'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    county_id: UUID = Field(foreign_key="organizations.id", index=True)
    state: str
    reason: str
    requested_by: UUID
    requested_person: UUID | None = None
    requested_at: datetime = Field(sa_type=_AT)
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    refusal: str | None = None
