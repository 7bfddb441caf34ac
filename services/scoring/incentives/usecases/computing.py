"""What a register is computed from, and the register with its entries."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.scoring.cycles.domain import Cycle
from services.scoring.incentives.domain.backpay import BackLine, reckon
from services.scoring.incentives.domain.registers import (
    Register,
    RegisterInput,
    RegisterLine,
    RegisterState,
    compute,
    compute_back,
)
from services.scoring.incentives.domain.settlement import beginning, funds_of, standings_on
from services.scoring.incentives.store import registers as store
from services.scoring.incentives.usecases import backpay
from services.scoring.incentives.usecases.seats import Holders, seats_of
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.results import Result
from services.scoring.results.store import snapshots
from shared.caller import Caller
from shared.canonical import content_hash
from shared.context import Work
from shared.tables import new_id


async def freeze(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    asked: tuple[str, date],
    paid: Sequence[Result],
    holders: Mapping[date, Holders],
) -> RegisterInput:
    """Return what one payer's register of one month is computed from.

    `holders` are those of the month's day, and of earlier days whose registers lack a branch.
    """
    payer, day = asked
    standings = standings_on(plan, paid, day)
    earlier = await backpay.earlier(work, cycle, plan, asked, paid, holders)
    snapshot = await snapshots.newest(work.session, cycle.id)
    concerned = {x.organization_id for month in earlier for x in month.standings} | set(standings)
    frozen = [each for each in snapshot.organizations if each.organization_id in concerned]
    residents = {x.organization_id: x.residents_70 for x in frozen if x.residents_70 is not None}
    entered = await store.entered(work.session, cycle.id, payer, day)
    back, funds = reckon(plan, payer, earlier, entered, residents, funds_of(frozen))
    first, yearly = beginning(plan, paid, standings, day)
    return RegisterInput(
        policy_hash=cycle.policy_hash,
        payer=payer,
        day=day,
        standings=tuple(standings[key] for key in sorted(standings)),
        seats=seats_of(plan, standings.keys(), holders[day]),
        funds={key: value for key, value in funds.items() if key in concerned},
        residents_70=residents,
        first=first,
        back=back,
        yearly=yearly,
    )


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
    lines = compute(plan, given)
    entries = [
        _entry(work, register, branches[line.organization_id], position, line)
        for position, line in enumerate(lines)
    ]
    entries += [
        _back_entry(work, register, branches[line.entered.organization_id], position, line)
        for position, line in enumerate(compute_back(plan, given), start=len(lines))
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
        for_day=None,
        corrects=None,
        reason=None,
        entered_by=work.caller.user_id,
        entered_at=work.moment.real,
    )


def _back_entry(
    work: Work, register: Register, branch: Result, position: int, line: BackLine
) -> RegisterLine:
    said = line.entered
    return RegisterLine(
        id=new_id(),
        register_id=register.id,
        cycle_id=register.cycle_id,
        county_id=register.county_id,
        township_id=branch.township_id,
        organization_id=branch.organization_id,
        path=branch.path,
        position=position,
        linkage=said.linkage,
        clause=said.clause,
        recipient=said.recipient,
        recipient_id=said.recipient_id,
        amount=line.amount,
        unfunded=line.unfunded,
        status=line.status,
        operands={"month": f"{line.day:%Y-%m}"},
        for_day=line.day,
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
