"""Applications over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response

from services.scoring.applications import usecases
from services.scoring.applications.domain import (
    ApplicationExists,
    ApplicationIncomplete,
    ApplicationsOpen,
    ApplicationState,
    DeadlinePassed,
    DraftNotVisible,
    NotAssessed,
    NotYetVisible,
    PointsInvalid,
    PointsOverMaximum,
    PointsTooPrecise,
    ReturnLimitReached,
    ScoresInvalid,
    StarBelowLines,
    TownshipHasActed,
    UnknownItem,
    UnknownStar,
    Wanted,
)
from services.scoring.applications.schemas import (
    ApplicationBrief,
    ApplicationView,
    ChangeView,
    Closing,
    CompletenessView,
    EntryBody,
    NewApplication,
    Receipt,
    ReceiptCheck,
    ReturnBody,
    StarBody,
)
from services.scoring.cycles.domain import CycleNotOpen, CyclePaused, NotComputable
from shared import web
from shared.canonical import content_hash
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "申报", "description": "村级申报：逐项自评、提交回执、退回、撤回和截止"}
router = web.router("/applications", TAG["name"])
closing = web.router("/cycles", TAG["name"])
Key = web.IdempotencyKey

_WRITING = (DeadlinePassed, IllegalTransition, CyclePaused, OutOfScope, NotFound)
_EDITING = web.problems(
    UnknownStar,
    UnknownItem,
    PointsOverMaximum,
    PointsTooPrecise,
    PointsInvalid,
    ScoresInvalid,
    StarBelowLines,
    NotComputable,
    *_WRITING,
    Stale,
    PreconditionRequired,
)


@router.post(
    "",
    summary="开始申报",
    status_code=201,
    responses=web.problems(
        ApplicationExists, NotAssessed, CycleNotOpen, DeadlinePassed, CyclePaused, OutOfScope
    ),
)
async def start_application(
    new: NewApplication,
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> ApplicationView:
    """为本支部建立申报草稿；每个周期一份。"""
    started = await usecases.start(ctx, new.cycle_id, new.organization_id)
    web.etag(response, started.application.version)
    return ApplicationView.of(started)


@router.get("", summary="查询申报", responses=web.problems(NotFound, NotYetVisible))
async def list_applications(
    ctx: web.Ctx,
    paging: PagingQuery,
    cycle_id: Annotated[UUID, Query(description="周期编号：GET /v1/cycles 返回的 id")],
    state: Annotated[ApplicationState | None, Query(description="只看这种状态")] = None,
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
) -> Page[ApplicationBrief]:
    """管辖范围以内的申报，不含评分内容。"""
    wanted = Wanted(state, township_id)
    found = await usecases.page(ctx, cycle_id, wanted, paging.after_id(), paging.limit + 1)
    total = await usecases.count(ctx, cycle_id, wanted) if paging.total else None
    keys = [[str(each.application.id)] for each in found]
    return page([ApplicationBrief.of(each) for each in found], paging.limit, keys, total)


@router.get(
    "/{application_id}",
    summary="查看申报",
    responses=web.problems(NotFound, DraftNotVisible, NotYetVisible, OutOfScope),
)
async def get_application(
    application_id: UUID, ctx: web.Ctx, response: Response
) -> ApplicationView:
    """申报人看到正在填写的内容，其他人看到最后一次提交的内容。"""
    reading = await usecases.find(ctx, application_id)
    web.etag(response, reading.application.version)
    return ApplicationView.of(reading)


@router.put("/{application_id}/stars/{star}", summary="保存一颗星", responses=_EDITING)
async def put_star(
    application_id: UUID,
    star: str,
    body: StarBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> ApplicationView:
    """一次保存一颗星的全部评分项；自评填完而未达到分数线的星不能申报。"""
    saved = await usecases.save_star(
        ctx, application_id, version, star, body.given(), apply=body.apply
    )
    web.etag(response, saved.application.version)
    return ApplicationView.of(saved)


@router.put(
    "/{application_id}/stars/{star}/items/{item}", summary="保存一个评分项", responses=_EDITING
)
async def put_item(
    application_id: UUID,
    star: str,
    item: str,
    body: EntryBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> ApplicationView:
    """只保存这一项的得分和佐证出处。"""
    saved = await usecases.save_item(ctx, application_id, version, star, item, body.given())
    web.etag(response, saved.application.version)
    return ApplicationView.of(saved)


@router.get(
    "/{application_id}/completeness",
    summary="检查是否填完",
    responses=web.problems(NotFound, DraftNotVisible, OutOfScope, NotComputable),
)
async def get_completeness(application_id: UUID, ctx: web.Ctx) -> CompletenessView:
    """列出缺少得分或佐证的评分项，以及每颗星的自评是否达到分数线。"""
    return CompletenessView.of(*await usecases.completeness(ctx, application_id))


@router.post(
    "/{application_id}/submit",
    summary="提交申报",
    responses=web.problems(ApplicationIncomplete, StarBelowLines, NotComputable, *_WRITING),
)
async def submit_application(
    application_id: UUID,
    ctx: web.Ctx,
    key: Key = None,
) -> Receipt:
    """提交后取得回执，回执中的哈希可随时用来核对所收到的内容。"""
    return Receipt.of(await usecases.submit(ctx, application_id))


@router.post(
    "/{application_id}/withdraw",
    summary="撤回申报",
    responses=web.problems(TownshipHasActed, *_WRITING),
)
async def withdraw_application(
    application_id: UUID,
    ctx: web.Ctx,
    response: Response,
    body: Annotated[ReturnBody | None, Body(examples=[{"reason": "补充合同复印件后再交"}])] = None,
    key: Key = None,
) -> ApplicationView:
    """乡镇办理之前可以撤回修改；截止前没有再提交的，按未申报处理。"""
    reason = body.reason if body else None
    withdrawn = await usecases.take_back(ctx, application_id, reason)
    web.etag(response, withdrawn.application.version)
    return ApplicationView.of(withdrawn)


@router.post(
    "/{application_id}/return",
    summary="退回申报",
    responses=web.problems(
        ReturnLimitReached, CycleNotOpen, IllegalTransition, CyclePaused, OutOfScope, NotFound
    ),
)
async def return_application(
    application_id: UUID,
    body: ReturnBody,
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> ApplicationBrief:
    """乡镇说明理由退回补正；次数有上限，申报时间相应延长。"""
    returned = await usecases.give_back(ctx, application_id, body.reason)
    web.etag(response, returned.application.version)
    return ApplicationBrief.of(returned)


@router.get(
    "/{application_id}/history",
    summary="查询修改记录",
    responses=web.problems(NotFound, DraftNotVisible),
)
async def list_changes(application_id: UUID, ctx: web.Ctx, paging: PagingQuery) -> Page[ChangeView]:
    """谁在何时改了什么；只有申报人和纪委监委可以查看。"""
    found = await usecases.history(ctx, application_id, paging.after_id(), paging.limit + 1)
    keys = [[str(each.id)] for each in found]
    return page([ChangeView.of(each) for each in found], paging.limit, keys)


@router.get(
    "/{application_id}/receipts",
    summary="查询回执",
    responses=web.problems(NotFound, DraftNotVisible, OutOfScope),
)
async def list_receipts(application_id: UUID, ctx: web.Ctx) -> list[Receipt]:
    """每次提交的回执。"""
    return [Receipt.of(each) for each in await usecases.receipts(ctx, application_id)]


@router.get(
    "/{application_id}/receipts/{number}",
    summary="核对回执",
    responses=web.problems(NotFound, DraftNotVisible, OutOfScope),
)
async def get_receipt(application_id: UUID, number: int, ctx: web.Ctx) -> ReceiptCheck:
    """返回当时收到的全部内容，并重新计算哈希与回执核对。"""
    found = await usecases.receipt(ctx, application_id, number)
    return ReceiptCheck.checked(found, intact=content_hash(found.content) == found.hash)


@closing.post(
    "/{cycle_id}/applications/close",
    summary="结束申报",
    responses=web.problems(
        ApplicationsOpen, IllegalTransition, CyclePaused, Forbidden, OutOfScope, NotFound
    ),
)
async def close_applications(
    cycle_id: UUID,
    ctx: web.Ctx,
    key: Key = None,
) -> Closing:
    """全部支部都已提交时可以提前结束；到期由系统自动结束，没有提交的按未申报处理。"""
    return Closing(**vars(await usecases.close_early(ctx, cycle_id)))
