"""Evidence files: what is known of each; the bytes lie in the file store."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class EvidenceRow(Table, table=True):
    __tablename__ = "evidence"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="applications.id", index=True)
    county_id: UUID = Field(index=True)
    star: str
    item: str
    name: str
    kind: str
    size: int
    sha256: str = Field(index=True)
    uploaded_at: datetime = Field(sa_type=_AT)
    uploaded_by: UUID | None
    detached_at: datetime | None = Field(default=None, sa_type=_AT)
