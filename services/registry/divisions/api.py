"""Divisions over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.registry.divisions import usecases
from services.registry.divisions.domain import DivisionUnknown, ImportRejected, Level
from services.registry.divisions.schemas import DivisionView, ImportedView, RecodingView
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.pagination import Page, PagingQuery, page
from shared.sheets import SheetTooLarge, SheetUnreadable
from shared.uploads import Sent, file_body, sent_file

router = web.router("/divisions", "行政区划")

_EXAMPLE = """code,name,level,parent_code
410000000000,河南省,province,100000000000
410700000000,新乡市,city,410000000000
410724000000,获嘉县,county,410700000000
"""
_BODY = file_body("列为 code,name,level,parent_code；CSV（UTF-8 或 GB18030）或 xlsx", _EXAMPLE)


@router.post(
    "/import",
    summary="导入行政区划表（CSV 或 xlsx）",
    responses=web.problems(NotSignedIn, Forbidden, ImportRejected, SheetUnreadable, SheetTooLarge),
    openapi_extra=_BODY,
)
async def import_divisions(
    ctx: web.Ctx,
    sent: Annotated[Sent, Depends(sent_file)],
    valid_from: Annotated[date | None, Query(description="自该日起有效；默认今天")] = None,
    source: Annotated[str, Query(max_length=200, description="数据来源")] = "",
    key: web.IdempotencyKey = None,
) -> ImportedView:
    """整个文件要么全部保存，要么一行也不保存；错误一次全部列出。重复导入不产生变化。"""
    done = await usecases.import_divisions(ctx, sent.content, valid_from, source, sent.name)
    return ImportedView.model_validate(done)


@router.get("", summary="查询行政区划", responses=web.problems(NotSignedIn, DivisionUnknown))
async def list_divisions(
    ctx: web.Ctx,
    paging: PagingQuery,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    parent_code: Annotated[str | None, Query(description="只看其直接下级")] = None,
    level: Level | None = None,
    code_prefix: Annotated[str | None, Query(max_length=12, description="代码前几位")] = None,
    q: Annotated[
        str | None, Query(max_length=60, description="名称的一部分、拼音或拼音首字母")
    ] = None,
) -> Page[DivisionView]:
    """按代码排序，分页返回。"""
    after = paging.after(1)
    wanted = usecases.Wanted(as_of, parent_code, level, code_prefix, q)
    rows, total = await usecases.list_divisions(
        ctx, wanted, after[0] if after else None, paging.limit, total=paging.total
    )
    views = [DivisionView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[view.code] for view in views], total)


@router.get("/recodings", summary="区划代码变更对照", responses=web.problems(NotSignedIn))
async def list_recodings(
    ctx: web.Ctx,
    paging: PagingQuery,
    since: Annotated[date, Query(description="对照的起点日期，如 2016-07-31")],
    until: Annotated[date | None, Query(description="对照的终点日期；默认今天")] = None,
) -> Page[RecodingView]:
    """两个日期之间代码或名称不同的区划：哪个代码变成了哪个；组织按编号跟随，不受影响。"""
    after, limit = paging.after_id(), paging.limit
    rows = await usecases.list_recodings(ctx, since, until, after, limit)
    views = [RecodingView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.division_id)] for view in views])


@router.get(
    "/{division_id}",
    summary="查看一个行政区划",
    responses=web.problems(NotSignedIn, DivisionUnknown),
)
async def read_division(
    ctx: web.Ctx,
    division_id: UUID,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
) -> DivisionView:
    """返回该区划在所查日期的代码、名称和上级。"""
    return DivisionView.model_validate(await usecases.read_division(ctx, division_id, as_of))
