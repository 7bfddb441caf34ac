"""Settlements with their lines, registers with their entries, proposals for 整顿."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.scoring.tables import Table
from shared.tables import new_id

_AT = sa.DateTime(timezone=True)


class SettlementRow(Table, table=True):
    __tablename__ = "settlements"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "organization_id", "number"),
        sa.Index(
            "uq_settlements_current",
            "cycle_id",
            "organization_id",
            unique=True,
            postgresql_where=sa.text("current"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID
    county_id: UUID = Field(index=True)
    organization_id: UUID
    number: int
    result_id: UUID
    result_version: int
    effective_on: date
    pay_from: date
    hash: str
    current: bool
    computed_at: datetime = Field(sa_type=_AT)


class EntitlementRow(Table, table=True):
    __tablename__ = "entitlements"
    __table_args__ = (
        sa.Index("ix_entitlements_settlement", "settlement_id", "position"),
        sa.Index("ix_entitlements_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    settlement_id: UUID
    position: int
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    township_id: UUID
    organization_id: UUID
    path: str
    name: str
    township_name: str
    level: int
    linkage: str
    clause: str
    recipient: str
    recipient_id: str
    payer: str | None
    period: str
    unit: str
    amount: int = Field(sa_type=sa.BigInteger)
    periods: int
    unfunded: int = Field(sa_type=sa.BigInteger)
    status: str
    operands: dict[str, Any] = Field(sa_type=JSONB)


class RegisterRow(Table, table=True):
    __tablename__ = "registers"
    __table_args__ = (
        sa.Index(
            "uq_registers_month",
            "cycle_id",
            "payer",
            "day",
            unique=True,
            postgresql_where=sa.text("state <> 'discarded'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID
    county_id: UUID = Field(index=True)
    payer: str
    day: date
    state: str
    input: bytes
    input_hash: str
    computed_by: UUID
    computed_by_person: UUID | None
    computed_at: datetime = Field(sa_type=_AT)
    confirmed_by: UUID | None = None
    confirmed_by_person: UUID | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=_AT)
    paid_on: date | None = None
    voucher: str | None = None
    reason: str | None = None
    version: int


class RegisterLineRow(Table, table=True):
    __tablename__ = "register_lines"
    __table_args__ = (
        sa.UniqueConstraint("register_id", "position"),
        sa.Index("ix_register_lines_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    register_id: UUID
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    township_id: UUID
    organization_id: UUID
    path: str
    position: int
    linkage: str
    clause: str
    recipient: str
    recipient_id: str
    amount: int = Field(sa_type=sa.BigInteger)
    unfunded: int = Field(sa_type=sa.BigInteger)
    status: str
    operands: dict[str, Any] = Field(sa_type=JSONB)
    for_day: date | None = None
    corrects: UUID | None = Field(default=None, index=True)
    reason: str | None = None
    entered_by: UUID | None = None
    entered_at: datetime = Field(sa_type=_AT)


class ProposalRow(Table, table=True):
    __tablename__ = "rectification_proposals"
    __table_args__ = (
        sa.UniqueConstraint("result_id", "result_version", "linkage"),
        sa.Index("ix_proposals_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(index=True)
    county_id: UUID = Field(index=True)
    township_id: UUID
    organization_id: UUID
    path: str
    name: str
    result_id: UUID
    result_version: int
    level: int
    linkage: str
    clause: str
    measures: list[str] = Field(sa_type=JSONB)
    state: str
    decided_by: UUID | None = None
    decided_by_person: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    reason: str | None = None
    version: int
