"""Pairs of branches over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.pairs import (
    Pair,
    PairEnded,
    PairStands,
    PairUnfit,
    PairUnknown,
)
from services.registry.people.schemas.pairs import PairDraft, PairEnd, PairView
from services.registry.people.usecases import pairing
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/pairs", "结对共建")
_DENIED = (NotSignedIn, Forbidden)
_PLACE = (*_DENIED, OutOfScope, OrganizationUnknown)


def _shown(found: Pair, response: Response) -> PairView:
    web.etag(response, found.version)
    return PairView.model_validate(found)


@router.post(
    "",
    summary="登记一个结对",
    status_code=201,
    responses=web.problems(*_PLACE, DatesInvalid, PairUnfit, PairStands),
)
async def begin_pair(
    ctx: web.Ctx, body: PairDraft, response: Response, key: web.IdempotencyKey = None
) -> PairView:
    """由管辖双方的乡镇或组织部登记；同样两个组织同时只能结一对。"""
    made = await pairing.pair(ctx, pairing.Draft(**body.model_dump()))
    return _shown(made, response)


@router.get("", summary="查询结对", responses=web.problems(*_PLACE))
async def list_pairs(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="一方在该组织或其下级的")] = None,
    as_of: Annotated[date | None, Query(description="当日仍在结对的；不填则返回全部")] = None,
) -> Page[PairView]:
    """返回一方在您管辖范围内的结对。"""
    rows = await pairing.list_pairs(ctx, under, as_of, paging.after_id(), paging.limit)
    views = [PairView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.get("/{pair_id}", summary="查看一个结对", responses=web.problems(*_DENIED, PairUnknown))
async def read_pair(ctx: web.Ctx, pair_id: UUID, response: Response) -> PairView:
    """结束的也可查看。"""
    return _shown(await pairing.read(ctx, pair_id), response)


@router.post(
    "/{pair_id}/end",
    summary="结束一个结对",
    responses=web.problems(*_DENIED, PairUnknown, PairEnded, DatesInvalid),
)
async def end_pair(
    ctx: web.Ctx,
    pair_id: UUID,
    body: PairEnd,
    response: Response,
    key: web.IdempotencyKey = None,
) -> PairView:
    """ends_on 为最后一日；须写明理由。"""
    return _shown(await pairing.end(ctx, pair_id, body.ends_on, body.reason), response)
