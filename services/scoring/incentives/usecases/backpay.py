"""Earlier months of one payer as they are known now: results of today, holders of their day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.scoring.cycles.domain import Cycle
from services.scoring.incentives.domain.backpay import Month
from services.scoring.incentives.domain.registers import RegisterInput, RegisterInterrupted
from services.scoring.incentives.domain.settlement import beginning, in_force, standings_on
from services.scoring.incentives.store import registers as store
from services.scoring.incentives.usecases.seats import Holders, seats_of
from services.scoring.kernel.entitlement import Seat
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.results import Result
from services.scoring.results.domain.snapshot import PAY_CODES
from services.scoring.results.store import results
from shared.clients.registry import Registry
from shared.context import Context, Work


@dataclass
class _Known:
    """Whose holders of one month's day were frozen with a register, and the seats."""

    organizations: set[str] = field(default_factory=set)
    seats: dict[str, list[Seat]] = field(default_factory=dict)

    def take(self, month: RegisterInput | Month) -> None:
        """Take over what a register froze, the newest counts."""
        self.organizations |= {each.organization_id for each in month.standings}
        self.seats = {}
        for seat in month.seats:
            self.seats.setdefault(seat.organization_id, []).append(seat)


async def ask(ctx: Context, cycle: Cycle, plan: Plan, payer: str, day: date) -> dict[date, Holders]:
    """Ask registry for the holders of earlier days whose register lacks a branch in effect."""
    async with ctx.read() as work:
        paid = in_force(await results.standing(work.session, cycle.id))
        known = _known(await store.inputs(work.session, cycle.id, payer, day))
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    return {
        each: (
            await registry.terms(cycle.county_id, each),
            await registry.facts(cycle.county_id, each, PAY_CODES),
        )
        for each, own in known.items()
        if standings_on(plan, paid, each).keys() - own.organizations
    }


async def earlier(
    work: Work,
    cycle: Cycle,
    plan: Plan,
    asked: tuple[str, date],
    paid: Sequence[Result],
    holders: Mapping[date, Holders],
) -> list[Month]:
    """Return the payer's months before this one as they are known now, in their order.

    Holders that a register has frozen stay. RegisterInterrupted when a result took effect
    since registry was asked.
    """
    payer, day = asked
    known = _known(await store.inputs(work.session, cycle.id, payer, day))
    return [_month(plan, paid, each, known[each], holders.get(each)) for each in sorted(known)]


def _known(inputs: Sequence[RegisterInput]) -> dict[date, _Known]:
    """Return what is frozen of every month, own registers first, what later ones added after."""
    known: dict[date, _Known] = {}
    for each in inputs:
        known.setdefault(each.day, _Known()).take(each)
        for month in each.back:
            known[month.day].take(month)
    return known


def _month(
    plan: Plan, paid: Sequence[Result], day: date, known: _Known, asked: Holders | None
) -> Month:
    standings = standings_on(plan, paid, day)
    lacking = standings.keys() - known.organizations
    if lacking and asked is None:
        raise RegisterInterrupted(
            "计算期间又有结果生效，请重新提交一次，本次没有保存。",
            "A result took effect meanwhile: submit again; nothing was saved.",
        )
    seats = {seat for own in known.seats.values() for seat in own}
    if lacking and asked is not None:
        seats |= set(seats_of(plan, lacking, asked))
    here = [seat for seat in seats if seat.organization_id in standings]
    first, yearly = beginning(plan, paid, standings, day)
    return Month(
        day=day,
        standings=tuple(standings[key] for key in sorted(standings)),
        seats=tuple(sorted(here, key=lambda x: (x.organization_id, x.post, x.person_id))),
        funds={},
        first=first,
        yearly=yearly,
    )
