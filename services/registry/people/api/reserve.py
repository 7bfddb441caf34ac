"""Reserve cadres over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.reserve import (
    Reserve,
    ReserveKind,
    ReserveRepeated,
    ReserveState,
    ReserveUnknown,
)
from services.registry.people.domain.terms import AlreadyErased, PersonUnknown
from services.registry.people.schemas.reserve import (
    ReserveDraft,
    ReservePatch,
    ReserveReason,
    ReserveView,
)
from services.registry.people.usecases import reserving
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

router = web.router("/reserve", "后备干部")
_DENIED = (NotSignedIn, Forbidden)


def _shown(entry: Reserve, response: Response) -> ReserveView:
    web.etag(response, entry.version)
    return ReserveView.model_validate(entry)


@router.post(
    "",
    summary="列为后备干部",
    status_code=201,
    responses=web.problems(
        *_DENIED, OutOfScope, OrganizationUnknown, PersonUnknown, DatesInvalid, ReserveRepeated
    ),
)
async def enter_reserve(
    ctx: web.Ctx, body: ReserveDraft, response: Response, key: web.IdempotencyKey = None
) -> ReserveView:
    """由乡镇或组织部登记；该人在本县担任相应职务时自动转为已任用并记明任期。"""
    made = await reserving.enter(ctx, reserving.Draft(**body.model_dump()))
    return _shown(made, response)


@router.get(
    "",
    summary="查询后备干部",
    responses=web.problems(*_DENIED, OutOfScope, OrganizationUnknown),
)
async def list_reserve(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    kind: Annotated[ReserveKind | None, Query(description="书记后备或两委后备")] = None,
    state: Annotated[ReserveState | None, Query(description="在库、已任用或已出库")] = None,
    person_id: Annotated[UUID | None, Query(description="某人的全部记录")] = None,
    as_of: Annotated[date | None, Query(description="期限包含该日的")] = None,
) -> Page[ReserveView]:
    """名单不公开：只供乡镇、组织部、县委、纪委监委和系统管理员在各自范围内查看。"""
    wanted = reserving.Wanted(under, kind, state, person_id, as_of)
    rows = await reserving.list_reserve(ctx, wanted, paging.after_id(), paging.limit)
    views = [ReserveView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.get(
    "/{reserve_id}",
    summary="查看一条后备干部记录",
    responses=web.problems(*_DENIED, ReserveUnknown),
)
async def read_reserve(ctx: web.Ctx, reserve_id: UUID, response: Response) -> ReserveView:
    """任用后的任期见 term_id。"""
    return _shown(await reserving.read(ctx, reserve_id), response)


@router.patch(
    "/{reserve_id}",
    summary="更正来源和期限",
    responses=web.problems(
        *_DENIED, ReserveUnknown, AlreadyErased, DatesInvalid, PreconditionRequired, Stale
    ),
)
async def correct_reserve(
    ctx: web.Ctx,
    reserve_id: UUID,
    body: ReservePatch,
    version: web.IfMatch,
    response: Response,
) -> ReserveView:
    """If-Match 为读取时的 ETag。"""
    found = await reserving.correct(ctx, reserve_id, version, body.source, body.ends_on)
    return _shown(found, response)


@router.post(
    "/{reserve_id}/remove",
    summary="出库",
    responses=web.problems(*_DENIED, ReserveUnknown, AlreadyErased, IllegalTransition),
)
async def remove_reserve(
    ctx: web.Ctx,
    reserve_id: UUID,
    body: ReserveReason,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ReserveView:
    """须写明理由；可以重新入库。"""
    return _shown(await reserving.remove(ctx, reserve_id, body.reason), response)


@router.post(
    "/{reserve_id}/restore",
    summary="重新入库",
    responses=web.problems(
        *_DENIED, ReserveUnknown, AlreadyErased, IllegalTransition, ReserveRepeated
    ),
)
async def restore_reserve(
    ctx: web.Ctx,
    reserve_id: UUID,
    body: ReserveReason,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ReserveView:
    """已出库的，或任用后又离任的；须写明理由。"""
    return _shown(await reserving.restore(ctx, reserve_id, body.reason), response)
