"""Facts over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.registry.facts.domain.catalogue import LARGEST_VALUE, FactCodeUnknown
from services.registry.facts.domain.ledger import (
    MOST_CODES,
    FactRangeUnfit,
    FactsRejected,
)
from services.registry.facts.schemas.facts import (
    FactAnswer,
    FactDraft,
    FactQuestion,
    FactsDraft,
    FactsView,
    FactView,
)
from services.registry.facts.usecases import entering, reading
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.contracts.registry import FactValue
from shared.errors import Forbidden, Invalid, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/facts", "基础数据")
Value = Annotated[int | None, Field(ge=0, le=LARGEST_VALUE)]


@router.post(
    "",
    summary="登记一个基础数据",
    status_code=201,
    responses=web.problems(NotSignedIn, Forbidden, FactsRejected),
)
async def enter_fact(ctx: web.Ctx, body: FactDraft, key: web.IdempotencyKey = None) -> FactView:
    """只能登记目录中的数据；更正也是再登记一次，同一起始日以最后登记的为准。"""
    draft = entering.FactDraft(**body.model_dump())
    return FactView.model_validate((await entering.enter(ctx, [draft], "/body"))[0])


@router.post(
    "/bulk",
    summary="成批登记基础数据（不超过 5000 个）",
    status_code=201,
    responses=web.problems(NotSignedIn, Forbidden, FactsRejected),
)
async def enter_facts(ctx: web.Ctx, body: FactsDraft, key: web.IdempotencyKey = None) -> FactsView:
    """全部登记或全部不登记；所有错误一次列出。"""
    drafts = [entering.FactDraft(**item.model_dump()) for item in body.items]
    made = await entering.enter(ctx, drafts)
    return FactsView(items=[FactView.model_validate(fact) for fact in made])


@router.post(
    "/values",
    summary="一次取多个组织、多项数据及其来历",
    responses=web.problems(NotSignedIn, OrganizationUnknown, FactCodeUnknown),
)
async def read_values(ctx: web.Ctx, body: FactQuestion) -> FactAnswer:
    """填一次处处可用：登记的数据与系统由台账算出的数据一并返回；没有的不返回，也不算零。"""
    day, found = await reading.read_values(ctx, body.organization_ids, body.codes, body.as_of)
    items = [FactValue.model_validate(each, from_attributes=True) for each in found]
    return FactAnswer(as_of=day, items=items)


@router.get(
    "",
    summary="查询某日有效的基础数据",
    responses=web.problems(NotSignedIn, OrganizationUnknown, FactRangeUnfit),
)
async def list_facts(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    code: Annotated[
        list[str] | None, Query(max_length=MOST_CODES, description="可重复；不填则全部")
    ] = None,
    at_least: Annotated[Value, Query(description="只看数值不小于此的组织；须只填一个 code")] = None,
    at_most: Annotated[Value, Query(description="只看数值不大于此的组织；须只填一个 code")] = None,
) -> Page[FactView]:
    """每个组织、每个项目只返回所查日期有效的最新值；没有的不返回，也不算零。

    填一个 code 和数值范围，就是按这项数据查找组织：数值与登记时一样按目录的小数位写成整数。
    只含登记的数据；由台账算出的数据请用 POST /v1/facts/values。
    """
    wanted = reading.Wanted(as_of, under, tuple(code or ()), at_least, at_most)
    rows = await reading.read_newest(ctx, wanted, _after(paging), paging.limit)
    views = [FactView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(v.organization_id), v.code] for v in views])


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
    ctx: web.Ctx, paging: PagingQuery, organization_id: UUID, code: str | None = None
) -> Page[FactView]:
    """后登记的在前，含来源和填报账号。"""
    rows = await reading.read_history(ctx, organization_id, code, paging.after_id(), paging.limit)
    views = [FactView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])
