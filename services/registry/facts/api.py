"""Facts over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.facts import usecases
from services.registry.facts.domain import FactsRejected
from services.registry.facts.schemas import FactDraft, FactsDraft, FactsView, FactView
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.contracts.registry import FactCode
from shared.errors import Forbidden, Invalid, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/facts", "基础数据")


@router.post(
    "",
    summary="登记一个基础数据",
    status_code=201,
    responses=web.problems(NotSignedIn, Forbidden, FactsRejected),
)
async def enter_fact(ctx: web.Ctx, body: FactDraft, key: web.IdempotencyKey = None) -> FactView:
    """更正也是再登记一次；同一起始日以最后登记的为准。"""
    draft = usecases.FactDraft(**body.model_dump())
    return FactView.model_validate((await usecases.enter(ctx, [draft], "/body"))[0])


@router.post(
    "/bulk",
    summary="成批登记基础数据（不超过 5000 个）",
    status_code=201,
    responses=web.problems(NotSignedIn, Forbidden, FactsRejected),
)
async def enter_facts(ctx: web.Ctx, body: FactsDraft, key: web.IdempotencyKey = None) -> FactsView:
    """全部登记或全部不登记；所有错误一次列出。"""
    drafts = [usecases.FactDraft(**item.model_dump()) for item in body.items]
    made = await usecases.enter(ctx, drafts)
    return FactsView(items=[FactView.model_validate(fact) for fact in made])


@router.get(
    "",
    summary="查询某日有效的基础数据",
    responses=web.problems(NotSignedIn, OrganizationUnknown),
)
async def list_facts(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    code: Annotated[list[FactCode] | None, Query(description="可重复；不填则全部")] = None,
) -> Page[FactView]:
    """每个组织、每个项目只返回所查日期有效的最新值；没有的不返回，也不算零。"""
    wanted = usecases.Wanted(as_of, under, tuple(code or ()))
    rows = await usecases.read_newest(ctx, wanted, _after(paging), paging.limit)
    views = [FactView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(v.organization_id), v.code.value] for v in views])


def _after(paging: PagingQuery) -> tuple[UUID, str] | None:
    key = paging.after(2)
    try:
        return None if key is None else (UUID(key[0]), key[1])
    except ValueError:
        raise Invalid(
            "游标无效，请从第一页重新查询（去掉 cursor 参数）。",
            "This cursor is not valid: start again without `cursor`.",
        ) from None


@router.get(
    "/history",
    summary="一个组织的数据登记经过",
    responses=web.problems(NotSignedIn, OutOfScope, OrganizationUnknown),
)
async def read_history(
    ctx: web.Ctx, paging: PagingQuery, organization_id: UUID, code: FactCode | None = None
) -> Page[FactView]:
    """后登记的在前，含来源和填报账号。"""
    rows = await usecases.read_history(ctx, organization_id, code, paging.after_id(), paging.limit)
    views = [FactView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])
