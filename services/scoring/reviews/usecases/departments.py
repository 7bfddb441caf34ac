"""Departments review stars of recommended villages and spot-check what townships decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Participant
from services.scoring.kernel.said import Said
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, departments, marks
from services.scoring.reviews.domain.departments import Applied, ReviewKind, StarReview
from services.scoring.reviews.domain.marks import MarkText
from services.scoring.reviews.domain.outcomes import TOWNSHIP, Branch, stars_on_lines
from services.scoring.reviews.domain.recommendations import (
    BEFORE,
    Recommendation,
    require_eligible,
)
from services.scoring.reviews.domain.spot_checks import require_no_raise
from services.scoring.reviews.domain.stages import (
    Stage,
    StageKind,
    StageState,
    require_competent,
)
from services.scoring.reviews.usecases.desk import STEPS, Desk, acting, lay
from shared.caller import Role
from shared.context import Context
from shared.errors import require_version


@dataclass(frozen=True)
class StarKey:
    """One star of one application, to be reviewed or spot-checked."""

    application_id: UUID
    star: str
    kind: ReviewKind


async def find_star_review(ctx: Context, key: StarKey) -> StarReview:
    """Return a department's scores of a star to whoever may see them; version 0 if none."""
    async with ctx.read() as work:
        application = await applications.find(work.session, key.application_id)
        desk = await lay(work, await cycles.find(work.session, application.cycle_id))
        star = departments.star_of(desk.policy, key.star)
        stage = await store.find_stage(
            work.session, desk.cycle, StageKind.DEPARTMENT, star.department
        )
        closed = departments.reviews_closed(desk.cycle.state)
        access.require_sight(ctx.caller, application.path, stage, closed=closed)
        found = await store.star_review(work.session, key.application_id, key.kind, key.star)
        return found or _empty(application, key, star.department)


async def save_star_review(
    ctx: Context,
    key: StarKey,
    version: int,
    items: Mapping[str, MarkText],
    refusal: str = "",
    lift: str = "",
) -> StarReview:
    """Save a department's scores of a whole star; a spot check may only confirm or lower."""
    ctx.caller.require(Role.DEPARTMENT, Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        application = await applications.find(work.session, key.application_id)
        access.require_covered(
            ctx.caller.organizations(Role.DEPARTMENT, Role.ORGANIZATION_DEPARTMENT),
            application.path,
        )
        desk = await acting(work, application.cycle_id, STEPS[StageKind.DEPARTMENT])
        star = departments.star_of(desk.policy, key.star)
        stage = await _require_reviewer(desk, application, star.department)
        await _require_task(desk, application, key)
        found = await store.star_review(
            work.session, key.application_id, key.kind, key.star, lock=True
        )
        before = found or _empty(application, key, star.department)
        require_version(version, before.version)
        given = marks.read(desk.plan, items, work.moment.today)
        after = replace(before, marks=given, refusal=refusal, lift=lift, scored_by=_body(stage))
        await _check(desk, application, after)
        saved = await store.save_star_review(work.session, after)
        await _audit(desk, before, saved)
        return saved


def _body(stage: Stage) -> Literal["department", "county_group"]:
    return "county_group" if stage.substituted else "department"


def _empty(application: Application, key: StarKey, department: str) -> StarReview:
    return StarReview(
        kind=key.kind,
        application_id=application.id,
        cycle_id=application.cycle_id,
        county_id=application.county_id,
        organization_id=application.organization_id,
        star=key.star,
        department=department,
    )


async def _require_reviewer(desk: Desk, application: Application, department: str) -> Stage:
    """Raise unless the caller may score this department's stars; it cannot close meanwhile."""
    caller = desk.work.caller
    stage = await store.share_stage(desk.work.session, desk.cycle, StageKind.DEPARTMENT, department)
    if stage.state is not StageState.SUBSTITUTED:
        departments.require_lead(desk.policy, caller, department)
    require_competent(stage, caller, desk.timing(StageKind.DEPARTMENT))
    access.require_covered(access.competent_roots(caller, stage), application.path)
    access.require_impartial(caller, application.path)
    return stage


async def _require_task(desk: Desk, application: Application, key: StarKey) -> None:
    outcomes = await store.outcomes_of(desk.work.session, application.id)
    draw = await store.find_draw(desk.work.session, desk.cycle.id)
    due = departments.tasks(
        desk.policy,
        Applied.of(application),
        outcomes.get(TOWNSHIP),
        drawn=draw is not None and application.id in draw.sample,
    )
    departments.require_task(desk.policy, key.star, key.kind, due)


async def _check(desk: Desk, application: Application, given: StarReview) -> None:
    signed = await _signed(desk, application)
    township = marks.words_of(signed.marks) if signed else {}
    departments.require_liftable(desk.policy, given, signed.refusals if signed else ())
    participant = await cycles.participant(
        desk.work.session, desk.cycle.id, application.organization_id
    )
    before = "乡镇推荐分" if township else BEFORE
    words = {**application.self_scores, **township}
    standing = desk.standing(words, before, participant.facts)
    if given.kind is ReviewKind.SPOT_CHECK:
        require_no_raise(desk.plan, given.marks, standing)
    departments.check_review(desk.plan, given.star, given.marks, standing)
    if given.refusal:
        branch = _branch(desk, application, participant, township, given)
        met = stars_on_lines(desk.plan, branch)
        require_eligible({given.star: given.refusal}, met, branch.name)


async def _signed(desk: Desk, application: Application) -> Recommendation | None:
    """Return what a township that signed off decided; a lapsed one leaves the self scores."""
    stage = await store.find_stage(
        desk.work.session, desk.cycle, StageKind.TOWNSHIP, str(application.township_id)
    )
    if stage.state is not StageState.COMPLETED:
        return None
    return await store.recommendation(desk.work.session, application)


def _branch(
    desk: Desk,
    application: Application,
    participant: Participant,
    township: dict[str, Said],
    given: StarReview,
) -> Branch:
    layers = {TOWNSHIP: township, given.kind.value: marks.words_of(given.marks)}
    return Branch.of(participant, application, layers, {}, {}, desk.work.moment.today)


async def _audit(desk: Desk, before: StarReview, after: StarReview) -> None:
    await desk.work.audit(
        f"{after.kind.value}.save",
        "application",
        after.application_id,
        county_id=after.county_id,
        before=_facts(before),
        after=_facts(after),
    )


def _facts(review: StarReview) -> dict[str, object]:
    return {
        "star": review.star,
        "version": review.version,
        "items": store.marks_document(review.marks),
        "refusal": review.refusal,
        "lift": review.lift,
        "scored_by": review.scored_by,
    }
