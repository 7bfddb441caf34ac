"""Findings and pauses of the inspector, and the clock that ends a pause."""

from dataclasses import asdict, replace
from uuid import UUID

from services.scoring.cycles import store
from services.scoring.cycles.domain import (
    INSPECTION,
    Cycle,
    Inspection,
    InspectionState,
    NotPaused,
    PauseRecord,
    begin_pause,
    end_pause,
    require_running,
)
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.tables import new_id

_READERS = (Role.INSPECTOR, Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE)


async def inspect(
    ctx: Context, cycle_id: UUID, entity: str, entity_id: UUID, text: str
) -> Inspection:
    """Open a finding on one thing in the cycle's present step."""
    async with ctx.work() as work:
        cycle = await _watched(work, cycle_id)
        inspection = Inspection(
            id=new_id(),
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            step=cycle.state,
            entity=entity,
            entity_id=entity_id,
            text=text,
            state=InspectionState.OPEN,
            opened_at=work.moment.real,
            opened_by=ctx.caller.user_id,
        )
        await store.add_inspection(work.session, inspection)
        await _audit(work, "inspection.open", inspection)
        return inspection


async def close_inspection(ctx: Context, inspection_id: UUID, outcome: str) -> Inspection:
    """Close a finding with its outcome."""
    async with ctx.work() as work:
        inspection = await store.lock_inspection(work.session, inspection_id)
        await _watched(work, inspection.cycle_id)
        state = INSPECTION.fire("close", inspection.state, ctx.caller)
        closed = replace(inspection, state=state, outcome=outcome, closed_at=work.moment.real)
        await store.save_inspection(work.session, closed)
        await _audit(work, "inspection.close", closed, reason=outcome)
        return closed


async def inspections(ctx: Context, cycle_id: UUID) -> list[Inspection]:
    """Return the findings on a cycle; for the inspector, the office and the committee."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*_READERS)
        cycle = await store.find_visible(work.session, cycle_id, roots)
        return await store.inspections(work.session, cycle.id)


async def pause(ctx: Context, inspection_id: UUID, working_days: int, reason: str) -> PauseRecord:
    """Pause the cycle's present step because of an open finding; its deadlines move."""
    async with ctx.work() as work:
        inspection = await store.lock_inspection(work.session, inspection_id)
        cycle = await _watched(work, inspection.cycle_id)
        INSPECTION.fire("pause", inspection.state, ctx.caller)
        require_running(cycle, work.moment)
        calendar = await store.calendar(work.session)
        limit = (await store.policy(work.session, cycle)).procedure.pause.max_working_days
        cycle = await _ended(work, cycle)
        paused, span = begin_pause(cycle, working_days, limit, work.moment.today, calendar)
        record = PauseRecord(
            id=new_id(),
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            inspection_id=inspection.id,
            step=cycle.state,
            reason=reason,
            pause=span,
            before=cycle.schedule,
            ordered_by=ctx.caller.user_id,
        )
        await store.add_pause(work.session, record)
        await store.save(work.session, paused)
        await _audit_cycle(work, "cycle.pause", cycle, paused, reason)
        return record


async def resume(ctx: Context, cycle_id: UUID, reason: str) -> Cycle:
    """End a pause early; the deadlines keep only the days really lost."""
    async with ctx.work() as work:
        cycle = await _watched(work, cycle_id)
        if not cycle.is_paused(work.moment.today):
            raise NotPaused(
                "周期没有处于暂停状态，无须恢复，请刷新后查看。",
                "The cycle is not paused; there is nothing to resume.",
            )
        running = await _ended(work, cycle)
        await _audit_cycle(work, "cycle.resume", cycle, running, reason)
        return running


async def end_pauses(ctx: Context) -> None:
    """Unmark every pause whose last day has passed; the deadlines have moved already."""
    async with ctx.read() as work:
        due = await store.pause_ended(work.session, work.moment.today)
    for cycle_id in due:
        async with ctx.work() as work:
            cycle = await store.lock(work.session, cycle_id)
            if cycle.paused_until is not None and not cycle.is_paused(work.moment.today):
                running = await _ended(work, cycle)
                await _audit_cycle(work, "cycle.pause_ended", cycle, running, None)


async def _ended(work: Work, cycle: Cycle) -> Cycle:
    """Return the cycle without the pause it is marked with, if any, stored."""
    record = await store.running_pause(work.session, cycle.id)
    if record is None:
        return cycle
    calendar = await store.calendar(work.session)
    running = end_pause(cycle, record, work.moment.today, calendar)
    ended = replace(record, pause=running.pauses[-1], ended_on=running.pauses[-1].until)
    await store.save_pause(work.session, ended)
    return await store.save(work.session, running)


async def _watched(work: Work, cycle_id: UUID) -> Cycle:
    work.caller.require(Role.INSPECTOR)
    cycle = await store.lock(work.session, cycle_id)
    roots = work.caller.organizations(Role.INSPECTOR)
    await directory.require_within(work.session, roots, cycle.county_id)
    return cycle


async def _audit(
    work: Work, action: str, inspection: Inspection, reason: str | None = None
) -> None:
    after = {"entity": inspection.entity, "entity_id": str(inspection.entity_id)}
    await work.audit(
        action,
        "inspection",
        inspection.id,
        county_id=inspection.county_id,
        after={**after, "state": inspection.state.value, "step": inspection.step.value},
        reason=reason,
    )


async def _audit_cycle(
    work: Work, action: str, before: Cycle, after: Cycle, reason: str | None
) -> None:
    await work.audit(
        action,
        "cycle",
        after.id,
        county_id=after.county_id,
        before=_facts(before),
        after=_facts(after),
        reason=reason,
    )


def _facts(cycle: Cycle) -> dict[str, str | None]:
    dates = {name: day.isoformat() for name, day in asdict(cycle.schedule).items()}
    until = cycle.paused_until
    return {**dates, "paused_until": until.isoformat() if until else None}
