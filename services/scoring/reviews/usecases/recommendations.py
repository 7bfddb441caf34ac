"""The township scores applications: whole, or item by item."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CycleState
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, marks, recommendations
from services.scoring.reviews.domain.marks import Marks, MarkText
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.domain.stages import StageKind, require_competent
from services.scoring.reviews.usecases.desk import Desk, acting
from shared.caller import Role
from shared.context import Context
from shared.errors import require_version


async def find_recommendation(ctx: Context, application_id: UUID) -> Recommendation:
    """Return a township's scores to whoever may see them now; version 0 if none were saved."""
    async with ctx.read() as work:
        application = await applications.find(work.session, application_id)
        cycle = await cycles.find(work.session, application.cycle_id)
        stage = await store.find_stage(
            work.session, cycle, StageKind.TOWNSHIP, str(application.township_id)
        )
        access.require_sight(ctx.caller, application.path, stage, closed=stage.closed)
        return await store.recommendation(work.session, application)


async def save_recommendation(
    ctx: Context,
    application_id: UUID,
    version: int,
    items: Mapping[str, MarkText],
    refusals: Mapping[str, str],
) -> Recommendation:
    """Replace a township's scores of an application, complete or not yet."""
    return await _save(
        ctx,
        application_id,
        version,
        items,
        lambda old, given: replace(old, marks=given, refusals=refusals),
    )


async def save_recommended_item(
    ctx: Context, application_id: UUID, version: int, item: str, mark: MarkText
) -> Recommendation:
    """Replace a township's score of one item."""
    return await _save(
        ctx,
        application_id,
        version,
        {item: mark},
        lambda old, given: replace(old, marks={**old.marks, **given}),
    )


async def _save(
    ctx: Context,
    application_id: UUID,
    version: int,
    items: Mapping[str, MarkText],
    change: Callable[[Recommendation, Marks], Recommendation],
) -> Recommendation:
    ctx.caller.require(Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        application = await applications.find(work.session, application_id)
        access.require_covered(
            ctx.caller.organizations(Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT), application.path
        )
        desk = await acting(work, application.cycle_id, CycleState.RECOMMENDING)
        await _require_scorer(desk, application)
        before = await store.recommendation(work.session, application, lock=True)
        require_version(version, before.version)
        after = change(before, marks.read(desk.plan, items, work.moment.today))
        branch = await cycles.participant(
            work.session, application.cycle_id, application.organization_id
        )
        own = desk.standing(application.self_scores, recommendations.BEFORE, branch.facts)
        recommendations.check(desk.plan, application.applied, own, after)
        saved = await store.save_recommendation(work.session, after)
        await _audit(desk, application, before, saved)
        return saved


async def _require_scorer(desk: Desk, application: Application) -> None:
    """Raise unless the caller may score this application now; the part cannot close meanwhile."""
    stage = await store.share_stage(
        desk.work.session, desk.cycle, StageKind.TOWNSHIP, str(application.township_id)
    )
    require_competent(stage, desk.work.caller, desk.timing(StageKind.TOWNSHIP))
    access.require_covered(access.competent_roots(desk.work.caller, stage), application.path)
    access.require_impartial(desk.work.caller, application.path)
    recommendations.require_scorable(application)


async def _audit(
    desk: Desk, application: Application, before: Recommendation, after: Recommendation
) -> None:
    await desk.work.audit(
        "recommendation.save",
        "application",
        application.id,
        county_id=application.county_id,
        before=_changed(before, after),
        after=_changed(after, before),
    )


def _changed(one: Recommendation, other: Recommendation) -> dict[str, Any]:
    """Return what `one` says differently from `other`."""
    differing = {code: mark for code, mark in one.marks.items() if other.marks.get(code) != mark}
    refusals = {s: why for s, why in one.refusals.items() if other.refusals.get(s) != why}
    return {
        "version": one.version,
        "items": store.marks_document(differing),
        "refusals": refusals,
    }
