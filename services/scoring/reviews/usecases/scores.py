"""All stages' scores of one application, as far as the caller may see them now."""

from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, departments
from services.scoring.reviews.domain.departments import StarReview
from services.scoring.reviews.domain.marks import Mark
from services.scoring.reviews.domain.outcomes import SELF, TOWNSHIP
from services.scoring.reviews.domain.stages import Stage, StageKind
from services.scoring.reviews.domain.verdicts import VisibleStage
from services.scoring.reviews.usecases.desk import Desk, lay
from shared.context import Context


async def application_scores(ctx: Context, application_id: UUID) -> list[VisibleStage]:
    """Return the visible stages in the order of the policy; OutOfScope for strangers.

    An outcome exists only where its stage is closed, so that everyone here may see it.
    """
    async with ctx.read() as work:
        application = await applications.find(work.session, application_id)
        access.require_covered(ctx.caller.organizations(*access.READERS), application.path)
        desk = await lay(work, await cycles.find(work.session, application.cycle_id))
        outcomes = await store.outcomes_of(work.session, application_id)
        layers: dict[str, _Layer] = {}
        if application.counts:
            own = application.self_scores.items()
            layers[SELF] = ({code: Mark(word) for code, word in own}, {})
        township = await _township(desk, application)
        if township is not None:
            layers[TOWNSHIP] = township
        for review in await _visible_reviews(desk, application):
            marks, refusals = layers.setdefault(review.kind.value, ({}, {}))
            marks.update(review.marks)
            if review.refusal:
                refusals[review.star] = review.refusal
        return [
            VisibleStage(
                each.code, each.name, *layers.get(each.code, ({}, {})), outcomes.get(each.code)
            )
            for each in desk.policy.stages
            if each.code in layers or each.code in outcomes
        ]


_Layer = tuple[dict[str, Mark], dict[str, str]]


async def _township(desk: Desk, application: Application) -> _Layer | None:
    stage = await store.find_stage(
        desk.work.session, desk.cycle, StageKind.TOWNSHIP, str(application.township_id)
    )
    if not access.sees(desk.work.caller, application.path, stage, closed=stage.closed):
        return None
    given = await store.recommendation(desk.work.session, application)
    return (dict(given.marks), dict(given.refusals)) if given.version else None


async def _visible_reviews(desk: Desk, application: Application) -> list[StarReview]:
    begun = await store.stages(desk.work.session, desk.cycle.id, StageKind.DEPARTMENT)
    closed = departments.reviews_closed(desk.cycle.state)
    found = await store.star_reviews(
        desk.work.session, desk.cycle.id, application_id=application.id
    )

    def stage_of(review: StarReview) -> Stage:
        return begun.get(review.department) or store.fresh(
            desk.cycle, StageKind.DEPARTMENT, review.department
        )

    return [
        each
        for each in found
        if access.sees(desk.work.caller, application.path, stage_of(each), closed=closed)
    ]
