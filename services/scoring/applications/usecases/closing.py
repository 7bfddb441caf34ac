"""The end of applying: by the office when everyone is done, or by the clock.

No dead ends: a return that was not answered counts as submitted last, and a branch that
submitted nothing is recorded as not having applied.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from services.scoring.applications import store
from services.scoring.applications.domain import (
    APPLICATION,
    Application,
    ApplicationsOpen,
    ApplicationState,
    blank,
    last_day,
)
from services.scoring.applications.usecases.holding import record
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CYCLE, Cycle, CycleState, Participant, require_running
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.tables import new_id

_UNSUBMITTED = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})
_NAMED = 5


@dataclass(frozen=True)
class Closed:
    """How the applications of a cycle stood when applying ended."""

    submitted: int
    returned: int
    not_applied: int


async def close_early(ctx: Context, cycle_id: UUID) -> Closed:
    """End applying before its last day: only when every assessed branch has submitted."""
    ctx.caller.require(Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        cycle = await cycles.lock(work.session, cycle_id)
        roots = ctx.caller.organizations(Role.ORGANIZATION_DEPARTMENT)
        await directory.require_within(work.session, roots, cycle.county_id)
        require_running(cycle, work.moment)
        if work.moment.today <= cycle.apply_until:
            await _require_all_submitted(work, cycle)
        return await _close(work, cycle)


async def close_due(ctx: Context) -> None:
    """End applying in every cycle whose last day has passed."""
    async with ctx.read() as work:
        due = await cycles.applying_until_before(work.session, work.moment.today)
    for cycle_id in due:
        async with ctx.work() as work:
            cycle = await cycles.lock(work.session, cycle_id)
            over = work.moment.today > cycle.apply_until
            applying = cycle.state is CycleState.APPLYING
            if applying and over and not cycle.is_paused(work.moment.today):
                await _close(work, cycle)


async def lapse_due(ctx: Context) -> None:
    """Let every return that was not answered in time count as submitted last."""
    async with ctx.read() as work:
        due = await store.returned_before(work.session, work.moment.today)
    for cycle_id, application_id in due:
        async with ctx.work() as work:
            cycle = await cycles.share(work.session, cycle_id)
            application = await store.lock(work.session, application_id)
            if await _lapsed(work, cycle, application):
                state = APPLICATION.fire("lapse", application.state, ctx.caller)
                saved = await store.save(work.session, replace(application, state=state))
                await record(work, "lapse", saved)


async def _lapsed(work: Work, cycle: Cycle, application: Application) -> bool:
    open_step = cycle.state in {CycleState.APPLYING, CycleState.RECOMMENDING}
    returned = application.state is ApplicationState.RETURNED
    if not (open_step and returned) or cycle.is_paused(work.moment.today):
        return False
    calendar = await cycles.calendar(work.session)
    return work.moment.today > last_day(application, cycle, calendar)


async def _close(work: Work, cycle: Cycle) -> Closed:
    state = CYCLE.fire("close_applications", cycle.state, work.caller)
    existing = await store.for_cycle(work.session, cycle.id)
    missing = await _missing(work, cycle, existing)
    for application in existing:
        await _settle(work, application.id)
    for participant in missing:
        application = blank(participant, new_id(), ApplicationState.DRAFT)
        await store.add(work.session, application)
        await _settle(work, application.id)
    saved = await cycles.save(work.session, replace(cycle, state=state))
    closed = await _count(work, cycle.id)
    await work.audit(
        "cycle.close_applications",
        "cycle",
        saved.id,
        county_id=saved.county_id,
        before={"state": cycle.state.value},
        after={"state": saved.state.value, **vars(closed)},
    )
    return closed


async def _settle(work: Work, application_id: UUID) -> None:
    """Record a branch that has nothing submitted as not having applied."""
    application = await store.lock(work.session, application_id)
    if application.state in _UNSUBMITTED:
        state = APPLICATION.fire("abandon", application.state, work.caller)
        saved = await store.save(work.session, replace(application, state=state))
        await record(work, "abandon", saved)


async def _count(work: Work, cycle_id: UUID) -> Closed:
    states = [each.state for each in await store.for_cycle(work.session, cycle_id)]
    return Closed(
        submitted=states.count(ApplicationState.SUBMITTED),
        returned=states.count(ApplicationState.RETURNED),
        not_applied=states.count(ApplicationState.NOT_APPLIED),
    )


async def _missing(work: Work, cycle: Cycle, existing: list[Application]) -> list[Participant]:
    """Return the assessed branches without any application."""
    have = {each.organization_id for each in existing}
    everyone = await cycles.participants(work.session, cycle.id)
    return [each for each in everyone if each.assessed and each.organization_id not in have]


async def _require_all_submitted(work: Work, cycle: Cycle) -> None:
    existing = await store.for_cycle(work.session, cycle.id)
    done = {e.organization_id for e in existing if e.state is ApplicationState.SUBMITTED}
    everyone = await cycles.participants(work.session, cycle.id)
    left = [each for each in everyone if each.assessed and each.organization_id not in done]
    if left:
        names = "、".join(each.name for each in left[:_NAMED])
        raise ApplicationsOpen(
            f"还有{len(left)}个支部没有提交（{names}等），申报截止日{cycle.apply_until}之前不能提前结束。",
            f"{len(left)} branches have not submitted; applying ends on {cycle.apply_until}.",
            organization_ids=[each.organization_id for each in left],
        )
