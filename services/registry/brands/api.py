"""Brand projects over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.brands import usecases
from services.registry.brands.domain import (
    BrandConcluded,
    BrandImpossible,
    BrandRuns,
    BrandUnknown,
)
from services.registry.brands.schemas import (
    BrandConclusion,
    BrandDraft,
    BrandStory,
    BrandView,
    StageDraft,
)
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/brand-projects", "品牌项目")
_DENIED = (NotSignedIn, Forbidden, OutOfScope)
_CHANGED = (NotSignedIn, Forbidden, BrandUnknown, BrandConcluded, BrandImpossible)


@router.post(
    "",
    summary="登记支部的品牌项目",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown, BrandRuns, BrandImpossible),
)
async def begin_brand(ctx: web.Ctx, body: BrandDraft, key: web.IdempotencyKey = None) -> BrandStory:
    """一个支部一个品牌：结项以后才能登记新的。"""
    return BrandStory.of(await usecases.begin(ctx, usecases.Draft(**body.model_dump())))


@router.get(
    "",
    summary="查询品牌项目",
    responses=web.problems(NotSignedIn, OutOfScope, OrganizationUnknown),
)
async def list_brands(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    as_of: Annotated[date | None, Query(description="只看当日在办的；不填则返回全部")] = None,
) -> Page[BrandView]:
    """只返回您管辖范围内的。"""
    place = paging.after_id(), paging.limit
    rows = await usecases.list_projects(ctx, under, as_of, place)
    views = [BrandView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.get(
    "/{project_id}",
    summary="查看一个品牌项目及其各阶段",
    responses=web.problems(NotSignedIn, BrandUnknown),
)
async def read_brand(ctx: web.Ctx, project_id: UUID) -> BrandStory:
    """各阶段按完成日期排列。"""
    return BrandStory.of(await usecases.read(ctx, project_id))


@router.post(
    "/{project_id}/stages",
    summary="登记品牌项目完成的一个阶段",
    status_code=201,
    responses=web.problems(*_CHANGED),
)
async def reach_stage(
    ctx: web.Ctx, project_id: UUID, body: StageDraft, key: web.IdempotencyKey = None
) -> BrandStory:
    """写明成效；登记后不能改动，有误请另登一个阶段说明。"""
    reached = usecases.Reached(**body.model_dump())
    return BrandStory.of(await usecases.reach(ctx, project_id, reached))


@router.post("/{project_id}/conclude", summary="品牌项目结项", responses=web.problems(*_CHANGED))
async def conclude_brand(
    ctx: web.Ctx, project_id: UUID, body: BrandConclusion, key: web.IdempotencyKey = None
) -> BrandStory:
    """写明结项成效；之后该支部可以登记新的品牌项目。"""
    return BrandStory.of(await usecases.conclude(ctx, project_id, body.ended_on, body.outcome))
