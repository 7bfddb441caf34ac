"""Simulations and sensitivity over HTTP."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.scoring.cycles.domain import CycleNotOpen, FactsUnfit
from services.scoring.results.domain.determinations import FactsMissing
from services.scoring.results.domain.results import ResultsNotReady
from services.scoring.simulations import schemas
from services.scoring.simulations.domain.simulation import (
    NewSimulation,
    SimulationFaulty,
    SimulationState,
)
from services.scoring.simulations.schemas import (
    ChartName,
    Reason,
    ReplayView,
    SensitivityView,
    SimulationBrief,
    SimulationView,
)
from services.scoring.simulations.usecases import closeness, simulating
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, Unavailable
from shared.money import Points
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "模拟", "description": "换一种方案会怎样；只供参考，不产生结果，不作公布依据"}
router = web.router("", TAG["name"])
Key = web.IdempotencyKey
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SVG = "image/svg+xml"
_PRIVATE = {"Cache-Control": "private, no-store"}
_SAFE = {**_PRIVATE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@router.post(
    "/cycles/{cycle_id}/simulations",
    summary="模拟其他方案",
    status_code=201,
    responses=web.problems(
        SimulationFaulty,
        ResultsNotReady,
        CycleNotOpen,
        FactsMissing,
        FactsUnfit,
        NotFound,
        Forbidden,
        OutOfScope,
        Unavailable,
    ),
)
async def create_simulation(
    cycle_id: UUID, new: NewSimulation, ctx: web.Ctx, response: Response, key: Key = None
) -> SimulationView:
    """最多五种方案与现行方案并排比较：星级、升降、最接近达标、账单；方案有误时一次列出全部问题。"""
    shown = await simulating.create(ctx, cycle_id, new)
    web.etag(response, shown.simulation.version)
    return SimulationView.of(shown)


@router.get(
    "/cycles/{cycle_id}/simulations",
    summary="查询模拟",
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def list_simulations(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    state: Annotated[SimulationState, Query(description="保留或已归档")] = SimulationState.KEPT,
) -> Page[SimulationBrief]:
    """本周期做过的模拟，新的在前；只有组织部、县委和纪委监委看得到。"""
    found = await simulating.page(ctx, cycle_id, state, paging.after_id(), paging.limit)
    total = await simulating.count(ctx, cycle_id, state) if paging.total else None
    views = [SimulationBrief.of(each) for each in found]
    return page(views, paging.limit, [[str(each.id)] for each in found], total)


@router.get(
    "/simulations/{simulation_id}", summary="查看模拟", responses=web.problems(NotFound, Forbidden)
)
async def get_simulation(simulation_id: UUID, ctx: web.Ctx, response: Response) -> SimulationView:
    """一次模拟的全部内容。"""
    shown = await simulating.find(ctx, simulation_id)
    web.etag(response, shown.simulation.version)
    return SimulationView.of(shown)


@router.get(
    "/simulations/{simulation_id}/xlsx",
    summary="导出模拟表格",
    response_class=Response,
    responses={
        200: {"content": {_XLSX: {}}, "description": "多张工作表，每张都标明是模拟"},
        **web.problems(NotFound, Forbidden),
    },
)
async def get_simulation_workbook(simulation_id: UUID, ctx: web.Ctx) -> Response:
    """总览、星级分布、各星数量、升降名单、最接近达标、账单、方案改动。"""
    view = SimulationView.of(await simulating.find(ctx, simulation_id))
    content = await asyncio.to_thread(schemas.workbook, view)
    name = {"Content-Disposition": f'attachment; filename="simulation-{simulation_id}.xlsx"'}
    return Response(content, media_type=_XLSX, headers=_PRIVATE | name)


@router.get(
    "/simulations/{simulation_id}/charts/{chart}",
    summary="导出模拟图",
    response_class=Response,
    responses={
        200: {"content": {_SVG: {}}, "description": "SVG，带水印，可在手机上看、可打印"},
        **web.problems(NotFound, Forbidden),
    },
)
async def get_simulation_chart(simulation_id: UUID, chart: ChartName, ctx: web.Ctx) -> Response:
    """Levels 各方案星级分布，bill 各支付方账单和上限，townships 各乡镇升降。"""
    view = SimulationView.of(await simulating.find(ctx, simulation_id))
    content = await asyncio.to_thread(schemas.chart, view, chart)
    return Response(content, media_type=_SVG, headers=_SAFE)


@router.post(
    "/simulations/{simulation_id}/replay",
    summary="重算模拟",
    responses=web.problems(NotFound, Forbidden),
)
async def replay_simulation(simulation_id: UUID, ctx: web.Ctx, key: Key = None) -> ReplayView:
    """用保存的数据和方案重新计算，与保存的结果逐字节比对。"""
    return ReplayView.of(await simulating.replay(ctx, simulation_id))


@router.post(
    "/simulations/{simulation_id}/archive",
    summary="归档模拟",
    responses=web.problems(IllegalTransition, NotFound, Forbidden),
)
async def archive_simulation(
    simulation_id: UUID, body: Reason, ctx: web.Ctx, response: Response, key: Key = None
) -> SimulationView:
    """说明理由后不再列出；内容保留备查，凭编号仍可查看。"""
    shown = await simulating.archive(ctx, simulation_id, body.reason)
    web.etag(response, shown.simulation.version)
    return SimulationView.of(shown)


@router.get(
    "/cycles/{cycle_id}/sensitivity",
    summary="结果离分数线有多近",
    responses=web.problems(ResultsNotReady, NotFound, Forbidden, OutOfScope),
)
async def get_sensitivity(
    cycle_id: UUID,
    ctx: web.Ctx,
    within: Annotated[Points, Query(ge=0, le=1000, description="离线多少分以内，最多10分")] = 50,
    nearest: Annotated[int, Query(ge=0, le=500, description="列出多少个最接近的")] = 50,
) -> SensitivityView:
    """已确定的结果中，有多少颗星的得分恰在线上或离线不远，按星、按线、按乡镇，在哪一侧。"""
    return SensitivityView.of(*await closeness.close_verdicts(ctx, cycle_id, within), nearest)
