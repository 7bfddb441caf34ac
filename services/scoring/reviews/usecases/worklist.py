"""What the caller has to do now, and how far everyone is."""

from collections.abc import Iterable
from uuid import UUID

from services.scoring.applications.domain import Application, ApplicationState
from services.scoring.cycles.domain import CycleState
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, clearances, departments, recommendations
from services.scoring.reviews.domain.departments import ReviewKind, Task
from services.scoring.reviews.domain.stages import StageKind
from services.scoring.reviews.domain.worklist import Duty, Kind, Part
from services.scoring.reviews.usecases import progress
from services.scoring.reviews.usecases.desk import Desk, reading
from shared import directory
from shared.caller import Role
from shared.context import Context

_OVERSEERS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)


async def worklist(ctx: Context, cycle_id: UUID) -> list[Duty]:
    """Return what the caller's bodies have to do in this cycle now, in a stable order."""
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        duties: list[Duty] = []
        if desk.cycle.state is CycleState.RECOMMENDING:
            duties += await _township_duties(desk)
        if desk.cycle.state is CycleState.REVIEWING:
            duties += await _department_duties(desk)
        if desk.cycle.state in _CLEARING:
            duties += await _office_duties(desk)
        return sorted(duties, key=lambda each: each.key)


_CLEARING = (CycleState.RECOMMENDING, CycleState.REVIEWING, CycleState.DETERMINING)


async def _township_duties(desk: Desk) -> list[Duty]:
    names = await desk.participants()
    mine = [part for part in await _township_parts(desk) if _is_mine(desk, part)]
    saved = await store.recommendations(desk.work.session, desk.cycle.id)
    duties = []
    for part in mine:
        if part.done == part.total:
            duties.append(Duty("sign_off", part.stage.party, part.name, part.last_day, part.total))
        for each in await _of_township(desk, part.stage.party):
            own = await desk.standing_of(each)
            left = recommendations.unfit(desk.plan, each.applied, own, saved.get(each.id))
            if left and each.state is ApplicationState.SUBMITTED:
                duties.append(
                    Duty(
                        "recommend",
                        part.stage.party,
                        names[each.organization_id].name,
                        part.last_day,
                        len(left),
                        each.id,
                        each.organization_id,
                    )
                )
    return duties


async def _of_township(desk: Desk, party: str) -> list[Application]:
    return [each for each in await desk.submitted() if str(each.township_id) == party]


async def _department_duties(desk: Desk) -> list[Duty]:
    names = await desk.participants()
    tasks = await progress.review_tasks(desk)
    done = await store.star_reviews(desk.work.session, desk.cycle.id)
    undone = departments.undone(tasks, done)
    duties = []
    for part in await _department_parts(desk, tasks, undone):
        if not _is_mine(desk, part) or not part.total:
            continue
        if part.done == part.total:
            duties.append(Duty("complete", part.stage.party, part.name, part.last_day, part.total))
        for task in undone:
            if task.department == part.stage.party:
                kind: Kind = "review" if task.kind is ReviewKind.DEPARTMENT else "spot_check"
                name = names[task.organization_id].name
                duties.append(
                    Duty(
                        kind,
                        part.stage.party,
                        name,
                        part.last_day,
                        1,
                        task.application_id,
                        task.organization_id,
                        task.star,
                    )
                )
    return duties


async def _office_duties(desk: Desk) -> list[Duty]:
    offices = desk.work.caller.departments(Role.SOURCE_OFFICE)
    if not offices:
        return []
    everyone = [
        each.organization_id for each in (await desk.participants()).values() if each.assessed
    ]
    answered = await store.answers(desk.work.session, desk.cycle.id)
    gaps = clearances.gaps(desk.policy, everyone, answered)
    return [
        Duty(
            "clear",
            office,
            clearances.office_name(desk.policy, office),
            desk.cycle.clear_until,
            left,
        )
        for office in clearances.offices(desk.policy)
        if office in offices and (left := sum(gap.office == office for gap in gaps))
    ]


async def townships(ctx: Context, cycle_id: UUID) -> list[Part]:
    """Return how far the townships are: the own one, or all for those who oversee them."""
    ctx.caller.require(Role.TOWNSHIP, *_OVERSEERS)
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        parts = await _township_parts(desk)
        if ctx.caller.has(*_OVERSEERS):
            return parts
        own = ctx.caller.organizations(Role.TOWNSHIP)
        return [part for part in parts if access.covers(own, part.path)]


async def lead_departments(ctx: Context, cycle_id: UUID) -> list[Part]:
    """Return how far the departments are: the own one, or all for those who oversee them."""
    ctx.caller.require(Role.DEPARTMENT, *_OVERSEERS)
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        tasks = await progress.review_tasks(desk)
        done = await store.star_reviews(work.session, cycle_id)
        parts = await _department_parts(desk, tasks, departments.undone(tasks, done))
        if ctx.caller.has(*_OVERSEERS):
            return parts
        own = ctx.caller.departments(Role.DEPARTMENT)
        return [part for part in parts if part.stage.party in own]


async def _township_parts(desk: Desk) -> list[Part]:
    session = desk.work.session
    begun = await store.stages(session, desk.cycle.id, StageKind.TOWNSHIP)
    saved = await store.recommendations(session, desk.cycle.id)
    submitted = await desk.submitted()
    timing = desk.timing(StageKind.TOWNSHIP)
    parts = []
    for township_id in sorted({each.township_id for each in (await desk.participants()).values()}):
        party = str(township_id)
        stage = begun.get(party) or store.fresh(desk.cycle, StageKind.TOWNSHIP, party)
        own = [each for each in submitted if each.township_id == township_id]
        done = [
            each
            for each in own
            if not recommendations.unfit(
                desk.plan, each.applied, await desk.standing_of(each), saved.get(each.id)
            )
        ]
        place = await directory.find(session, township_id)
        last = timing.last_day(stage)
        parts.append(Part(stage, place.name, place.path, last, len(own), len(done)))
    return parts


async def _department_parts(
    desk: Desk, tasks: Iterable[Task], undone: Iterable[Task]
) -> list[Part]:
    begun = await store.stages(desk.work.session, desk.cycle.id, StageKind.DEPARTMENT)
    timing = desk.timing(StageKind.DEPARTMENT)
    total = [task.department for task in tasks]
    left = [task.department for task in undone]
    county = await directory.find(desk.work.session, desk.cycle.county_id)
    parts = []
    for code in departments.lead_departments(desk.policy):
        stage = begun.get(code) or store.fresh(desk.cycle, StageKind.DEPARTMENT, code)
        parts.append(
            Part(
                stage,
                departments.department_name(desk.policy, code),
                county.path,
                timing.last_day(stage),
                total.count(code),
                total.count(code) - left.count(code),
            )
        )
    return parts


def _is_mine(desk: Desk, part: Part) -> bool:
    """Whether the caller's body has to act on this part now."""
    stage = part.stage
    if stage.closed or not part.total:
        return False
    return access.covers(access.competent_roots(desk.work.caller, stage), part.path)
