"""Imports, templates and exports over HTTP."""

from collections.abc import Iterator
from datetime import date
from typing import IO, Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from services.registry.divisions.domain import ImportRejected
from services.registry.imports.domain.imports import ImportUnknown
from services.registry.imports.domain.kinds import KIND_NAMES, Kind
from services.registry.imports.domain.summary import Options
from services.registry.imports.domain.writing import MEDIA_TYPES, Form
from services.registry.imports.schemas.imports import ImportView
from services.registry.imports.usecases import exporting, sending
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, TooLarge
from shared.pagination import Page, PagingQuery, page
from shared.sheets import SheetTooLarge, SheetUnreadable
from shared.transitions import IllegalTransition
from shared.uploads import Sent, file_body, sent_file

imports = web.router("/imports", "导入与导出")
exports = web.router("/exports", "导入与导出")
templates = web.router("/templates", "导入与导出")

_DENIED = (NotSignedIn, Forbidden)
_PIECE = 65_536
_BODY = file_body("模板或导出的表：xlsx，或 CSV（UTF-8、GBK、GB18030）", "编号,上级编号,…")
FORM = Annotated[Form, Query(alias="format", description="文件格式：xlsx 或 csv")]
_KIND = Annotated[
    Kind, Path(description="表的种类：行政区划、组织、人员与任期、基础数据、两新单位明细账")
]
_SYSTEM = Annotated[
    str,
    Query(
        min_length=1,
        max_length=40,
        pattern=r"^[a-z0-9_.-]+$",
        description="组织编号属于哪个编号体系，如上级平台的名字；自编的不用填",
    ),
]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in MEDIA_TYPES.values()
        }
    }
}


@imports.post(
    "/{kind}",
    summary="上传一个表并试办",
    status_code=201,
    responses=web.problems(*_DENIED, ImportRejected, SheetUnreadable, SheetTooLarge, TooLarge),
    openapi_extra=_BODY,
)
async def send_import(
    ctx: web.Ctx,
    kind: _KIND,
    sent: Annotated[Sent, Depends(sent_file)],
    response: Response,
    effective_on: Annotated[
        date | None, Query(description="变更自该日起生效；默认办理当天")
    ] = None,
    source: Annotated[str, Query(max_length=200, description="数据来源")] = "",
    system: _SYSTEM = "import",
    key: web.IdempotencyKey = None,
) -> ImportView:
    """只检查、不登记：有错误时一次全部列出（行号、列名、怎样改）；没有错误则等您确认。"""
    options = Options(effective_on, source, system)
    found = await sending.send(ctx, kind, sent.content, sent.name, options)
    response.headers["Location"] = f"/v1/imports/{found.id}"
    return ImportView.of(found)


@imports.get("", summary="查询导入", responses=web.problems(*_DENIED))
async def list_imports(ctx: web.Ctx, paging: PagingQuery) -> Page[ImportView]:
    """最近上传的在前。"""
    found = await sending.listed(ctx, paging.after_id(), paging.limit)
    views = [ImportView.of(each) for each in found]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@imports.get(
    "/{import_id}", summary="查看一次导入及其进度", responses=web.problems(*_DENIED, ImportUnknown)
)
async def read_import(ctx: web.Ctx, import_id: UUID) -> ImportView:
    """办理期间可反复查看：done 是已写的行数。"""
    return ImportView.of(await sending.read(ctx, import_id))


@imports.post(
    "/{import_id}/confirm",
    summary="确认导入",
    status_code=202,
    responses=web.problems(*_DENIED, ImportUnknown, IllegalTransition),
)
async def confirm_import(
    ctx: web.Ctx, import_id: UUID, key: web.IdempotencyKey = None
) -> ImportView:
    """由后台办理：整个文件要么全部登记，要么一行也不登记；中断后自动从头再办。"""
    return ImportView.of(await sending.confirm(ctx, import_id))


@imports.post(
    "/{import_id}/cancel",
    summary="取消导入",
    responses=web.problems(*_DENIED, ImportUnknown, IllegalTransition),
)
async def cancel_import(
    ctx: web.Ctx, import_id: UUID, key: web.IdempotencyKey = None
) -> ImportView:
    """只能取消未确认的；七天不确认的自动取消。"""
    return ImportView.of(await sending.cancel(ctx, import_id))


@templates.get("/{kind}", summary="下载空白模板", responses=web.problems(*_DENIED) | FILES)
async def read_template(ctx: web.Ctx, kind: _KIND, form: FORM = Form.XLSX) -> StreamingResponse:
    """带下拉框和填写说明；红底的列必填。"""
    return file_answer(await exporting.template(ctx, kind, form), f"{KIND_NAMES[kind]}模板", form)


@exports.get(
    "/{kind}",
    summary="导出登记的内容",
    responses=web.problems(*_DENIED, OrganizationUnknown) | FILES,
)
async def export_table(
    ctx: web.Ctx,
    kind: _KIND,
    form: FORM = Form.XLSX,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级；默认您管辖的全部")] = None,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    system: _SYSTEM = "import",
) -> StreamingResponse:
    """与模板同样的列，改好后可以直接再导入；原样导入不产生变化。"""
    wanted = exporting.Wanted(under, as_of, system)
    return file_answer(await exporting.export(ctx, kind, form, wanted), KIND_NAMES[kind], form)


def file_answer(file: IO[bytes], title: str, form: Form) -> StreamingResponse:
    """Send a file piece by piece, and let it go."""

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_PIECE):
                yield piece

    name = quote(f"{title}.{form.value}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(pieces(), media_type=MEDIA_TYPES[form], headers=headers)
