"""Newer lists of divisions over HTTP: which code became which, tried out and adopted."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from services.registry.divisions.domain import ImportRejected
from services.registry.imports.schemas.imports import VintageView
from services.registry.imports.usecases import vintages
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.sheets import SheetTooLarge, SheetUnreadable
from shared.uploads import Sent, file_body, sent_file

router = web.router("/divisions/vintages", "行政区划")

_EXAMPLE = """code,name,level,parent_code
410783000000,长垣市,county,410700000000
"""
_BODY = file_body("新的区划表：code,name,level,parent_code；CSV 或 xlsx；可以不含村级", _EXAMPLE)
_REFUSED = (NotSignedIn, Forbidden, ImportRejected, SheetUnreadable, SheetTooLarge)
_SENT = Annotated[Sent, Depends(sent_file)]
_FROM = Annotated[date | None, Query(description="自该日起有效；默认今天")]
_SOURCE = Annotated[str, Query(max_length=200, description="数据来源")]


@router.post(
    "/preview",
    summary="预演换用新的区划表",
    responses=web.problems(*_REFUSED),
    openapi_extra=_BODY,
)
async def preview_vintage(
    ctx: web.Ctx,
    sent: _SENT,
    valid_from: _FROM = None,
    source: _SOURCE = "",
    key: web.IdempotencyKey = None,
) -> VintageView:
    """只给出对照：哪个代码变成了哪个，凭什么认出；不保存。"""
    found = await vintages.preview(ctx, sent.content, sent.name, valid_from, source)
    return VintageView.of(found)


@router.post(
    "",
    summary="换用新的区划表",
    responses=web.problems(*_REFUSED),
    openapi_extra=_BODY,
)
async def adopt_vintage(
    ctx: web.Ctx,
    sent: _SENT,
    valid_from: _FROM = None,
    source: _SOURCE = "",
    key: web.IdempotencyKey = None,
) -> VintageView:
    """区划的编号不变，代码、名称、上级自该日起换新；表中没有的下级随上级换码，组织跟随。"""
    found = await vintages.adopt(ctx, sent.content, sent.name, valid_from, source)
    return VintageView.of(found)
