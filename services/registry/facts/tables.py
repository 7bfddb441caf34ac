"""Facts: a ledger of dated values that only grows."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
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
