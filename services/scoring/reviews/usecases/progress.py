"""What follows when a part closes: outcomes are told, and the cycle moves on by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import APPLICATION, Application, ApplicationState
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CYCLE, CycleState
from services.scoring.reviews import store
from services.scoring.reviews.domain import departments, outcomes, spot_checks, verdicts
from services.scoring.reviews.domain.departments import Task
from services.scoring.reviews.domain.outcomes import (
    DEPARTMENT,
    SPOT_CHECK,
    TOWNSHIP,
    Branch,
    Outcome,
)
from services.scoring.reviews.domain.spot_checks import Candidate
from services.scoring.reviews.domain.stages import Stage, StageKind
from services.scoring.reviews.usecases.desk import Desk
from shared.caller import SYSTEM
from shared.contracts.scoring import StageCompleted, StageOutcome, StarName


async def close_township(
    desk: Desk, township_id: UUID, signed: Sequence[verdicts.Signed]
) -> list[Outcome]:
    """Fix what a township's part brought its villages and tell them; nothing signed: as it was."""
    session = desk.work.session
    await _end_returns(desk, township_id)
    found = await evaluate(
        desk,
        await desk.submitted(township_id),
        verdicts.scores(signed, ()),
        verdicts.refusals(signed, ()),
    )
    await store.add_outcomes(session, desk.cycle, TOWNSHIP, found)
    await applications.close_township(session, desk.cycle.id, township_id)
    await _tell(desk, TOWNSHIP, township_id, found)
    return found


async def _end_returns(desk: Desk, township_id: UUID) -> None:
    """What was returned and not submitted again in time counts as it was submitted last."""
    for each in await desk.submitted(township_id):
        if each.state is ApplicationState.RETURNED:
            state = APPLICATION.fire("lapse", each.state, SYSTEM)
            await applications.save(desk.work.session, replace(each, state=state))


async def advance(desk: Desk) -> Desk:
    """Move the cycle on as far as its parts are closed."""
    if desk.cycle.state is CycleState.RECOMMENDING and await _townships_closed(desk):
        desk = await _begin_reviews(desk)
    if desk.cycle.state is CycleState.REVIEWING and await _departments_closed(desk):
        desk = await _end_reviews(desk)
    return desk


async def busy_townships(desk: Desk) -> list[UUID]:
    """Return the townships with anything to score; the others need not act."""
    found = await store.applied(desk.work.session, desk.cycle.id)
    return sorted({each.township_id for each in found})


async def review_tasks(desk: Desk) -> list[Task]:
    """Return everything the departments have to score in this cycle."""
    brought = await store.stage_outcomes(desk.work.session, desk.cycle.id, TOWNSHIP)
    draw = await store.find_draw(desk.work.session, desk.cycle.id)
    sample = draw.sample if draw else frozenset()
    return [
        task
        for each in await store.applied(desk.work.session, desk.cycle.id)
        for task in departments.tasks(
            desk.policy, each, brought.get(each.id), drawn=each.id in sample
        )
    ]


async def _townships_closed(desk: Desk) -> bool:
    parts = await store.stages(desk.work.session, desk.cycle.id, StageKind.TOWNSHIP)
    closed = {party for party, stage in parts.items() if stage.closed}
    return all(str(each) in closed for each in await busy_townships(desk))


async def _departments_closed(desk: Desk) -> bool:
    parts = await store.stages(desk.work.session, desk.cycle.id, StageKind.DEPARTMENT)
    closed = {party for party, stage in parts.items() if stage.closed}
    return {task.department for task in await review_tasks(desk)} <= closed


async def _begin_reviews(desk: Desk) -> Desk:
    moved = await _fire(desk, "close_recommendations")
    session, cycle = desk.work.session, moved.cycle
    brought = await store.stage_outcomes(session, cycle.id, TOWNSHIP)
    with_stars = {each.id for each in await store.applied(session, cycle.id) if each.applied}
    draw = spot_checks.draw(
        cycle.seed,
        desk.policy.procedure.spot_check,
        [
            Candidate(each.application_id, each.township_id, each.level, each.lowered)
            for each in brought.values()
            if each.application_id in with_stars
            and outcomes.decided_by_township(desk.policy.procedure, each.level)
        ],
    )
    await store.add_draw(session, cycle, draw, desk.work.moment.real)
    await store.begin_stages(session, _department_parts(moved))
    await desk.work.audit(
        "spot_check.draw",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        after={
            "seed": draw.seed,
            "population": draw.population,
            "sample": sorted(str(each) for each in draw.sample),
        },
    )
    return moved


def _department_parts(desk: Desk) -> Iterable[Stage]:
    """Begin each department's part; late townships take nothing from the departments' time."""
    procedure, today = desk.policy.procedure, desk.work.moment.today
    days = max(procedure.department.working_days, procedure.spot_check.working_days, 1)
    full = desk.calendar.add(today, days)
    for code in departments.lead_departments(desk.policy):
        stage = store.fresh(desk.cycle, StageKind.DEPARTMENT, code)
        if full > desk.cycle.review_until:
            stage = replace(stage, due_on=full, set_on=today)
        yield stage


async def _end_reviews(desk: Desk) -> Desk:
    session, cycle = desk.work.session, desk.cycle
    scores, refusals = await store.counted(session, cycle.id)
    tasks = await review_tasks(desk)
    everything = await desk.submitted()
    for stage in (DEPARTMENT, SPOT_CHECK):
        concerned = {task.application_id for task in tasks if task.kind.value == stage}
        found = await evaluate(
            desk, [each for each in everything if each.id in concerned], scores, refusals
        )
        await store.add_outcomes(session, cycle, stage, found)
        await _tell(desk, stage, cycle.county_id, found)
    return await _fire(_with_time_to_determine(desk), "close_reviews")


def _with_time_to_determine(desk: Desk) -> Desk:
    """Give the committee its time in full: late departments take nothing from it."""
    days = desk.policy.procedure.determination_days
    full = desk.calendar.add(desk.work.moment.today, days)
    until = max(desk.cycle.determine_until, full)
    return desk.with_cycle(replace(desk.cycle, determine_until=until))


async def evaluate(
    desk: Desk,
    concerned: Sequence[Application],
    scores: dict[UUID, verdicts.StageScores],
    refusals: dict[UUID, verdicts.Refusals],
) -> list[Outcome]:
    """Return level and stars of these applications with what counts so far."""
    session, cycle = desk.work.session, desk.cycle
    participants = await desk.participants()
    answers = await store.answers(session, cycle.id)
    branches = [
        Branch.of(
            participants[each.organization_id],
            each,
            scores.get(each.organization_id, {}),
            refusals.get(each.organization_id, {}),
            answers.get(each.organization_id, {}),
            desk.work.moment.today,
        )
        for each in concerned
    ]
    return outcomes.outcomes(desk.plan, branches)


async def _tell(desk: Desk, stage: str, organization_id: UUID, found: Sequence[Outcome]) -> None:
    names = {star.code: star.name for star in desk.policy.stars}
    stage_names = {each.code: each.name for each in desk.policy.stages}
    event = StageCompleted(
        cycle_id=desk.cycle.id,
        stage=stage,
        stage_name=stage_names[stage],
        organization_id=organization_id,
        outcomes=[
            StageOutcome(
                organization_id=each.organization_id,
                level=each.level,
                stars=[StarName(code=star, name=names[star]) for star in each.stars],
            )
            for each in found
        ],
    )
    await desk.work.emit(event, desk.cycle.id, desk.cycle.county_id)


async def _fire(desk: Desk, verb: str) -> Desk:
    """Move the cycle by a rule that follows by itself from what its parts did."""
    state = CYCLE.fire(verb, desk.cycle.state, SYSTEM)
    saved = await cycles.save(desk.work.session, replace(desk.cycle, state=state))
    await desk.work.audit(
        f"cycle.{verb}",
        "cycle",
        saved.id,
        county_id=saved.county_id,
        before={"state": desk.cycle.state.value},
        after={"state": saved.state.value},
    )
    return desk.with_cycle(saved)
