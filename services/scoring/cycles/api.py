"""Cycles and inspections over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response

from services.scoring.cycles import usecases
from services.scoring.cycles.domain import (
    CycleExists,
    CycleNotOpen,
    CyclePaused,
    FactsUnfit,
    NoParticipants,
    NotPaused,
    OnlyDeadlines,
    PauseTooLong,
    PolicyNotPublished,
    ScheduleInvalid,
    ScheduleShortened,
    Standing,
)
from services.scoring.cycles.schemas import (
    CycleChange,
    CycleView,
    InspectionView,
    NewCycle,
    NewInspection,
    NewPause,
    Outcome,
    ParticipantView,
    PauseView,
    RefreshedView,
    WithReason,
)
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "周期", "description": "一个年度的创建：启动、参评名单、时限、监督意见与暂停"}
router = web.router("/cycles", TAG["name"])
inspections = web.router("/inspections", TAG["name"])
Key = web.IdempotencyKey


@router.post(
    "",
    summary="新建周期",
    status_code=201,
    responses=web.problems(NotFound, CycleExists, ScheduleInvalid, Forbidden, OutOfScope),
)
async def create_cycle(
    new: NewCycle,
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> CycleView:
    """建立草稿；没有填写的截止日按方案规定的工作日数推算。"""
    cycle = await usecases.create(ctx, new.policy_id, new.model_dump())
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@router.get("", summary="查询周期")
async def list_cycles(ctx: web.Ctx, paging: PagingQuery) -> Page[CycleView]:
    """本县的周期，新的在前。"""
    found = await usecases.page(ctx, paging.after_id(), paging.limit + 1)
    total = await usecases.count(ctx) if paging.total else None
    keys = [[str(each.id)] for each in found]
    return page([CycleView.of(each) for each in found], paging.limit, keys, total)


@router.get("/{cycle_id}", summary="查看周期", responses=web.problems(NotFound, Forbidden))
async def get_cycle(cycle_id: UUID, ctx: web.Ctx, response: Response) -> CycleView:
    """周期现处的环节和各截止日（已计入暂停顺延）。"""
    cycle = await usecases.find(ctx, cycle_id)
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@router.patch(
    "/{cycle_id}",
    summary="修改周期",
    responses=web.problems(
        ScheduleInvalid,
        ScheduleShortened,
        OnlyDeadlines,
        CyclePaused,
        IllegalTransition,
        Stale,
        PreconditionRequired,
    ),
)
async def patch_cycle(
    cycle_id: UUID, change: CycleChange, ctx: web.Ctx, version: web.IfMatch, response: Response
) -> CycleView:
    """草稿可以任意修改；启动以后只能说明理由延后截止日。"""
    fields = change.model_dump(exclude={"reason"})
    cycle = await usecases.revise(ctx, cycle_id, version, fields, change.reason)
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@router.post(
    "/{cycle_id}/open",
    summary="启动周期",
    responses=web.problems(
        PolicyNotPublished, ScheduleInvalid, NoParticipants, FactsUnfit, IllegalTransition
    ),
)
async def open_cycle(
    cycle_id: UUID,
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> CycleView:
    """锁定方案，冻结参评名单，通知各支部开始申报。"""
    cycle = await usecases.open_cycle(ctx, cycle_id)
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@router.post(
    "/{cycle_id}/cancel",
    summary="取消周期",
    responses=web.problems(IllegalTransition, CyclePaused, OutOfScope),
)
async def cancel_cycle(
    cycle_id: UUID,
    body: WithReason,
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> CycleView:
    """公示之前可以说明理由取消。"""
    cycle = await usecases.cancel(ctx, cycle_id, body.reason)
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@router.post(
    "/{cycle_id}/facts/refresh",
    summary="按组织库更新基础数据",
    responses=web.problems(FactsUnfit, CyclePaused, IllegalTransition, Forbidden, OutOfScope),
)
async def refresh_facts(cycle_id: UUID, ctx: web.Ctx, key: Key = None) -> RefreshedView:
    """方案中取自基础数据的指标改用组织库现在的数值；县委确定时会自动再取一次并冻结。"""
    return RefreshedView.of(await usecases.refresh(ctx, cycle_id))


@router.get("/{cycle_id}/participants", summary="查询参评名单", responses=web.problems(NotFound))
async def list_participants(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    standing: Annotated[Standing | None, Query(description="是否参评")] = None,
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
) -> Page[ParticipantView]:
    """启动时冻结的名单，含未参评的及其原因；只列出管辖范围以内的。"""
    wanted = usecases.Wanted(standing, township_id)
    last, limit = paging.after_id(), paging.limit
    found = await usecases.participants(ctx, cycle_id, wanted, last, limit + 1)
    total = await usecases.participants_count(ctx, cycle_id, wanted) if paging.total else None
    keys = [[str(each.organization_id)] for each in found]
    return page([ParticipantView.of(each) for each in found], limit, keys, total)


@router.post(
    "/{cycle_id}/inspections",
    summary="提出监督意见",
    status_code=201,
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def create_inspection(
    cycle_id: UUID,
    new: NewInspection,
    ctx: web.Ctx,
    key: Key = None,
) -> InspectionView:
    """纪委监委对当前环节的一件事提出意见。"""
    found = await usecases.inspect(ctx, cycle_id, new.entity, new.entity_id, new.text)
    return InspectionView.of(found)


@router.get(
    "/{cycle_id}/inspections", summary="查询监督意见", responses=web.problems(NotFound, Forbidden)
)
async def list_inspections(cycle_id: UUID, ctx: web.Ctx) -> list[InspectionView]:
    """纪委监委、组织部和县委可以查看。"""
    return [InspectionView.of(each) for each in await usecases.inspections(ctx, cycle_id)]


@router.post("/{cycle_id}/resume", summary="恢复周期", responses=web.problems(NotPaused, Forbidden))
async def resume_cycle(
    cycle_id: UUID,
    body: Annotated[WithReason, Body(examples=[{"reason": "线索已核实，恢复办理"}])],
    ctx: web.Ctx,
    response: Response,
    key: Key = None,
) -> CycleView:
    """纪委监委提前结束暂停；截止日只顺延实际停下的工作日。"""
    cycle = await usecases.resume(ctx, cycle_id, body.reason)
    web.etag(response, cycle.version)
    return CycleView.of(cycle)


@inspections.post(
    "/{inspection_id}/pause",
    summary="暂停当前环节",
    responses=web.problems(PauseTooLong, CyclePaused, CycleNotOpen, IllegalTransition),
)
async def pause_cycle(
    inspection_id: UUID,
    new: NewPause,
    ctx: web.Ctx,
    key: Key = None,
) -> PauseView:
    """暂停期间除查看外都不能办理；到期自动恢复，截止日相应顺延。"""
    return PauseView.of(await usecases.pause(ctx, inspection_id, new.working_days, new.reason))


@inspections.post(
    "/{inspection_id}/close",
    summary="了结监督意见",
    responses=web.problems(IllegalTransition, Forbidden, OutOfScope),
)
async def close_inspection(
    inspection_id: UUID,
    body: Outcome,
    ctx: web.Ctx,
    key: Key = None,
) -> InspectionView:
    """写明处理结果后了结。"""
    return InspectionView.of(await usecases.close_inspection(ctx, inspection_id, body.outcome))
