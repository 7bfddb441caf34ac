"""Policies over HTTP."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Form, Header, Query, Response, UploadFile
from fastapi.responses import PlainTextResponse

from services.scoring.policies import usecases
from services.scoring.policies.domain import (
    AnnexTooLong,
    EditionPublished,
    NoEarlierEdition,
    NotACounty,
    PolicyFaulty,
    PolicyUnreadable,
    UnknownPreset,
)
from services.scoring.policies.schemas import (
    CheckView,
    ComparisonView,
    ImportedView,
    NewPolicy,
    PolicyBrief,
    PolicyText,
    PolicyView,
    PresetView,
)
from shared import printing, web
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.sheets import SheetTooLarge, SheetUnreadable
from shared.transitions import IllegalTransition

TAG = {"name": "方案", "description": "评分办法：草稿、检查、发布；发布后不可更改，以哈希识别"}
router = web.router("/policies", TAG["name"])
presets = web.router("/presets", TAG["name"])
_PAGES = printing.Printer(Path(__file__).parents[1] / "templates")
_YAML = "application/yaml"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More than an annex may have; what is longer is refused unread.
_LARGEST = 5_000_000
_FILE = (PolicyUnreadable, SheetUnreadable, SheetTooLarge)
_WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"content": {_XLSX: {"example": "…"}}}}


@router.post(
    "",
    summary="新建方案草稿",
    status_code=201,
    responses=web.problems(PolicyUnreadable, UnknownPreset, NotACounty, Forbidden, OutOfScope),
)
async def create_policy(
    new: NewPolicy,
    ctx: web.Ctx,
    response: Response,
    key: web.IdempotencyKey = None,
) -> PolicyView:
    """由预设方案或 YAML 全文建立草稿；文本有误时逐行说明，不保存。"""
    stored = await usecases.draft(ctx, new.county_id, new.preset, new.text)
    web.etag(response, stored.version)
    return PolicyView.of(stored)


@router.post(
    "/import",
    summary="导入方案文件（xlsx附件表或YAML）",
    status_code=201,
    responses=web.problems(*_FILE, NotACounty, Forbidden, OutOfScope),
)
async def import_policy(
    file: UploadFile,
    county_id: Annotated[UUID, Form(description="县委组织的编号")],
    ctx: web.Ctx,
    response: Response,
    key: web.IdempotencyKey = None,
) -> ImportedView:
    """由文件建立草稿；有错误时列出全部位置（工作表、行、列），不保存。"""
    content, name = await _sent(file)
    stored, found = await usecases.draft_file(ctx, county_id, content, name)
    web.etag(response, stored.version)
    return ImportedView.of(stored, found)


@router.get("", summary="查询方案")
async def list_policies(ctx: web.Ctx, paging: PagingQuery) -> Page[PolicyBrief]:
    """新的在前；草稿只有组织部和纪委监委看得到。"""
    found = await usecases.page(ctx, paging.after_id(), paging.limit + 1)
    total = await usecases.count(ctx) if paging.total else None
    keys = [[str(each.id)] for each in found]
    return page([PolicyBrief.of(each) for each in found], paging.limit, keys, total)


@router.get("/{policy_id}", summary="查看方案", responses=web.problems(NotFound, Forbidden))
async def get_policy(policy_id: UUID, ctx: web.Ctx, response: Response) -> PolicyView:
    """方案的全部规定，每一项都带条款。"""
    stored = await usecases.find(ctx, policy_id)
    web.etag(response, stored.version)
    return PolicyView.of(stored)


@router.get(
    "/{policy_id}/yaml",
    summary="导出方案全文",
    response_class=PlainTextResponse,
    responses={200: {"content": {_YAML: {"example": "code: five_star"}}}, **web.problems(NotFound)},
)
async def get_policy_yaml(policy_id: UUID, ctx: web.Ctx) -> PlainTextResponse:
    """原样返回 YAML 全文，可修改后作为新草稿提交。"""
    stored = await usecases.find(ctx, policy_id)
    return PlainTextResponse(stored.text, media_type=_YAML, headers={"ETag": f'"{stored.version}"'})


@router.get(
    "/{policy_id}/xlsx",
    summary="导出方案附件表（xlsx）",
    response_class=Response,
    responses={**_WORKBOOK, **web.problems(AnnexTooLong, NotFound)},
)
async def get_policy_xlsx(policy_id: UUID, ctx: web.Ctx) -> Response:
    """一行一项的附件表，附填写说明；修改后可再导入，内容不丢失。"""
    stored, content = await usecases.annex(ctx, policy_id)
    policy = stored.policy
    return _workbook(content, f"{policy.title}-{policy.edition}", stored.version)


@router.get(
    "/{policy_id}/differences",
    summary="对照两版方案",
    response_model=ComparisonView,
    responses={200: printing.PRINTABLE, **web.problems(NoEarlierEdition, NotFound, Forbidden)},
)
async def compare_policies(
    policy_id: UUID,
    ctx: web.Ctx,
    other: Annotated[
        UUID | None, Query(alias="from", description="旧方案的编号；不填时与上一个已发布的版本对照")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "application/json",
) -> Response | ComparisonView:
    """逐条列出与旧方案的不同，按附件表的顺序，每条带条款和一句话说明；网页即新旧对照表。"""
    view = ComparisonView.of(*await usecases.compare(ctx, policy_id, other))
    if printing.MEDIA_TYPE not in accept:
        return view
    return _PAGES.answer("comparison.html", view=view)


@router.put(
    "/{policy_id}/file",
    summary="用文件替换方案草稿（xlsx附件表或YAML）",
    responses=web.problems(*_FILE, IllegalTransition, Stale, PreconditionRequired),
)
async def put_policy_file(
    policy_id: UUID, file: UploadFile, ctx: web.Ctx, version: web.IfMatch, response: Response
) -> ImportedView:
    """文件有错误时列出全部位置，草稿不变；已发布的方案不能修改。"""
    content, name = await _sent(file)
    stored, found = await usecases.rewrite_file(ctx, policy_id, version, content, name)
    web.etag(response, stored.version)
    return ImportedView.of(stored, found)


@router.put(
    "/{policy_id}",
    summary="修改方案草稿",
    responses=web.problems(PolicyUnreadable, IllegalTransition, Stale, PreconditionRequired),
)
async def put_policy(
    policy_id: UUID, text: PolicyText, ctx: web.Ctx, version: web.IfMatch, response: Response
) -> PolicyView:
    """用新的全文替换草稿；已发布的方案不能修改。"""
    stored = await usecases.rewrite(ctx, policy_id, version, text.text)
    web.etag(response, stored.version)
    return PolicyView.of(stored)


@router.post("/{policy_id}/check", summary="检查方案", responses=web.problems(NotFound, Forbidden))
async def check_policy(
    policy_id: UUID,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> CheckView:
    """一次列出全部问题，各带条款；没有问题才能发布。"""
    return CheckView.of(await usecases.check(ctx, policy_id))


@router.post(
    "/{policy_id}/publish",
    summary="发布方案",
    responses=web.problems(PolicyFaulty, EditionPublished, IllegalTransition, OutOfScope),
)
async def publish_policy(
    policy_id: UUID,
    ctx: web.Ctx,
    response: Response,
    key: web.IdempotencyKey = None,
) -> PolicyView:
    """发布后内容和哈希都不能再变，创建周期以哈希锁定。"""
    stored = await usecases.publish(ctx, policy_id)
    web.etag(response, stored.version)
    return PolicyView.of(stored)


@presets.get("", summary="查询预设方案")
async def list_presets(ctx: web.Ctx) -> list[PresetView]:
    """随程序提供的方案，可据以建立草稿。"""
    return [PresetView.of(name, policy) for name, policy in usecases.presets().items()]


@presets.get(
    "/{name}",
    summary="导出预设方案全文",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {_YAML: {"example": "code: five_star"}}},
        **web.problems(UnknownPreset),
    },
)
async def get_preset(name: str, ctx: web.Ctx) -> PlainTextResponse:
    """预设方案的 YAML 全文。"""
    return PlainTextResponse(usecases.preset_text(name), media_type=_YAML)


@presets.get(
    "/{name}/xlsx",
    summary="导出预设方案附件表（xlsx）",
    response_class=Response,
    responses={**_WORKBOOK, **web.problems(AnnexTooLong, UnknownPreset)},
)
async def get_preset_xlsx(name: str) -> Response:
    """预设方案的附件表，可作为填写的模板。"""
    return _workbook(await usecases.preset_annex(name), name)


async def _sent(file: UploadFile) -> tuple[bytes, str]:
    return await file.read(_LARGEST + 1), file.filename or ""


def _workbook(content: bytes, name: str, version: int | None = None) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.xlsx"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    return Response(content, media_type=_XLSX, headers=headers)
