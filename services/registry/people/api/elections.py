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
    ElectionRejected,
    ElectionState,
    ElectionUnknown,
)
from services.registry.people.schemas.elections import (
    Cancellation,
    Confirmation,
    ElectionsView,
    ElectionView,
    PutOff,
    ResultDraft,
)
from services.registry.people.schemas.outcomes import OutcomeView
from services.registry.people.usecases import electing
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
    return OutcomeView.of(await electing.preview(ctx, election_id, body.draft()))


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
    found = await electing.hold(ctx, election_id, body.draft())
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


@router.post(
    "/confirm",
    summary="一次确认多个选举结果",
    responses=web.problems(*_MOVED, ElectionNeedsSecondPerson, ElectionRejected),
)
async def confirm_elections(
    ctx: web.Ctx, body: Confirmation, key: web.IdempotencyKey = None
) -> ElectionsView:
    """全部确认或全部不确认；不能确认的，答复中的 election_id 指明是哪一次。"""
    found = await electing.confirm_all(ctx, body.election_ids)
    return ElectionsView(items=[ElectionView.of(each.election, each.seats) for each in found])


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
