"""挂钩待遇: what a result brings, line by line, with the operands that make each amount."""

from collections.abc import Iterable
from typing import Literal

from services.scoring.kernel.inputs import Fen
from services.scoring.kernel.said import Reference
from services.scoring.kernel.vocabulary import Clause, Code, Count, Frozen, Level, Rows

Operand = int | str | Rows[str]


class Standing(Frozen):
    """What entitlements need to know of one organization's result.

    `stars` are the awarded stars; `assessed` false is 未参评, which loses no pay.
    """

    organization_id: Reference
    township_id: Reference
    assessed: bool
    level: Level
    stars: Rows[Code]


class Seat(Frozen):
    """One person in one post of one organization, with the existing monthly pay for it."""

    organization_id: Reference
    person_id: Reference
    post: Code
    pay_fen: Fen


class Entitlement(Frozen):
    """One line: `amount` per period, `periods` times, of which `unfunded` is not covered.

    `unit` is fen, credits (幸福积分), points (0.01 point of an appraisal) or none (a right or
    a proposal). `operands` are the integers and codes the amount is made of. `other_post`
    marks a post that is not paid because the person is paid for a higher one.
    """

    linkage: Code
    clause: Clause
    organization_id: Reference
    recipient: Literal["person", "village", "residents", "township"]
    recipient_id: Reference
    payer: Code | None
    period: Literal["month", "year", "once"]
    unit: Literal["fen", "credits", "points", "none"]
    amount: int
    periods: Count
    unfunded: int
    status: Literal["due", "other_post", "proposed"]
    operands: dict[Code, Operand]

    @property
    def total(self) -> int:
        """The amount over all periods, covered or not."""
        return self.amount * self.periods

    @property
    def payable(self) -> int:
        """The part of the total that is covered."""
        return self.total - self.unfunded


class Bill(Frozen):
    """What one payer owes in fen: entitled in total, of which payable and unfunded."""

    payer: Code
    total_fen: int
    payable_fen: int
    unfunded_fen: int


def bill_by_payer(lines: Iterable[Entitlement]) -> tuple[Bill, ...]:
    """Add up the money lines of each payer, in the order of the payers' codes."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line.unit == "fen" and line.payer is not None:
            total, unfunded = sums.get(line.payer, (0, 0))
            sums[line.payer] = (total + line.total, unfunded + line.unfunded)
    return tuple(
        Bill(payer=payer, total_fen=total, payable_fen=total - unfunded, unfunded_fen=unfunded)
        for payer, (total, unfunded) in sorted(sums.items())
    )
