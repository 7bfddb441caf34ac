"""What a register is computed from, and the register with its entries."""

from collections.abc import Sequence
from datetime import date

from services.scoring.cycles.domain import Cycle
from services.scoring.incentives.domain.registers import (
    Register,
    RegisterInput,
    RegisterLine,
    RegisterState,
    compute,
)
from services.scoring.incentives.domain.settlement import funds_of, standings_on
from services.scoring.incentives.store import registers as store
from services.scoring.kernel.entitlement import Entitlement, Seat
from services.scoring.kernel.linkages import StarPay
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.results import Result
from services.scoring.results.domain.snapshot import pay_of
from services.scoring.results.store import snapshots
from shared.caller import Caller
from shared.canonical import content_hash
from shared.context import Work
from shared.contracts.registry import FactRecord, TermRecord
from shared.tables import new_id


async def freeze(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    asked: tuple[str, date],
    paid: Sequence[Result],
    holders: tuple[Sequence[TermRecord], Sequence[FactRecord]],
) -> RegisterInput:
    """Return what one payer's register of one month is computed from."""
    payer, day = asked
    standings = standings_on(plan, paid, day)
    had_yearly = await store.had_yearly(work.session, cycle.id, payer, day)
    snapshot = await snapshots.newest(work.session, cycle.id)
    frozen = [each for each in snapshot.organizations if each.organization_id in standings]
    limited = [
        each.code
        for each in plan.policy.linkages
        if isinstance(each, StarPay) and each.limited_by == "collective_income"
    ]
    used = await store.covered(work.session, cycle.id, limited, day)
    posts = {post.code for post in plan.policy.posts}
    terms, facts = holders
    known = [x for x in terms if str(x.organization_id) in standings and x.post in posts]
    return RegisterInput(
        policy_hash=cycle.policy_hash,
        payer=payer,
        day=day,
        standings=tuple(standings[key] for key in sorted(standings)),
        seats=_seats(known, facts),
        funds={key: value - used.get(key, 0) for key, value in funds_of(frozen).items()},
        residents_70={
            each.organization_id: each.residents_70
            for each in frozen
            if each.residents_70 is not None
        },
        first=tuple(sorted(standings.keys() - had_yearly)),
    )


def _seats(terms: Sequence[TermRecord], facts: Sequence[FactRecord]) -> tuple[Seat, ...]:
    pay = pay_of(terms, facts)
    seats = {
        Seat(
            organization_id=str(each.organization_id),
            person_id=str(each.person_id),
            post=each.post.value,
            pay_fen=pay[each.organization_id, each.post],
        )
        for each in terms
    }
    return tuple(sorted(seats, key=lambda seat: (seat.organization_id, seat.post, seat.person_id)))


def make(
    work: Work, cycle: Cycle, plan: Plan, given: RegisterInput, paid: Sequence[Result]
) -> tuple[Register, list[RegisterLine]]:
    """Return the computed register with its entries."""
    register = Register(
        id=new_id(),
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        payer=given.payer,
        day=given.day,
        state=RegisterState.COMPUTED,
        input_hash=content_hash(given.model_dump(mode="json")),
        computed_by=actor(work.caller),
        computed_at=work.moment.real,
        confirmed_by=None,
        confirmed_at=None,
        paid_on=None,
        voucher=None,
        reason=None,
        version=1,
    )
    branches = {str(each.organization_id): each for each in paid}
    entries = [
        _entry(work, register, branches[line.organization_id], position, line)
        for position, line in enumerate(compute(plan, given))
    ]
    return register, entries


def _entry(
    work: Work, register: Register, branch: Result, position: int, line: Entitlement
) -> RegisterLine:
    return RegisterLine(
        id=new_id(),
        register_id=register.id,
        cycle_id=register.cycle_id,
        county_id=register.county_id,
        township_id=branch.township_id,
        organization_id=branch.organization_id,
        path=branch.path,
        position=position,
        linkage=line.linkage,
        clause=line.clause,
        recipient=line.recipient,
        recipient_id=line.recipient_id,
        amount=line.amount,
        unfunded=line.unfunded,
        status=line.status,
        operands=line.model_dump(mode="json")["operands"],
        corrects=None,
        reason=None,
        entered_by=work.caller.user_id,
        entered_at=work.moment.real,
    )


def actor(caller: Caller) -> Actor:
    """Return who acts; a register is always some person's."""
    if caller.user_id is None:
        message = "registers are computed and confirmed by persons"
        raise TypeError(message)
    return Actor(caller.user_id, caller.person_id)
