"""发放台账: compute, confirm as a second person, mark as paid, correct, discard.

Clause: 五星创建 第二版 · 挂钩·报酬, 待遇发放.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.incentives.domain.registers import (
    REGISTER,
    Register,
    RegisterLine,
    RegisterOutOfOrder,
    Totals,
    difference,
    read_month,
    require_payable,
    require_payer,
    require_second_person,
)
from services.scoring.incentives.domain.settlement import (
    in_force,
    pay_window,
)
from services.scoring.incentives.store import registers as store
from services.scoring.incentives.usecases import backpay, computing
from services.scoring.results.domain.snapshot import PAY_CODES
from services.scoring.results.store import results
from shared import directory
from shared.caller import Role
from shared.clients.registry import Registry
from shared.context import Context, Work
from shared.tables import new_id

_COMPUTERS = (Role.FINANCE, Role.ORGANIZATION_DEPARTMENT)
_COUNTY = (*_COMPUTERS, Role.COMMITTEE, Role.INSPECTOR)
_READERS = (Role.VILLAGE, Role.TOWNSHIP, *_COUNTY)
_FINANCE = (Role.FINANCE,)


async def compute_month(
    ctx: Context, cycle_id: UUID, payer: str, month: str
) -> tuple[Register, Totals]:
    """Compute one payer's register of a month; asked again, return the same register.

    The post holders of the day the policy names come from registry, outside the transaction.
    """
    ctx.caller.require(*_COMPUTERS)
    async with ctx.read() as work:
        cycle = await cycles.find(work.session, cycle_id)
        plan = await cycles.plan(work.session, cycle)
    policy = plan.policy
    day = read_month(month, policy)
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    terms = await registry.terms(cycle.county_id, day)
    facts = await registry.facts(cycle.county_id, day, PAY_CODES)
    holders = await backpay.ask(ctx, cycle, plan, payer, day) | {day: (terms, facts)}
    async with ctx.work() as work:
        cycle = await cycles.lock(work.session, cycle_id)
        roots = ctx.caller.organizations(*_COMPUTERS)
        await directory.require_within(work.session, roots, cycle.county_id)
        require_payer(payer, policy)
        standing = await store.standing(work.session, cycle.id)
        mine = [each for each in standing if each.payer == payer]
        for each in mine:
            if each.day == day:
                return each, (await _totals(work, [each]))[each.id]
        paid = in_force(await results.standing(work.session, cycle.id))
        windows = [pay_window(plan, each) for each in paid]
        require_payable(day, work.moment.today, windows, [each.day for each in mine])
        given = await computing.freeze(work, cycle, plan, (payer, day), paid, holders)
        register, entries = computing.make(work, cycle, plan, given, paid)
        await store.add(work.session, register, given, entries)
        await _audit(work, "compute", register, None)
        return register, (await _totals(work, [register]))[register.id]


async def find(ctx: Context, register_id: UUID) -> tuple[Register, Totals]:
    """Return one register with its totals."""
    ctx.caller.require(*_COUNTY)
    async with ctx.read() as work:
        found = await store.find(work.session, register_id)
        roots = ctx.caller.organizations(*_COUNTY)
        await directory.require_within(work.session, roots, found.county_id)
        return found, (await _totals(work, [found]))[found.id]


async def of_cycle(
    ctx: Context, cycle_id: UUID, payer: str | None, month: str | None
) -> list[tuple[Register, Totals]]:
    """Return a cycle's registers with their totals, month by month."""
    ctx.caller.require(*_COUNTY)
    roots = ctx.caller.organizations(*_COUNTY)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        day = None if month is None else read_month(month, policy)
        found = await store.of_county_page(work.session, cycle.id, roots, payer, day)
        totals = await _totals(work, found)
        return [(each, totals[each.id]) for each in found]


async def lines(
    ctx: Context, register_id: UUID, after: int | None, limit: int
) -> list[RegisterLine]:
    """Return a register's entries within the caller's reach, one more than `limit`."""
    ctx.caller.require(*_READERS)
    roots = ctx.caller.organizations(*_READERS)
    async with ctx.read() as work:
        return await store.lines(work.session, register_id, roots, after, limit + 1)


async def confirm(ctx: Context, register_id: UUID) -> tuple[Register, Totals]:
    """Confirm a register as a second person of finance."""
    async with ctx.work() as work:
        found = await _held(work, register_id)
        state = REGISTER.fire("confirm", found.state, ctx.caller)
        require_second_person(found, ctx.caller)
        by = computing.actor(ctx.caller)
        after = replace(found, state=state, confirmed_by=by, confirmed_at=work.moment.real)
        return await _save(work, "confirm", found, after)


async def pay(
    ctx: Context, register_id: UUID, paid_on: date | None, voucher: str
) -> tuple[Register, Totals]:
    """Mark a register as paid, with the voucher's number."""
    async with ctx.work() as work:
        found = await _held(work, register_id)
        state = REGISTER.fire("pay", found.state, ctx.caller)
        day = paid_on or work.moment.today
        return await _save(
            work, "pay", found, replace(found, state=state, paid_on=day, voucher=voucher)
        )


async def discard(ctx: Context, register_id: UUID, reason: str) -> tuple[Register, Totals]:
    """Discard a register that was not paid, so that the month can be computed again."""
    async with ctx.work() as work:
        found = await _held(work, register_id)
        state = REGISTER.fire("discard", found.state, ctx.caller)
        standing = await store.standing(work.session, found.cycle_id)
        later = [each for each in standing if each.payer == found.payer and each.day > found.day]
        if later:
            raise RegisterOutOfOrder(
                f"{later[0].month}的台账是在本月基础上计算的，请先作废后面月份的台账。",
                "Later months build on this one: discard them first.",
                later=[each.month for each in later],
            )
        after = replace(found, state=state, reason=reason)
        return await _save(work, "discard", found, after, reason)


async def correct(
    ctx: Context, register_id: UUID, line_id: UUID, amount: int, reason: str
) -> RegisterLine:
    """Enter the difference that brings a paid line to `amount` fen; the line itself stays."""
    async with ctx.work() as work:
        found = await _held(work, register_id)
        state = REGISTER.fire("correct", found.state, ctx.caller)
        line = await store.line(work.session, found.id, line_id)
        earlier = await store.corrections(work.session, line.id)
        entry = replace(
            line,
            id=new_id(),
            position=await store.last_position(work.session, found.id) + 1,
            amount=difference(line, earlier, amount),
            unfunded=0,
            corrects=line.id,
            reason=reason,
            entered_by=computing.actor(ctx.caller).user_id,
            entered_at=work.moment.real,
        )
        await store.add_lines(work.session, [entry])
        await _save(work, "correct", found, replace(found, state=state), reason)
        return entry


async def _held(work: Work, register_id: UUID) -> Register:
    work.caller.require(*_FINANCE)
    cycle_id = (await store.find(work.session, register_id)).cycle_id
    await cycles.share(work.session, cycle_id)
    found = await store.lock(work.session, register_id)
    roots = work.caller.organizations(*_FINANCE)
    await directory.require_within(work.session, roots, found.county_id)
    return found


async def _save(
    work: Work, verb: str, before: Register, after: Register, reason: str | None = None
) -> tuple[Register, Totals]:
    stored = await store.save(work.session, after)
    await _audit(work, verb, stored, before, reason)
    return stored, (await _totals(work, [stored]))[stored.id]


async def _totals(work: Work, found: Sequence[Register]) -> dict[UUID, Totals]:
    known = await store.totals(work.session, [each.id for each in found])
    return {each.id: Totals(*known.get(each.id, (0, 0, 0))) for each in found}


async def _audit(
    work: Work, verb: str, after: Register, before: Register | None, reason: str | None = None
) -> None:
    await work.audit(
        f"register.{verb}",
        "register",
        after.id,
        county_id=after.county_id,
        before=None if before is None else {"state": before.state.value},
        after={"state": after.state.value, "payer": after.payer, "month": after.month},
        reason=reason,
    )
