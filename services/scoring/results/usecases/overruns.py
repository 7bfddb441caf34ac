"""What the clock does when the committee or the publisher is silent past the last day."""

from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import (
    Cycle,
    CycleState,
    Debt,
    Inspection,
    InspectionState,
)
from services.scoring.results.domain import lateness
from services.scoring.results.domain.determinations import Missing
from services.scoring.results.store import determinations
from services.scoring.results.usecases import freezing, settling
from shared.caller import SYSTEM
from shared.context import Context, Work
from shared.contracts.scoring import StepOverdue
from shared.tables import new_id


async def overrun(ctx: Context) -> None:
    """Put off every step that is past its last day, with a finding; running it twice is once."""
    async with ctx.read() as work:
        found = await cycles.cycles_in_states(work.session, *lateness.OVERRUN)
        late = [each.id for each in found if lateness.has_overrun(each, work.moment.today)]
    for cycle_id in late:
        async with ctx.acting_as(SYSTEM).work() as work:
            cycle = await cycles.lock(work.session, cycle_id)
            if lateness.has_overrun(cycle, work.moment.today):
                await _overrun(work, cycle)


async def _overrun(work: Work, cycle: Cycle) -> None:
    if cycle.state is CycleState.ANNOUNCED:
        await settling.conclude(work, cycle)  # who would be let in may be out of pay by now
        cycle = await cycles.lock(work.session, cycle.id)
        if not lateness.has_overrun(cycle, work.moment.today):
            return
    policy = await cycles.policy(work.session, cycle)
    names = {office.code: office.name for office in policy.source_offices}
    waiting = lateness.owing(*await owed(work, cycle), names)
    calendar = await cycles.calendar(work.session)
    after = lateness.put_off(cycle, policy.procedure, work.moment.today, calendar)
    inspection = _inspection(work, cycle, lateness.finding(cycle, after, waiting))
    await cycles.add_inspection(work.session, inspection)
    await cycles.save(work.session, after)
    due, until = lateness.last_day(cycle), lateness.last_day(after)
    assert due is not None and until is not None  # noqa: S101, PT018 -- it has overrun
    await work.audit(
        "cycle.overrun",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        before={"last_day": due.isoformat()},
        after={"last_day": until.isoformat(), "inspection_id": str(inspection.id)},
        reason=inspection.text,
    )
    event = StepOverdue(
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        inspection_id=inspection.id,
        title=cycle.title,
        step_name=lateness.step_name(cycle),
        due_on=due,
        until=until,
        waiting=waiting,
    )
    await work.emit(event, cycle.id, cycle.county_id)


async def owed(work: Work, cycle: Cycle) -> tuple[list[Debt], list[Missing]]:
    """Return who owes what, with the answers missing; once announced no office is asked."""
    announced = cycle.state in (CycleState.ANNOUNCING, CycleState.ANNOUNCED)
    missing = [] if announced else await freezing.missing(work, cycle, None)
    recorded = await determinations.recorded(work.session, cycle.id) is not None
    return lateness.debts(cycle, missing, work.moment.today, recorded=recorded), missing


def _inspection(work: Work, cycle: Cycle, text: str) -> Inspection:
    own: UUID = new_id()
    return Inspection(
        id=own,
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        step=cycle.state,
        entity="cycle",
        entity_id=cycle.id,
        text=text,
        state=InspectionState.OPEN,
        opened_at=work.moment.real,
        opened_by=None,
    )
