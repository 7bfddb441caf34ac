"""Rhythm checks and exemptions over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.life.domain.exemptions import ExemptionEnded, ExemptionUnknown
from services.registry.life.schemas.exemptions import ExemptionDraft, ExemptionEnd, ExemptionView
from services.registry.life.schemas.reports import ReportView, SummaryView, TotalView
from services.registry.life.usecases import exempting, reporting
from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

rhythm = web.router("/life-rhythm", "组织生活")
exemptions = web.router("/life-exemptions", "组织生活")
_DENIED = (NotSignedIn, Forbidden, OutOfScope, OrganizationUnknown)
Under = Annotated[UUID, Query(description="该组织及其全部下级")]
Since = Annotated[date, Query(description="首日，含当日")]
Until = Annotated[date | None, Query(description="末日，含当日；默认今天")]


@rhythm.get("", summary="按期检查：逐个支部", responses=web.problems(*_DENIED, DatesInvalid))
async def read_rhythms(
    ctx: web.Ctx, paging: PagingQuery, under: Under, since: Since, until: Until = None
) -> Page[ReportView]:
    """三会一课、主题党日等应开几次、开了几次、缺哪些月和季；不足整月整季的不算应开。"""
    after = paging.after(1)
    question = reporting.Question(under, since, until)
    rows = await reporting.read_rhythms(ctx, question, after[0] if after else None, paging.limit)
    keys = [[row.organization.path] for row in rows]
    return page([ReportView.of(row) for row in rows], paging.limit, keys)


@rhythm.get(
    "/summary",
    summary="按期检查：乡镇和县的合计",
    responses=web.problems(*_DENIED, DatesInvalid),
)
async def read_rhythm_summary(
    ctx: web.Ctx, under: Under, since: Since, until: Until = None
) -> SummaryView:
    """所查组织的合计在前，其下各乡镇随后；没有支部的不列。"""
    question = reporting.Question(under, since, until)
    return SummaryView(
        items=[TotalView.of(row) for row in await reporting.read_summary(ctx, question)]
    )


@exemptions.post(
    "",
    summary="登记一项免开",
    status_code=201,
    responses=web.problems(*_DENIED, DatesInvalid),
)
async def exempt_life(
    ctx: web.Ctx, body: ExemptionDraft, key: web.IdempotencyKey = None
) -> ExemptionView:
    """没有党小组或不设支委会的支部，相应会议不算应开；由乡镇或组织部登记。"""
    draft = exempting.Draft(**body.model_dump())
    return ExemptionView.model_validate(await exempting.exempt(ctx, draft))


@exemptions.get("", summary="查询免开", responses=web.problems(*_DENIED))
async def list_exemptions(ctx: web.Ctx, paging: PagingQuery, under: Under) -> Page[ExemptionView]:
    """已结束的也在内。"""
    rows = await exempting.list_exemptions(ctx, under, paging.after_id(), paging.limit)
    views = [ExemptionView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@exemptions.post(
    "/{exemption_id}/end",
    summary="结束一项免开",
    responses=web.problems(*_DENIED, ExemptionUnknown, ExemptionEnded, DatesInvalid),
)
async def end_exemption(
    ctx: web.Ctx, exemption_id: UUID, body: ExemptionEnd, key: web.IdempotencyKey = None
) -> ExemptionView:
    """valid_until 为最后一日。"""
    changed = await exempting.end(ctx, exemption_id, body.valid_until)
    return ExemptionView.model_validate(changed)
