"""Monthly pay of one month: performance part, star pay, one post a person, village funds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.scoring.kernel.entitlement import Entitlement, Operand, Seat, Standing
from services.scoring.kernel.errors import InputError, InputFault
from services.scoring.kernel.linkages import Linkage, PerformancePay, StarPay
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.vocabulary import Rounding

MonthlyLinkage = PerformancePay | StarPay


@dataclass(frozen=True)
class _Claim:
    """One linkage's monthly amount for one seat, before other posts and funds are looked at."""

    linkage: MonthlyLinkage
    seat: Seat
    amount: int
    operands: dict[str, Operand]


def pay_days(plan: Plan, effective_on: date) -> tuple[date, ...]:
    """Return, for each month of pay, the day whose post holders get the month."""
    rule = plan.policy.payment
    first = effective_on.year * 12 + effective_on.month - 1 + rule.months_after_effect
    return tuple(
        date(month // 12, month % 12 + 1, rule.holder_on_day)
        for month in range(first, first + rule.months)
    )


def month_lines(
    plan: Plan,
    standings: Mapping[str, Standing],
    seats: Sequence[Seat],
    funds: Mapping[str, int],
    months: int = 1,
) -> tuple[Entitlement, ...]:
    """Return the pay lines of one month (or of equal `months`) for a whole county's `seats`.

    `standings` hold every organization of the seats; `funds` what is left of each village's
    yearly collective income in fen. A person with several posts is paid for the one that
    brings most; a tie goes to the post the policy lists first, then to the lower
    organization id. Funds are used month by month in the order of posts, then person ids;
    what they do not cover is `unfunded`. Raises `InputError` for an unknown post or absent
    funds.
    """
    order = _post_order(plan, seats)
    ordered = sorted(
        set(seats), key=lambda s: (s.organization_id, order[s.post], s.person_id, s.pay_fen)
    )
    claims = {seat: _claims(plan, standings[seat.organization_id], seat) for seat in ordered}
    paid = _paid_seats(claims, order)
    due = [claim for seat, own in claims.items() if paid[seat.person_id] is seat for claim in own]
    _require_funds(due, funds)
    unfunded = _run_funds(due, funds, months)
    return tuple(
        _due(claim, months, unfunded[seat.person_id, claim.linkage.code])
        if paid[seat.person_id] is seat
        else _other(claim, months, paid[seat.person_id])
        for seat, own in claims.items()
        for claim in own
    )


def remaining_funds(
    plan: Plan, funds: Mapping[str, int], lines: Sequence[Entitlement]
) -> dict[str, int]:
    """Return the collective income left after paying one month's `lines`."""
    limited = {one.code for one in plan.policy.linkages if _is_limited(one)}
    left = dict(funds)
    for line in lines:
        if line.linkage in limited and line.payable:
            left[line.organization_id] -= line.payable
    return left


def _is_limited(linkage: Linkage) -> bool:
    return isinstance(linkage, StarPay) and linkage.limited_by == "collective_income"


def _post_order(plan: Plan, seats: Sequence[Seat]) -> dict[str, int]:
    order = {post.code: rank for rank, post in enumerate(plan.policy.posts)}
    unknown = tuple(
        InputFault("unknown_post", seat.organization_id, seat.post, "方案中没有这个职务")
        for seat in seats
        if seat.post not in order
    )
    if unknown:
        raise InputError(unknown)
    return order


def _claims(plan: Plan, standing: Standing, seat: Seat) -> list[_Claim]:
    claims = []
    for linkage in plan.policy.linkages:
        if isinstance(linkage, PerformancePay):
            claims.append(_performance(linkage, standing, seat))
        elif isinstance(linkage, StarPay) and standing.level >= linkage.from_level:
            claims.append(_star_pay(linkage, standing, seat))
    return claims


def _performance(linkage: PerformancePay, standing: Standing, seat: Seat) -> _Claim:
    percent = linkage.not_assessed_percent
    if standing.assessed:
        rows = sorted(linkage.paid, key=lambda row: row.from_level)
        percent = [row.percent for row in rows if row.from_level <= standing.level][-1]
    part = share(seat.pay_fen, linkage.share_percent, linkage.rounding)
    return _Claim(
        linkage,
        seat,
        share(part, percent, linkage.rounding),
        {
            "post": seat.post,
            "pay_fen": seat.pay_fen,
            "share_percent": linkage.share_percent,
            "performance_fen": part,
            "level": standing.level,
            "paid_percent": percent,
        },
    )


def _star_pay(linkage: StarPay, standing: Standing, seat: Seat) -> _Claim:
    rate = next(rate.amount for rate in linkage.rates if seat.post in rate.posts)
    stars = len(standing.stars)
    operands: dict[str, Operand] = {"post": seat.post, "rate_fen": rate, "stars": stars}
    return _Claim(linkage, seat, rate * stars, operands)


def share(amount: int, percent: int, rounding: Rounding) -> int:
    """Return `percent` of a non-negative amount of fen, rounded as declared."""
    exact = amount * percent
    if rounding == "half_up":
        return (exact + 50) // 100
    return exact // 100 if rounding == "floor" else -(-exact // 100)


def _paid_seats(claims: Mapping[Seat, list[_Claim]], order: Mapping[str, int]) -> dict[str, Seat]:
    """Return, for each person, the one seat that is paid."""
    best: dict[str, tuple[tuple[int, int, str], Seat]] = {}
    for seat, own in claims.items():
        worth = sum(claim.amount for claim in own)
        key = (-worth, order[seat.post], seat.organization_id)
        if seat.person_id not in best or key < best[seat.person_id][0]:
            best[seat.person_id] = (key, seat)
    return {person: seat for person, (_, seat) in best.items()}


def _require_funds(due: Sequence[_Claim], funds: Mapping[str, int]) -> None:
    needed = {
        claim.seat.organization_id for claim in due if claim.amount and _is_limited(claim.linkage)
    }
    absent = tuple(
        InputFault("missing_fact", one, "collective_income", "没有村集体收入数据，无法计算星级报酬")
        for one in sorted(needed - funds.keys())
    )
    if absent:
        raise InputError(absent)


def _run_funds(
    due: Sequence[_Claim], funds: Mapping[str, int], months: int
) -> Counter[tuple[str, str]]:
    """Use up the funds month by month; return what stayed unfunded by person and linkage."""
    left = dict(funds)
    unfunded: Counter[tuple[str, str]] = Counter()
    limited = [claim for claim in due if claim.amount and _is_limited(claim.linkage)]
    for _ in range(months):
        for claim in limited:
            village = claim.seat.organization_id
            covered = min(claim.amount, left[village])
            left[village] -= covered
            unfunded[claim.seat.person_id, claim.linkage.code] += claim.amount - covered
    return unfunded


def _due(claim: _Claim, months: int, unfunded: int) -> Entitlement:
    return Entitlement(
        linkage=claim.linkage.code,
        clause=claim.linkage.clause,
        organization_id=claim.seat.organization_id,
        recipient="person",
        recipient_id=claim.seat.person_id,
        payer=claim.linkage.payer,
        period="month",
        unit="fen",
        amount=claim.amount,
        periods=months,
        unfunded=unfunded,
        status="due",
        operands=claim.operands,
    )


def _other(claim: _Claim, months: int, paid: Seat) -> Entitlement:
    where: dict[str, Operand] = {
        "paid_organization_id": paid.organization_id,
        "paid_post": paid.post,
        "would_be_fen": claim.amount,
    }
    changes = {"amount": 0, "status": "other_post", "operands": claim.operands | where}
    return _due(claim, months, 0).model_copy(update=changes)
