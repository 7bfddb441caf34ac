"""Late townships and departments get an extension, then the county group in their place."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import structlog

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState, NotComputable
from services.scoring.reviews import store
from services.scoring.reviews.domain import departments, stages
from services.scoring.reviews.domain.stages import Stage, StageKind, StageState, Timing
from services.scoring.reviews.usecases import progress
from services.scoring.reviews.usecases.desk import STEPS, Desk, holding, lay
from shared import directory
from shared.caller import SYSTEM, Caller, Role
from shared.context import Context
from shared.errors import NotFound

Step = Callable[[Stage, Caller, Timing, str], Stage]

_OFFICE = Role.ORGANIZATION_DEPARTMENT
# What the sweep writes where nobody gave a reason.
_BY_TIME = "逾期未办结，按规定自动处理"
_log = structlog.get_logger(__name__)


async def extend(ctx: Context, cycle_id: UUID, kind: StageKind, party: str, reason: str) -> Stage:
    """Give a late party its extension; 组织部 says why."""
    return await _step(ctx, cycle_id, kind, party, reason, stages.extend)


async def substitute(
    ctx: Context, cycle_id: UUID, kind: StageKind, party: str, reason: str
) -> Stage:
    """Let the county group score in the place of a party whose extension has run out."""
    return await _step(ctx, cycle_id, kind, party, reason, stages.substitute)


async def _step(
    ctx: Context, cycle_id: UUID, kind: StageKind, party: str, reason: str, step: Step
) -> Stage:
    ctx.caller.require(_OFFICE)
    async with ctx.work() as work:
        desk = await holding(work, cycle_id, STEPS[kind])
        roots = ctx.caller.organizations(_OFFICE)
        await directory.require_within(work.session, roots, desk.cycle.county_id)
        await require_party(desk, kind, party)
        stage = await store.lock_stage(work.session, desk.cycle, kind, party)
        return await take(desk, step(stage, ctx.caller, desk.timing(kind), reason), stage)


async def close_reviews(ctx: Context, cycle_id: UUID, reason: str) -> list[Stage]:
    """End the parts of silent departments after their extensions; what stands counts."""
    ctx.caller.require(_OFFICE)
    async with ctx.work() as work:
        desk = await holding(work, cycle_id, CycleState.REVIEWING)
        roots = ctx.caller.organizations(_OFFICE)
        await directory.require_within(work.session, roots, desk.cycle.county_id)
        parts = await _open_departments(desk)
        departments.require_all_late(desk.policy, _in_time(desk, parts))
        closed = [
            await take(desk, stages.lapse(each, ctx.caller, desk.timing(each.kind), reason), each)
            for each in parts
        ]
        await progress.advance(desk)
        return closed


def _in_time(desk: Desk, parts: list[Stage]) -> dict[str, date]:
    """Return the departments that are still competent themselves, with their last days."""
    timing = desk.timing(StageKind.DEPARTMENT)
    return {
        each.party: timing.last_day(each)
        for each in parts
        if each.state is not StageState.SUBSTITUTED
    }


async def _open_departments(desk: Desk) -> list[Stage]:
    parts = await store.stages(desk.work.session, desk.cycle.id, StageKind.DEPARTMENT)
    busy = {task.department for task in await progress.review_tasks(desk)}
    return [each for each in parts.values() if each.party in busy and not each.closed]


async def take(desk: Desk, after: Stage, before: Stage) -> Stage:
    """Store a step of a part, record it, and tell what it closed."""
    saved = await store.save_stage(desk.work.session, after)
    await desk.work.audit(
        f"stage.{saved.state.value}",
        "review_stage",
        saved.id,
        county_id=saved.county_id,
        before={"state": before.state.value},
        after=_facts(desk, saved),
        reason=saved.reason,
    )
    if saved.state is StageState.LAPSED and saved.kind is StageKind.TOWNSHIP:
        await progress.close_township(desk, UUID(saved.party), ())
    return saved


def _facts(desk: Desk, stage: Stage) -> dict[str, object]:
    return {
        "state": stage.state.value,
        "kind": stage.kind.value,
        "party": stage.party,
        "last_day": desk.timing(stage.kind).last_day(stage).isoformat(),
        "members": [
            {"title": each.title, "person_id": str(each.person_id) if each.person_id else None}
            for each in stage.members
        ],
        "receipt": stage.receipt,
    }


async def require_party(desk: Desk, kind: StageKind, party: str) -> None:
    """Raise unless the township or department has a part in this cycle."""
    if kind is StageKind.DEPARTMENT:
        departments.department_name(desk.policy, party)
        return
    if party not in {str(each.township_id) for each in (await desk.participants()).values()}:
        raise NotFound(
            "该乡镇在本周期没有参评的村，请核对乡镇和周期。",
            "No branch of this township takes part in the cycle.",
        )


async def sweep(ctx: Context) -> None:
    """Take every step that time itself takes, then move each cycle on where it can."""
    async with ctx.read() as work:
        running = await store.cycles_in(work.session, CycleState.RECOMMENDING, CycleState.REVIEWING)
        found = [await cycles.find(work.session, each) for each in running]
        # No part's last day lies before the cycle's own, so until then there is nothing to hold.
        due = [each.id for each in found if _deadline(each) < work.moment.today]
    for cycle_id in due:
        try:
            async with ctx.acting_as(SYSTEM).work() as work:
                cycle = await cycles.lock(work.session, cycle_id)
                if not cycle.is_paused(work.moment.today):
                    await _sweep_cycle(await lay(work, cycle))
        except NotComputable as problem:
            # It stays as it was until its data are complete, and holds up no other cycle.
            _log.warning("cycle_not_computable", cycle=str(cycle_id), faults=len(problem.faults))


def _deadline(cycle: Cycle) -> date:
    recommending = cycle.state is CycleState.RECOMMENDING
    return cycle.recommend_until if recommending else cycle.review_until


async def _sweep_cycle(desk: Desk) -> None:
    for stage in await _overdue(desk):
        held = await store.lock_stage(desk.work.session, desk.cycle, stage.kind, stage.party)
        timing = desk.timing(held.kind)
        verb = stages.overdue_verb(held, timing)
        if verb is not None:
            await take(desk, _STEPS[verb](held, SYSTEM, timing, _BY_TIME), held)
    await progress.advance(desk)


_STEPS: dict[stages.OverdueVerb, Step] = {
    "extend": stages.extend,
    "substitute": stages.substitute,
    "lapse": stages.lapse,
}


async def _overdue(desk: Desk) -> list[Stage]:
    parts = await open_parts(desk)
    return [each for each in parts if stages.overdue_verb(each, desk.timing(each.kind))]


async def open_parts(desk: Desk) -> list[Stage]:
    """Return the parts of the cycle's present step that are still to be closed."""
    if desk.cycle.state is not CycleState.RECOMMENDING:
        return await _open_departments(desk)
    begun = await store.stages(desk.work.session, desk.cycle.id, StageKind.TOWNSHIP)
    parties = [str(each) for each in await progress.busy_townships(desk)]
    parts = [
        begun.get(each) or store.fresh(desk.cycle, StageKind.TOWNSHIP, each) for each in parties
    ]
    return [each for each in parts if not each.closed]
