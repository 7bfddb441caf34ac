"""Policies over HTTP."""

from uuid import UUID

from fastapi import Response
from fastapi.responses import PlainTextResponse

from services.scoring.policies import usecases
from services.scoring.policies.domain import (
    EditionPublished,
    NotACounty,
    PolicyFaulty,
    PolicyUnreadable,
    UnknownPreset,
)
from services.scoring.policies.schemas import (
    CheckView,
    NewPolicy,
    PolicyBrief,
    PolicyText,
    PolicyView,
    PresetView,
)
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "方案", "description": "评分办法：草稿、检查、发布；发布后不可更改，以哈希识别"}
router = web.router("/policies", TAG["name"])
presets = web.router("/presets", TAG["name"])
_YAML = "application/yaml"


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
