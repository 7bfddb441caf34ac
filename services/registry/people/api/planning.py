"""Planning elections over HTTP."""

from uuid import UUID

from fastapi import Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.elections import ElectionOpen, ElectionRangeUnfit
from services.registry.people.schemas.elections import ElectionView
from services.registry.people.schemas.planning import ElectionDraft, ElectionsDraft, PlannedView
from services.registry.people.usecases import planning
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = web.router("/elections", "换届选举")


_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@router.post(
    "",
    summary="计划一次换届选举",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown, DatesInvalid, ElectionOpen),
)
async def plan_election(
    ctx: web.Ctx, body: ElectionDraft, response: Response, key: web.IdempotencyKey = None
) -> ElectionView:
    """由乡镇或组织部计划；同一班子同时只能有一次未办结的选举。"""
    made = await planning.plan(ctx, planning.Draft(**body.model_dump()))
    web.etag(response, made.version)
    return ElectionView.of(made)


@router.post(
    "/bulk",
    summary="为一个乡镇或全县成批计划",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown, ElectionRangeUnfit),
)
async def plan_elections(
    ctx: web.Ctx, body: ElectionsDraft, key: web.IdempotencyKey = None
) -> PlannedView:
    """已有未办结选举的组织不重复计划，列在 left_out。"""
    found = await planning.plan_all(ctx, planning.BulkDraft(**body.model_dump()))
    return _planned(found, {each.organization_id: each.id for each in found.elections})


@router.post(
    "/bulk/preview",
    summary="预演成批计划",
    responses=web.problems(*_DENIED, OrganizationUnknown, ElectionRangeUnfit),
)
async def preview_elections(
    ctx: web.Ctx, body: ElectionsDraft, key: web.IdempotencyKey = None
) -> PlannedView:
    """只列出将要计划和不重复计划的组织，不保存。"""
    found = await planning.preview(ctx, planning.BulkDraft(**body.model_dump()))
    return _planned(found, {each.organization_id: None for each in found.elections})


def _planned(found: planning.Planned, elections: dict[UUID, UUID | None]) -> PlannedView:
    left_out = {each.organization_id: each.id for each in found.left_out}
    return PlannedView.of(elections, left_out, found.names)
