"""Elections over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.elections import (
    Election,
    ElectionNeedsSecondPerson,
    ElectionNotHeld,
    ElectionOpen,
    ElectionRangeUnfit,
    ElectionRejected,
    ElectionState,
    ElectionUnknown,
)
from services.registry.people.schemas.elections import (
    Cancellation,
    ElectionDraft,
    ElectionsDraft,
    ElectionView,
    OutcomeView,
    PlannedView,
    PutOff,
    ResultDraft,
)
from services.registry.people.usecases import electing, planning
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

router = web.router("/elections", "换届选举")
_DENIED = (NotSignedIn, Forbidden, OutOfScope)
_MOVED = (NotSignedIn, Forbidden, ElectionUnknown, IllegalTransition)


def _shown(election: Election, response: Response) -> ElectionView:
    web.etag(response, election.version)
    return ElectionView.of(election)


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
    return _shown(made, response)


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


@router.get("", summary="查询选举", responses=web.problems(NotSignedIn, OrganizationUnknown))
async def list_elections(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    state: Annotated[ElectionState | None, Query(description="选举状态")] = None,
    since: Annotated[date | None, Query(description="计划日期不早于，含当日")] = None,
    until: Annotated[date | None, Query(description="计划日期不晚于，含当日")] = None,
) -> Page[ElectionView]:
    """只返回您管辖范围内的选举。"""
    wanted = electing.Wanted(under, state, since, until)
    rows = await electing.list_elections(ctx, wanted, paging.after_id(), paging.limit)
    views = [ElectionView.of(row.election, row.seats) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.get(
    "/{election_id}", summary="查看一次选举", responses=web.problems(NotSignedIn, ElectionUnknown)
)
async def read_election(ctx: web.Ctx, election_id: UUID, response: Response) -> ElectionView:
    """含当选名单；对任期的影响请查 outcome。"""
    found = await electing.read(ctx, election_id)
    web.etag(response, found.election.version)
    return ElectionView.of(found.election, found.seats)


@router.get(
    "/{election_id}/outcome",
    summary="查看选举结果对任期的影响",
    responses=web.problems(NotSignedIn, ElectionUnknown, ElectionNotHeld),
)
async def read_outcome(ctx: web.Ctx, election_id: UUID) -> OutcomeView:
    """待确认的是将会怎样、有什么障碍；已确认的是当时怎样。"""
    return OutcomeView.of(await electing.read_outcome(ctx, election_id))


@router.post(
    "/{election_id}/postpone",
    summary="推迟选举",
    responses=web.problems(*_MOVED, DatesInvalid),
)
async def postpone_election(
    ctx: web.Ctx,
    election_id: UUID,
    body: PutOff,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ElectionView:
    """须写明理由和新的日期，新的日期晚于原定日期。"""
    moved = await electing.postpone(ctx, election_id, body.planned_on, body.reason)
    return _shown(moved, response)


@router.post(
    "/{election_id}/hold/preview",
    summary="预演登记选举结果",
    responses=web.problems(NotSignedIn, Forbidden, ElectionUnknown),
)
async def preview_result(
    ctx: web.Ctx, election_id: UUID, body: ResultDraft, key: web.IdempotencyKey = None
) -> OutcomeView:
    """说明哪些任期结束和开始、谁转任、谁离任、有什么障碍；不保存。"""
    return OutcomeView.of(await electing.preview(ctx, election_id, body.result()))


@router.post(
    "/{election_id}/hold",
    summary="登记选举结果",
    responses=web.problems(*_MOVED, ElectionRejected),
)
async def hold_election(
    ctx: web.Ctx,
    election_id: UUID,
    body: ResultDraft,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ElectionView:
    """任期暂不变动，等另一人确认；所有错误一次列出。"""
    found = await electing.hold(ctx, election_id, body.result())
    web.etag(response, found.election.version)
    return ElectionView.of(found.election, found.seats)


@router.post(
    "/{election_id}/return",
    summary="退回选举结果，重新选举",
    responses=web.problems(*_MOVED, DatesInvalid),
)
async def return_election(
    ctx: web.Ctx,
    election_id: UUID,
    body: PutOff,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ElectionView:
    """组织部发现结果不合规定时退回，写明理由和重新选举的日期；登记的结果作废。"""
    moved = await electing.send_back(ctx, election_id, body.planned_on, body.reason)
    return _shown(moved, response)


@router.post(
    "/{election_id}/confirm",
    summary="确认选举结果，任期随之变动",
    responses=web.problems(*_MOVED, ElectionNeedsSecondPerson, ElectionRejected),
)
async def confirm_election(
    ctx: web.Ctx, election_id: UUID, response: Response, key: web.IdempotencyKey = None
) -> ElectionView:
    """由登记结果以外的另一人办理：原任期到新任期前一日结束，新任期开始，一次全部办成。"""
    found = await electing.confirm(ctx, election_id)
    web.etag(response, found.election.version)
    return ElectionView.of(found.election, found.seats)


@router.post("/{election_id}/cancel", summary="取消选举", responses=web.problems(*_MOVED))
async def cancel_election(
    ctx: web.Ctx,
    election_id: UUID,
    body: Cancellation,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ElectionView:
    """须写明理由；可以恢复，也可以另行计划。"""
    return _shown(await electing.cancel(ctx, election_id, body.reason), response)


@router.post(
    "/{election_id}/reinstate",
    summary="恢复已取消的选举",
    responses=web.problems(*_MOVED, DatesInvalid, ElectionOpen),
)
async def reinstate_election(
    ctx: web.Ctx,
    election_id: UUID,
    body: PutOff,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ElectionView:
    """须写明理由和选举日期。"""
    moved = await electing.reinstate(ctx, election_id, body.planned_on, body.reason)
    return _shown(moved, response)
