"""Answers of the source offices over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.scoring.cycles.domain import CycleNotOpen, CyclePaused
from services.scoring.reviews.domain.answers import (
    AnswerKindWrong,
    CountWrong,
    NothingAnswered,
    NotParticipating,
    SanctionWrong,
    UnknownBottomLine,
)
from services.scoring.reviews.domain.clearances import (
    OfficeStillInTime,
    OtherOffice,
    UnknownOffice,
)
from services.scoring.reviews.domain.references import ReferenceRefused
from services.scoring.reviews.schemas.clearances import (
    ClearancesBody,
    ClearancesView,
    GapView,
    OfficeStatusView,
    OfficesView,
)
from services.scoring.reviews.schemas.words import Code
from services.scoring.reviews.usecases import clearances
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page

TAG = {"name": "联审", "description": "各联审单位逐村答复底线标准；没有答复就不能确定"}
router = web.router("/cycles", TAG["name"])


@router.get(
    "/{cycle_id}/clearances", summary="联审进度", responses=web.problems(NotFound, Forbidden)
)
async def list_offices(cycle_id: UUID, ctx: web.Ctx) -> OfficesView:
    """各单位应答复多少条、还缺多少条。"""
    found = await clearances.clearance_status(ctx, cycle_id)
    return OfficesView(items=[OfficeStatusView.of(each) for each in found])


@router.get(
    "/{cycle_id}/missing-clearances",
    summary="还没有答复的底线标准",
    responses=web.problems(NotFound, Forbidden),
)
async def list_missing_clearances(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    office: Annotated[Code | None, Query(description="只看一个单位")] = None,
) -> Page[GapView]:
    """逐村逐条列出；全部答复后列表为空，才能提请县委确定。"""
    found = await clearances.missing_clearances(ctx, cycle_id, office)
    after = paging.after(3)
    shown = [each for each in found if after is None or each[0].key > after][: paging.limit + 1]
    total = len(found) if paging.total else None
    views = [GapView.of(gap, name) for gap, name in shown]
    return page(views, paging.limit, [gap.key for gap, _ in shown], total)


@router.get(
    "/{cycle_id}/clearances/{office}",
    summary="查看一个单位的联审答复",
    responses=web.problems(NotFound, UnknownOffice, OtherOffice),
)
async def get_clearances(
    cycle_id: UUID, office: Code, ctx: web.Ctx, response: Response
) -> ClearancesView:
    """尚未答复时版本为 0，首次提交时 If-Match 填 "0"。"""
    found = await clearances.find_clearances(ctx, cycle_id, office)
    web.etag(response, found.sheet.version)
    return ClearancesView.of(found)


@router.put(
    "/{cycle_id}/clearances/{office}",
    summary="提交联审答复",
    responses=web.problems(
        UnknownOffice,
        OtherOffice,
        OfficeStillInTime,
        NothingAnswered,
        ReferenceRefused,
        NotParticipating,
        UnknownBottomLine,
        AnswerKindWrong,
        CountWrong,
        SanctionWrong,
        CycleNotOpen,
        CyclePaused,
        Forbidden,
        OutOfScope,
        NotFound,
        Stale,
        PreconditionRequired,
    ),
)
async def put_clearances(
    cycle_id: UUID,
    office: Code,
    body: ClearancesBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> ClearancesView:
    """可以分次提交；rest_none 为 true 时，其余各村各条明确答复“无”。依据只填文号或案件编号。"""
    saved = await clearances.save_clearances(ctx, cycle_id, office, version, body.given())
    web.etag(response, saved.sheet.version)
    return ClearancesView.of(saved)
