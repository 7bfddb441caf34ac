"""Entitlements, rights, the bill and the townships' appraisal as they travel."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.incentives.domain.settlement import Appraisal, EntitlementLine, Sum
from services.scoring.kernel.entitlement import Operand
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import Rights
from services.scoring.kernel.render_entitlements import entitlement_sentence
from shared.money import DecimalText, decimal_text


class EntitlementView(BaseModel):
    """One line: `amount` a period, `periods` times; yuan where `unit` is fen.

    `operands` are the integers and codes of the formula (fen, percent, counts); `sentence`
    says the same in Chinese.
    """

    id: UUID
    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    level: int
    linkage: str
    linkage_name: str
    clause: str
    recipient: Literal["person", "village", "residents", "township"]
    recipient_id: str
    payer: str | None
    payer_name: str | None
    period: Literal["month", "year", "once"]
    unit: Literal["fen", "credits", "points", "none"]
    amount: str = Field(description="金额（元）、积分或分值；没有数额的权利为0")
    periods: int
    total: str
    payable: str
    unfunded: str = Field(description="村集体收入不足、没有资金来源的部分")
    status: Literal["due", "other_post", "proposed"]
    operands: dict[str, Operand]
    pay_from: date
    sentence: str

    @classmethod
    def of(cls, policy: Policy, line: EntitlementLine) -> Self:
        """Make the view; the policy names linkage and payer."""
        one = line.entitlement
        write = _writer(one.unit)
        payers = {each.code: each.name for each in policy.payers}
        return cls(
            id=line.id,
            organization_id=line.organization_id,
            name=line.name,
            township_id=line.township_id,
            township_name=line.township_name,
            level=line.level,
            linkage=one.linkage,
            linkage_name=_linkage_names(policy)[one.linkage],
            clause=one.clause,
            recipient=one.recipient,
            recipient_id=one.recipient_id,
            payer=one.payer,
            payer_name=payers.get(one.payer or ""),
            period=one.period,
            unit=one.unit,
            amount=write(one.amount),
            periods=one.periods,
            total=write(one.total),
            payable=write(one.payable),
            unfunded=write(one.unfunded),
            status=one.status,
            operands=one.operands,
            pay_from=line.pay_from,
            sentence=entitlement_sentence(policy, one),
        )


class RightView(BaseModel):
    """What one branch's level opens by one linkage: honours, projects, plaques."""

    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    level: int
    level_name: str
    linkage: str
    linkage_name: str
    clause: str
    rights: list[str]

    @classmethod
    def of(cls, policy: Policy, line: EntitlementLine) -> Self:
        """Make the view."""
        held = line.entitlement.operands.get("rights", ())
        return cls(
            organization_id=line.organization_id,
            name=line.name,
            township_id=line.township_id,
            township_name=line.township_name,
            level=line.level,
            level_name=policy.level_name(line.level),
            linkage=line.entitlement.linkage,
            linkage_name=_linkage_names(policy)[line.entitlement.linkage],
            clause=line.entitlement.clause,
            rights=[name for code, name in _right_names(policy) if _holds(held, code)],
        )


class Amounts(BaseModel):
    """Money over all periods: entitled, payable, and without a source of funds."""

    total: DecimalText
    payable: DecimalText
    unfunded: DecimalText


class PayerBill(Amounts):
    """What one payer owes."""

    payer: str
    name: str


class LinkageBill(Amounts):
    """What one linkage costs its payer."""

    linkage: str
    name: str
    payer: str
    clause: str


class TownshipBill(Amounts):
    """What the branches of one township are owed, by all payers."""

    township_id: UUID
    name: str


class BillView(BaseModel):
    """The bill in yuan by payer, by linkage and by township."""

    cycle_id: UUID
    payers: list[PayerBill]
    linkages: list[LinkageBill]
    townships: list[TownshipBill]
    total: DecimalText
    payable: DecimalText
    unfunded: DecimalText

    @classmethod
    def of(cls, cycle_id: UUID, policy: Policy, sums: Sequence[Sum]) -> Self:
        """Make the view; every payer of the policy is named, also with nothing to pay."""
        linkages = {each.code: each for each in policy.linkages}
        keys = dict.fromkeys((each.linkage, each.payer) for each in sums)
        townships = {each.township_id: each.township_name for each in sums}
        return cls(
            cycle_id=cycle_id,
            payers=[
                PayerBill(payer=p.code, name=p.name, **_added(s for s in sums if s.payer == p.code))
                for p in policy.payers
            ],
            linkages=[
                LinkageBill(
                    linkage=code,
                    name=linkages[code].name,
                    payer=payer,
                    clause=linkages[code].clause,
                    **_added(s for s in sums if (s.linkage, s.payer) == (code, payer)),
                )
                for code, payer in keys
            ],
            townships=[
                TownshipBill(
                    township_id=each,
                    name=name,
                    **_added(s for s in sums if s.township_id == each),
                )
                for each, name in townships.items()
            ],
            **_added(sums),
        )


class AppraisalView(BaseModel):
    """What the outcomes of its branches bring one township."""

    township_id: UUID
    name: str
    points: DecimalText
    levels: dict[int, int] = Field(description="各星级的支部数")

    @classmethod
    def of(cls, found: Appraisal) -> Self:
        """Make the view."""
        return cls(
            township_id=found.township_id,
            name=found.township_name,
            points=decimal_text(found.points),
            levels=dict(found.levels),
        )


def _added(sums: Iterable[Sum]) -> dict[str, str]:
    mine = list(sums)
    total, unfunded = sum(each.total for each in mine), sum(each.unfunded for each in mine)
    parts = {"total": total, "payable": total - unfunded, "unfunded": unfunded}
    return {name: decimal_text(value) for name, value in parts.items()}


def _writer(unit: str) -> Callable[[int], str]:
    return decimal_text if unit in {"fen", "points"} else str


def _linkage_names(policy: Policy) -> dict[str, str]:
    return {each.code: each.name for each in policy.linkages}


def _right_names(policy: Policy) -> list[tuple[str, str]]:
    rights = (each for each in policy.linkages if isinstance(each, Rights))
    return [(right.code, right.name) for each in rights for right in each.rights]


def _holds(held: Operand, code: str) -> bool:
    return not isinstance(held, int | str) and code in held
