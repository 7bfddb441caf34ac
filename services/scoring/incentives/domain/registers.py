"""发放台账: what one payer pays in one month, computed, confirmed by a second person, paid.

What was paid stays as it is written: a correction is a new entry that refers to the old one.
Clause: 五星创建 第二版 · 挂钩·报酬, 待遇发放.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.scoring.incentives.domain.backpay import (
    BackLine,
    BackMonth,
    Month,
    back_lines,
    dues,
    of_payer,
)
from services.scoring.kernel.entitlement import Entitlement, Seat, Standing
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Fen
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.vocabulary import Code, Count, Frozen, Rows, unsaid
from services.scoring.results.domain.determinations import Actor
from shared.caller import Caller, Role, same_person
from shared.errors import Conflict, Fault, Forbidden, Invalid, Text
from shared.money import decimal_text
from shared.transitions import Machine, Transition

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class RegisterState(StrEnum):
    """Where a month's register of one payer stands."""

    COMPUTED = "computed"
    CONFIRMED = "confirmed"
    PAID = "paid"
    CORRECTED = "corrected"
    DISCARDED = "discarded"


_S = RegisterState
_FINANCE = frozenset({Role.FINANCE})

REGISTER = Machine(
    Text("发放台账", "register"),
    {
        _S.COMPUTED: "已计算，待确认",
        _S.CONFIRMED: "已确认，待发放",
        _S.PAID: "已发放",
        _S.CORRECTED: "发放后有更正",
        _S.DISCARDED: "已作废，可重新计算",
    },
    (
        Transition(
            "confirm",
            _FINANCE,
            frozenset({_S.COMPUTED}),
            _S.CONFIRMED,
            guard="another person than the one who computed it",
        ),
        Transition(
            "pay", _FINANCE, frozenset({_S.CONFIRMED}), _S.PAID, guard="the voucher's number"
        ),
        Transition(
            "correct",
            _FINANCE,
            frozenset({_S.PAID, _S.CORRECTED}),
            _S.CORRECTED,
            guard="a reason and the line that was wrong",
            effect="a new entry with the difference; the old line stays",
        ),
        Transition(
            "discard",
            _FINANCE,
            frozenset({_S.COMPUTED, _S.CONFIRMED}),
            _S.DISCARDED,
            guard="a reason; nothing was paid and no later month builds on it",
        ),
    ),
)


class OwnRegister(Forbidden):
    """Whoever computed a register wants to confirm it."""

    slug = "own-register"
    title = Text("不能确认自己计算的台账", "Not your own register")


class NothingInEffect(Conflict):
    """No result is in effect, so that nobody is to be paid."""

    slug = "nothing-in-effect"
    title = Text("还没有生效的结果", "No result is in effect")


class RegisterBeforePay(Conflict):
    """The month lies before the first month of pay."""

    slug = "register-before-pay"
    title = Text("尚未到起发月份", "Before the first month of pay")


class RegisterAfterPay(Conflict):
    """The month lies after the last month of pay."""

    slug = "register-after-pay"
    title = Text("已过发放期", "After the last month of pay")


class RegisterTooEarly(Conflict):
    """The day whose post holders get the month is still to come."""

    slug = "register-too-early"
    title = Text("该月在职人员尚不确定", "The month has not begun")


class RegisterOutOfOrder(Conflict):
    """An earlier month is missing, or a later one builds on this one."""

    slug = "register-out-of-order"
    title = Text("应按月份顺序办理", "Months follow one another")


class RegisterInterrupted(Conflict):
    """A result took effect while the register was computed: its holders were not asked for."""

    slug = "register-interrupted"
    title = Text("计算期间结果有变动", "Results changed meanwhile")


class MonthInvalid(Invalid):
    """The month is not written as 2026-06."""

    slug = "month-invalid"
    title = Text("月份格式不对", "Invalid month")


class UnknownPayer(Invalid):
    """The policy has no such payer."""

    slug = "unknown-payer"
    title = Text("没有这个支付方", "Unknown payer")


class CorrectionEmpty(Conflict):
    """The line already amounts to what it is to be corrected to."""

    slug = "correction-without-change"
    title = Text("更正前后金额相同", "Nothing to correct")


class RegisterInput(Frozen):
    """Everything a register is computed from, stored with it: it can be computed again.

    `funds` are what is left of the villages' yearly income before this month; `first` are
    the branches whose first month of pay it is: they get their yearly sums, by `yearly` where a
    later result has succeeded the one of the month. `back` are the earlier months that come to
    something else by now than was entered for them.
    """

    policy_hash: str
    payer: Code
    day: date
    standings: Rows[Standing]
    seats: Rows[Seat]
    funds: dict[str, Fen]
    residents_70: dict[str, Count]
    first: Rows[str]
    back: Rows[BackMonth] = Field(default=(), exclude_if=unsaid)
    yearly: Rows[Standing] = Field(default=(), exclude_if=unsaid)

    @property
    def month(self) -> Month:
        """The register's own month."""
        return Month(
            day=self.day,
            standings=self.standings,
            seats=self.seats,
            funds=self.funds,
            first=self.first,
            yearly=self.yearly,
        )


@dataclass(frozen=True)
class Register:
    """One payer's register of one month; `day` is the day whose holders get the month."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    payer: str
    day: date
    state: RegisterState
    input_hash: str
    computed_by: Actor
    computed_at: datetime
    confirmed_by: Actor | None
    confirmed_at: datetime | None
    paid_on: date | None
    voucher: str | None
    reason: str | None
    version: int

    @property
    def month(self) -> str:
        """The month as it is written: 2026-06."""
        return self.day.strftime("%Y-%m")


@dataclass(frozen=True)
class RegisterLine:
    """One entry; a correction's `amount` is the difference to what stood before it.

    `for_day` is the day of an earlier month that the entry is for; null is the register's own.
    """

    id: UUID
    register_id: UUID
    cycle_id: UUID
    county_id: UUID
    township_id: UUID
    organization_id: UUID
    path: str
    position: int
    linkage: str
    clause: str
    recipient: str
    recipient_id: str
    amount: int
    unfunded: int
    status: str
    operands: Mapping[str, object]
    for_day: date | None
    corrects: UUID | None
    reason: str | None
    entered_by: UUID | None
    entered_at: datetime


@dataclass(frozen=True)
class Totals:
    """How many entries a register has and what they come to in fen, corrections included."""

    entries: int
    amount: int
    unfunded: int


def read_month(month: str, policy: Policy) -> date:
    """Return the day whose post holders get the month; MonthInvalid unless written 2026-06."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise MonthInvalid(
            "月份应写作 2026-06 这样的形式，请修改后重新提交。",
            "Write the month as 2026-06.",
            faults=(Fault("/body/month", Text("应写作 2026-06", "write 2026-06")),),
        )
    return date(int(found[1]), int(found[2]), policy.payment.holder_on_day)


def require_payer(payer: str, policy: Policy) -> None:
    """Raise UnknownPayer unless the policy declares the payer."""
    known = {each.code: each.name for each in policy.payers}
    if payer not in known:
        names = "、".join(f"{code}（{name}）" for code, name in known.items())
        raise UnknownPayer(
            f"方案中没有支付方“{payer}”，可填写：{names}。",
            f"The policy's payers are: {', '.join(known)}.",
            faults=(Fault("/body/payer", Text("没有这个支付方", "unknown payer")),),
        )


def require_payable(
    day: date, today: date, windows: Sequence[Sequence[date]], done: Iterable[date]
) -> None:
    """Raise unless this month is the next one that may be computed.

    `windows` are the months of pay of every branch in effect, `done` the payer's months that
    are computed already. The funds of villages are used up month by month, hence the order.
    """
    months = sorted({each for window in windows for each in window})
    if not months:
        raise NothingInEffect(
            "还没有已经生效的结果，公示期满、结果生效的次月起才能编制台账。",
            "No result is in effect yet: registers begin in the month after effect.",
        )
    if day < months[0]:
        raise RegisterBeforePay(
            f"待遇从{months[0]:%Y-%m}起发放，请从该月开始编制。",
            f"Pay begins with {months[0]:%Y-%m}.",
            pay_from=f"{months[0]:%Y-%m}",
        )
    if day > months[-1]:
        raise RegisterAfterPay(
            f"待遇发放到{months[-1]:%Y-%m}为止。", f"Pay ends with {months[-1]:%Y-%m}."
        )
    if day > today:
        raise RegisterTooEarly(
            f"{day:%Y-%m}的待遇按{day}当天在职人员计算，请在当天或以后编制。",
            f"The month goes to the holders of {day}: compute it on that day or later.",
            not_before=day,
        )
    missing = [each for each in months if each < day and each not in set(done)]
    if missing:
        raise RegisterOutOfOrder(
            f"村集体收入按月使用，请先编制{missing[0]:%Y-%m}的台账。",
            f"Compute {missing[0]:%Y-%m} first: funds are used month by month.",
            missing=[f"{each:%Y-%m}" for each in missing],
        )


def compute(plan: Plan, given: RegisterInput) -> tuple[Entitlement, ...]:
    """Return the payer's lines of the month; a pure function of policy and input.

    Posts are weighed over all payers, so that a person is paid once, for the higher one.
    """
    return of_payer(dues(plan, given.month, given.residents_70), given.payer)


def compute_back(plan: Plan, given: RegisterInput) -> tuple[BackLine, ...]:
    """Return the lines for earlier months; a pure function of policy and input, too."""
    return back_lines(plan, given.payer, given.back, given.residents_70)


def require_second_person(register: Register, caller: Caller) -> None:
    """Raise OwnRegister for the person who computed it, whichever account that comes with."""
    computed = register.computed_by
    if same_person(caller, computed.user_id, computed.person_id):
        raise OwnRegister(
            "计算和确认必须是两个人，请由财政的另一位同志登录自己的账号确认。",
            "Four eyes means two persons: somebody else must confirm the register.",
        )


def difference(line: RegisterLine, corrections: Iterable[RegisterLine], amount: int) -> int:
    """Return what a correction must enter so that the line comes to `amount` fen in all."""
    stands = line.amount + sum(each.amount for each in corrections)
    if amount == stands:
        raise CorrectionEmpty(
            f"这一笔现在就是{decimal_text(stands)}元，不需要更正。",
            f"The line already amounts to {decimal_text(stands)} yuan.",
        )
    return amount - stands
