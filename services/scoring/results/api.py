"""Determinations, results, rankings and replays over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Header, Query, Response

from services.scoring.cycles.domain import CycleNotOpen, CyclePaused, FactsUnfit
from services.scoring.results.domain.determinations import (
    ClearanceMissing,
    FactsMissing,
    MeetingInFuture,
    NewDetermination,
    NothingToSettle,
    OwnDetermination,
    StrikeInvalid,
)
from services.scoring.results.domain.refills import RefillNotNext, RefillTooEarly
from services.scoring.results.domain.results import (
    NotAwaitingConfirmation,
    ResultsNotReady,
    ResultState,
)
from services.scoring.results.schemas import (
    AlarmView,
    DeterminationView,
    MissedView,
    RankingView,
    Reason,
    RefillView,
    ReplayView,
    ResultView,
    SummaryView,
)
from services.scoring.results.usecases import determinations, replays
from services.scoring.results.usecases import results as usecases
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, Unavailable
from shared.pagination import Page, PagingQuery, encode, page
from shared.transitions import IllegalTransition

TAG = {"name": "结果", "description": "县委确定、结果、得分证明、名次、重算核对"}
router = web.router("", TAG["name"])
Key = web.IdempotencyKey


@router.post(
    "/cycles/{cycle_id}/determinations",
    summary="记录县委确定",
    status_code=201,
    responses=web.problems(
        StrikeInvalid,
        MeetingInFuture,
        CycleNotOpen,
        CyclePaused,
        NothingToSettle,
        RefillNotNext,
        RefillTooEarly,
        Forbidden,
        OutOfScope,
        NotFound,
    ),
)
async def record_determination(
    cycle_id: UUID, new: NewDetermination, ctx: web.Ctx, response: Response, key: Key = None
) -> DeterminationView:
    """记录会议及其决定：可以去除星或名单并写明理由，不能提高得分；须由另一人确认后生效。"""
    found = await determinations.record(ctx, cycle_id, new)
    web.etag(response, found.version)
    return DeterminationView.of(found)


@router.get(
    "/cycles/{cycle_id}/determinations",
    summary="查询县委确定",
    responses=web.problems(NotFound, Forbidden),
)
async def list_determinations(cycle_id: UUID, ctx: web.Ctx) -> list[DeterminationView]:
    """本周期的全部会议记录，旧的在前。"""
    return [DeterminationView.of(each) for each in await determinations.of_cycle(ctx, cycle_id)]


@router.get(
    "/determinations/{determination_id}",
    summary="查看县委确定",
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def get_determination(
    determination_id: UUID, ctx: web.Ctx, response: Response
) -> DeterminationView:
    """一次会议的记录和办理状态。"""
    found = await determinations.find(ctx, determination_id)
    web.etag(response, found.version)
    return DeterminationView.of(found)


@router.post(
    "/determinations/{determination_id}/reject",
    summary="退回县委确定记录",
    responses=web.problems(IllegalTransition, Forbidden, OutOfScope),
)
async def reject_determination(
    determination_id: UUID, body: Reason, ctx: web.Ctx, key: Key = None
) -> DeterminationView:
    """记录有误时说明理由退回，之后可以重新记录。"""
    return DeterminationView.of(await determinations.reject(ctx, determination_id, body.reason))


@router.post(
    "/determinations/{determination_id}/confirm",
    summary="确认县委确定",
    responses=web.problems(
        OwnDetermination,
        ClearanceMissing,
        FactsMissing,
        FactsUnfit,
        IllegalTransition,
        RefillNotNext,
        RefillTooEarly,
        CyclePaused,
        OutOfScope,
        Unavailable,
    ),
)
async def confirm_determination(
    determination_id: UUID, ctx: web.Ctx, key: Key = None
) -> DeterminationView:
    """由县委的另一人确认：冻结全部数据，算出结果，通知起草公示；联审未答复完毕的不能确认。"""
    return DeterminationView.of(await determinations.confirm(ctx, determination_id))


@router.get(
    "/cycles/{cycle_id}/refills",
    summary="查询递补",
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def list_refills(cycle_id: UUID, ctx: web.Ctx) -> list[RefillView]:
    """异议成立后空出的名额：谁退出、按方案次序由谁递补、办到哪一步；旧的在前。"""
    policy, found, known = await determinations.refills(ctx, cycle_id)
    return [RefillView.of(policy, each, known) for each in found]


@router.get(
    "/cycles/{cycle_id}/results",
    summary="查询结果",
    responses=web.problems(ResultsNotReady, NotFound, Forbidden),
)
async def list_results(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    level: Annotated[int | None, Query(ge=0, le=20, description="星级，0为无星")] = None,
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
    state: Annotated[ResultState | None, Query(description="只看这个状态")] = None,
    missed: Annotated[str | None, Query(max_length=64, description="申报了却没有这颗星")] = None,
    awaiting_confirmation: Annotated[bool | None, Query(description="未申报待确认")] = None,
) -> Page[ResultView]:
    """管辖范围内的结果：村看本村，乡镇看本乡镇，县级看全县。"""
    filters: dict[str, Any] = {
        "level": level,
        "township_id": township_id,
        "state": state,
        "missed": missed,
        "awaiting_confirmation": awaiting_confirmation,
    }
    return await _page(ctx, cycle_id, paging, filters)


@router.get(
    "/cycles/{cycle_id}/missed",
    summary="查询差在哪里",
    responses=web.problems(ResultsNotReady, NotFound, Forbidden),
)
async def list_missed(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    star: Annotated[str | None, Query(max_length=64, description="只看这颗星")] = None,
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
) -> Page[MissedView]:
    """谁申报了却没有得到哪颗星，依据哪一条，差多少分。"""
    filters = {"missed": star, "any_missed": True, "township_id": township_id}
    after = paging.after_id()
    policy, found = await usecases.page(ctx, cycle_id, filters, after, paging.limit)
    total = await usecases.count(ctx, cycle_id, filters) if paging.total else None
    views = [MissedView.of(policy, each, star) for each in found]
    return page(views, paging.limit, [[str(each.organization_id)] for each in found], total)


@router.get("/results/{result_id}", summary="查看结果", responses=web.problems(NotFound, Forbidden))
async def get_result(result_id: UUID, ctx: web.Ctx, response: Response) -> ResultView:
    """一个支部的结果，含没有得到的星及其原因。"""
    policy, found = await usecases.find(ctx, result_id)
    web.etag(response, found.version)
    return ResultView.of(policy, found)


@router.post(
    "/results/{result_id}/confirm-not-applied",
    summary="确认未申报",
    responses=web.problems(NotAwaitingConfirmation, NotFound, Forbidden),
)
async def confirm_not_applied(
    result_id: UUID,
    body: Annotated[Reason, Body(examples=[{"reason": "已电话核实，该支部放弃申报"}])],
    ctx: web.Ctx,
    key: Key = None,
) -> ResultView:
    """组织部确认该支部确实没有申报；确认以后才影响报酬。"""
    return ResultView.of(*await usecases.confirm_not_applied(ctx, result_id, body.reason))


@router.get(
    "/cycles/{cycle_id}/summary",
    summary="结果汇总",
    responses=web.problems(ResultsNotReady, NotFound, Forbidden),
)
async def get_summary(cycle_id: UUID, ctx: web.Ctx) -> SummaryView:
    """各星级、各颗星有多少支部，含无星、未申报和未参评。"""
    return SummaryView.of(cycle_id, *await usecases.tally(ctx, cycle_id))


@router.get(
    "/cycles/{cycle_id}/rankings",
    summary="名次表",
    response_class=Response,
    responses={
        200: {"model": RankingView, "description": "从第一名起"},
        304: {"description": "没有变化"},
        **web.problems(ResultsNotReady, Forbidden),
    },
)
async def get_rankings(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    scope: Annotated[Literal["county", "township"], Query(description="全县或一个乡镇")] = "county",
    township_id: Annotated[UUID | None, Query(description="scope=township 时必填")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """全县或本乡镇的名次，成绩相同的名次相同；带 ETag，没有变化时答 304。"""
    start = max(paging.after_number() or 0, 0)
    of_township = None if scope == "county" else township_id or cycle_id
    found = await usecases.ranking(ctx, cycle_id, of_township, start, paging.limit)
    tag = {"ETag": f'"{found.etag}"', "Cache-Control": "private, no-cache"}
    if if_none_match == tag["ETag"]:
        return Response(status_code=304, headers=tag)
    more = start + paging.limit < found.size
    cursor = f'"{encode([str(start + paging.limit)])}"' if more else "null"
    body = (
        f'{{"cycle_id":"{cycle_id}","scope":"{scope}","scope_id":"{found.scope_id}",'
        f'"total":{found.size},"items":[{found.items}],"next_cursor":{cursor}}}'
    )
    return Response(body.encode(), media_type="application/json", headers=tag)


@router.get(
    "/cycles/{cycle_id}/snapshot",
    summary="下载冻结的数据",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {}}, "description": "规范字节，散列值即 ETag"},
        **web.problems(ResultsNotReady, NotFound, Forbidden),
    },
)
async def get_snapshot(
    cycle_id: UUID,
    ctx: web.Ctx,
    determination_id: Annotated[UUID | None, Query(description="不填为最近一次确定")] = None,
) -> Response:
    """确定时冻结的全部数据；与方案一起可以重新算出每一个结果。"""
    found = await usecases.snapshot(ctx, cycle_id, determination_id)
    tag = {"ETag": f'"{found.hash}"'}
    return Response(found.content, media_type="application/json", headers=tag)


@router.post(
    "/cycles/{cycle_id}/replay",
    summary="重算核对",
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def replay_cycle(cycle_id: UUID, ctx: web.Ctx, key: Key = None) -> ReplayView:
    """用冻结的数据和方案重新计算，与保存的逐字节比对；有任何不同即告警。"""
    return ReplayView.of(cycle_id, await replays.replay_on_request(ctx, cycle_id))


@router.get("/alarms", summary="查询告警", responses=web.problems(Forbidden))
async def list_alarms(
    ctx: web.Ctx,
    paging: PagingQuery,
    cycle_id: Annotated[UUID | None, Query(description="只看这个周期")] = None,
) -> Page[AlarmView]:
    """重算核对发现的不同，新的在前。"""
    found = await replays.page_of_alarms(ctx, cycle_id, paging.after_id(), paging.limit)
    return page([AlarmView.of(each) for each in found], paging.limit, [[str(x.id)] for x in found])


async def _page(
    ctx: web.Ctx, cycle_id: UUID, paging: PagingQuery, filters: dict[str, Any]
) -> Page[ResultView]:
    after = paging.after_id()
    policy, found = await usecases.page(ctx, cycle_id, filters, after, paging.limit)
    total = await usecases.count(ctx, cycle_id, filters) if paging.total else None
    keys = [[str(each.organization_id)] for each in found]
    return page([ResultView.of(policy, each) for each in found], paging.limit, keys, total)
