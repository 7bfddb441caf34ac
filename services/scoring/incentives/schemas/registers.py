"""Registers as they travel."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.incentives.domain.registers import (
    REGISTER,
    Register,
    RegisterLine,
    RegisterState,
    Totals,
)
from shared.money import DecimalText, Yuan, decimal_text

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
_ID = "01990000-0000-7000-8000-000000000001"


class NewRegister(BaseModel):
    """Which payer's month to compute."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"payer": "county_finance", "month": "2026-06"}]},
    )

    payer: str = Field(max_length=64, description="方案中支付方的代码")
    month: str = Field(max_length=7, description="写作 2026-06")


class Payment(BaseModel):
    """How a register was paid."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"voucher": "财凭2026-0612"}]}
    )

    voucher: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    paid_on: date | None = Field(default=None, description="不填为今天")


class LineCorrection(BaseModel):
    """What a paid line should have come to, in yuan, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"line_id": _ID, "amount": "600.00", "reason": "现有报酬填写有误"}]
        },
    )

    line_id: UUID
    amount: Annotated[Yuan, Field(ge=0, le=10**12)]
    reason: Why


class RegisterView(BaseModel):
    """One payer's register of one month."""

    id: UUID
    cycle_id: UUID
    payer: str
    month: str
    holders_on: date = Field(description="按这一天在职人员计算")
    state: RegisterState
    state_name: str
    entries: int
    amount: DecimalText = Field(description="应发合计，含更正")
    payable: DecimalText
    unfunded: DecimalText
    input_hash: str
    computed_by: UUID
    computed_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    paid_on: date | None
    voucher: str | None
    version: int

    @classmethod
    def of(cls, found: Register, totals: Totals) -> Self:
        """Make the view."""
        return cls(
            id=found.id,
            cycle_id=found.cycle_id,
            payer=found.payer,
            month=found.month,
            holders_on=found.day,
            state=found.state,
            state_name=REGISTER.labels[found.state],
            entries=totals.entries,
            amount=decimal_text(totals.amount),
            payable=decimal_text(totals.amount - totals.unfunded),
            unfunded=decimal_text(totals.unfunded),
            input_hash=found.input_hash,
            computed_by=found.computed_by.user_id,
            computed_at=found.computed_at,
            confirmed_by=found.confirmed_by.user_id if found.confirmed_by else None,
            confirmed_at=found.confirmed_at,
            paid_on=found.paid_on,
            voucher=found.voucher,
            version=found.version,
        )


class RegisterLineView(BaseModel):
    """One entry; a correction refers to the entry it corrects and carries the difference."""

    id: UUID
    position: int
    organization_id: UUID
    township_id: UUID
    linkage: str
    clause: str
    recipient: str
    recipient_id: str
    amount: DecimalText
    payable: DecimalText
    unfunded: DecimalText
    status: str
    operands: Mapping[str, object]
    for_month: str | None = Field(description="补发或扣回所属的月份；本月的条目为空")
    corrects: UUID | None
    reason: str | None
    entered_at: datetime

    @classmethod
    def of(cls, line: RegisterLine) -> Self:
        """Make the view."""
        return cls(
            id=line.id,
            position=line.position,
            organization_id=line.organization_id,
            township_id=line.township_id,
            linkage=line.linkage,
            clause=line.clause,
            recipient=line.recipient,
            recipient_id=line.recipient_id,
            amount=decimal_text(line.amount),
            payable=decimal_text(line.amount - line.unfunded),
            unfunded=decimal_text(line.unfunded),
            status=line.status,
            operands=line.operands,
            for_month=f"{line.for_day:%Y-%m}" if line.for_day else None,
            corrects=line.corrects,
            reason=line.reason,
            entered_at=line.entered_at,
        )
