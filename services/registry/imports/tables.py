"""Files on their way into the register, and the codes by which senders know organizations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id


class ImportRow(Table, table=True):
    __tablename__ = "imports"
    __table_args__ = (
        sa.Index("ix_imports_waiting", "id", postgresql_where=sa.text("state = 'confirmed'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    state: str
    file_name: str
    file_hash: str
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    effective_on: date | None = None
    source: str
    system: str
    rows: int
    created: int
    changed: int
    unchanged: int
    sent_by: UUID | None = Field(default=None, index=True)
    sent_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    done: int = 0
    attempts: int = 0
    actor: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    started_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    faults: list[dict[str, str]] = Field(default=[], sa_type=JSONB)
    fault_count: int = 0


class ImportFileRow(Table, table=True):
    """The file itself, deleted when the import is finished."""

    __tablename__ = "import_files"

    import_id: UUID = Field(foreign_key="imports.id", primary_key=True)
    content: bytes


class OrganizationCodeRow(Table, table=True):
    """What another system (or a sender's own tables) calls an organization: opaque, one each."""

    __tablename__ = "organization_codes"
    __table_args__ = (sa.UniqueConstraint("system", "code", "county_id"),)

    system: str = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", primary_key=True, index=True)
    county_id: UUID = Field(foreign_key="organizations.id")
    code: str
