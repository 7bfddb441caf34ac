"""Demands for facts over HTTP."""

from uuid import UUID

from services.registry.facts.domain.catalogue import FactCodeUnknown
from services.registry.facts.domain.demands import DemandExists, DemandUnknown
from services.registry.facts.schemas.demands import (
    AskedView,
    DemandDraft,
    DemandView,
    MissingView,
)
from services.registry.facts.usecases import demanding
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/fact-demands", "基础数据")


@router.post(
    "",
    summary="登记一次数据需求",
    status_code=201,
    responses=web.problems(
        NotSignedIn, Forbidden, OutOfScope, OrganizationUnknown, FactCodeUnknown, DemandExists
    ),
)
async def ask_facts(ctx: web.Ctx, body: DemandDraft, key: web.IdempotencyKey = None) -> AskedView:
    """只向各组织要还没有的数；返回共要多少、已有多少。同一编号只能登记一次。"""
    draft = demanding.Draft(
        codes=tuple(dict.fromkeys(body.codes)), **body.model_dump(exclude={"codes"})
    )
    return AskedView.of(await demanding.ask(ctx, draft))


@router.get("", summary="查询数据需求", responses=web.problems(NotSignedIn))
async def list_demands(ctx: web.Ctx, paging: PagingQuery) -> Page[DemandView]:
    """新的在前；只返回要到您管辖范围内组织的。"""
    rows = await demanding.list_demands(ctx, paging.after_id(), paging.limit)
    views = [DemandView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.get(
    "/{demand_id}/missing",
    summary="一次数据需求中还要填的",
    responses=web.problems(NotSignedIn, DemandUnknown),
)
async def list_missing(ctx: web.Ctx, paging: PagingQuery, demand_id: UUID) -> Page[MissingView]:
    """逐个组织列出还没有的数据；填好的随即消失。"""
    after = paging.after(1)
    _, rows = await demanding.read_missing(
        ctx, demand_id, after[0] if after else None, paging.limit
    )
    views = [
        MissingView(organization_id=p.id, name=p.short_name, codes=[each.code for each in mine])
        for p, mine in rows
    ]
    return page(views, paging.limit, [[place.path] for place, _ in rows])
