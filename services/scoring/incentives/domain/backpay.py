"""补发与扣回: what months that have a register already should have come to by now.

A result may take effect, or fall, after a month's register was made. The month stays as it
was written; the next register carries the difference as lines of their own, with the month
they are for. What is entered for a month then equals what its results, holders and funds
give, however late they became known. Clause: 五星创建 第二版 · 挂钩·报酬 (claw-back open).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from services.scoring.kernel.entitlement import Entitlement, Seat, Standing
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.inputs import Fen
from services.scoring.kernel.monthly import month_lines, remaining_funds
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.said import Reference
from services.scoring.kernel.vocabulary import Clause, Code, Count, Frozen, Rows, unsaid
from services.scoring.kernel.yearly import year_lines
from services.scoring.results.domain.verdicts import incomplete

Key = tuple[str, str, str]


class Entered(Frozen):
    """What stands in a payer's registers for one recipient, linkage and month, in fen."""

    organization_id: Reference
    linkage: Code
    clause: Clause
    recipient: Literal["person", "village", "residents", "township"]
    recipient_id: Reference
    amount: int
    unfunded: int

    @property
    def key(self) -> Key:
        """What makes two entries entries of the same due."""
        return self.organization_id, self.linkage, self.recipient_id


class Month(Frozen):
    """Everything one month's dues are computed from; `first` get their yearly sums with it.

    They get them by their standing of this month, or by the one in `yearly` where a later
    result has succeeded it.
    """

    day: date
    standings: Rows[Standing]
    seats: Rows[Seat]
    funds: dict[str, Fen]
    first: Rows[str]
    yearly: Rows[Standing] = Field(default=(), exclude_if=unsaid)


class BackMonth(Month):
    """A month whose register was made before its results were known, and what was entered."""

    entered: Rows[Entered]


@dataclass(frozen=True)
class BackLine:
    """The difference for one recipient; negative is taken back."""

    day: date
    entered: Entered
    amount: int
    unfunded: int

    @property
    def status(self) -> Literal["back_pay", "claw_back"]:
        """Whether the covered part, or else the whole, is added or taken back."""
        return "claw_back" if (self.amount - self.unfunded or self.amount) < 0 else "back_pay"


def dues(plan: Plan, month: Month, residents_70: Mapping[str, Count]) -> list[Entitlement]:
    """Return all payers' lines of one month; FactsMissing where a fact is missing."""
    standings = {each.organization_id: each for each in month.standings}
    try:
        lines = list(month_lines(plan, standings, month.seats, month.funds))
        yearly = standings | {each.organization_id: each for each in month.yearly}
        for organization_id in month.first:
            own = yearly[organization_id]
            lines += year_lines(plan, own, residents_70.get(organization_id))
    except InputError as error:
        raise incomplete(error) from None
    return lines


def of_payer(lines: Iterable[Entitlement], payer: str) -> tuple[Entitlement, ...]:
    """Return one payer's money lines in their order."""
    mine = (line for line in lines if line.payer == payer and line.unit == "fen")
    return tuple(sorted(mine, key=lambda line: (line.organization_id, line.linkage)))


def differences(
    day: date, due: Iterable[Entitlement], entered: Sequence[Entered]
) -> tuple[BackLine, ...]:
    """Return what is to be entered so that a month comes to its dues, in a fixed order."""
    owed: dict[Key, tuple[Entered, int, int]] = {
        each.key: (each, -each.amount, -each.unfunded) for each in entered
    }
    for line in due:
        said = _entered(line)
        first, amount, unfunded = owed.get(said.key, (said, 0, 0))
        owed[said.key] = (first, amount + line.amount, unfunded + line.unfunded)
    return tuple(
        BackLine(day, said, amount, unfunded)
        for _, (said, amount, unfunded) in sorted(owed.items())
        if amount or unfunded
    )


def reckon(
    plan: Plan,
    payer: str,
    earlier: Sequence[Month],
    entered: Mapping[date, Sequence[Entered]],
    residents_70: Mapping[str, Count],
    funds: Mapping[str, int],
) -> tuple[tuple[BackMonth, ...], dict[str, int]]:
    """Go through the earlier months again with what is known now, in their order.

    Returns those that come to something else than was entered, and the funds left after all
    of them. The `funds` within `earlier` are not read: they follow from what is used up.
    """
    left, back = dict(funds), []
    for month in earlier:
        again = month.model_copy(update={"funds": dict(left)})
        lines = dues(plan, again, residents_70)
        stands = entered.get(month.day, ())
        if differences(month.day, of_payer(lines, payer), stands):
            back.append(BackMonth(**dict(again), entered=tuple(stands)))
        left = remaining_funds(plan, left, lines)
    return tuple(back), left


def back_lines(
    plan: Plan, payer: str, back: Iterable[BackMonth], residents_70: Mapping[str, Count]
) -> tuple[BackLine, ...]:
    """Return the lines that a register carries for earlier months; a pure function of its input."""
    return tuple(
        line
        for month in back
        for line in differences(
            month.day, of_payer(dues(plan, month, residents_70), payer), month.entered
        )
    )


def _entered(line: Entitlement) -> Entered:
    return Entered(
        organization_id=line.organization_id,
        linkage=line.linkage,
        clause=line.clause,
        recipient=line.recipient,
        recipient_id=line.recipient_id,
        amount=line.amount,
        unfunded=line.unfunded,
    )
