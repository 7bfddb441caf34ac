"""Tables of the working-day calendar; it is the same for every county."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.notifications.tables import Table
from shared.tables import new_id


class CalendarNoticeRow(Table, table=True):
    __tablename__ = "calendar_notices"
    __table_args__ = (sa.UniqueConstraint("year", "edition"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    year: int
    edition: int
    kind: str
    title: str
    reference: str
    issued_on: date
    days: list[dict[str, Any]] = Field(sa_type=JSONB)
    uploaded_by: UUID | None
    uploaded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
