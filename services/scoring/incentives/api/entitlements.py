"""Certificates, entitlements, bills and proposals over HTTP."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Response

from services.scoring.incentives.domain.proposals import ProposalState, UnknownMeasure
from services.scoring.incentives.domain.settlement import EntitlementLine
from services.scoring.incentives.schemas import (
    AppraisalView,
    BillView,
    CertificatePage,
    CertificateView,
    EntitlementView,
    ProposalConfirmation,
    ProposalView,
    Reason,
    RightView,
)
from services.scoring.incentives.usecases import (
    certificates,
    proposals,
    settlements,
)
from services.scoring.kernel.grammar import Policy
from shared import printing, web
from shared.errors import Forbidden, NotFound, OutOfScope
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

router = web.router("", "挂钩")
Key = web.IdempotencyKey
_PAGES = printing.Printer(Path(__file__).parents[2] / "templates")


@router.get(
    "/results/{result_id}/certificate",
    summary="得分证明",
    response_model=CertificateView,
    responses={200: printing.PRINTABLE, **web.problems(NotFound, Forbidden)},
)
async def get_certificate(
    result_id: UUID,
    ctx: web.Ctx,
    accept: Annotated[str, Header(include_in_schema=False)] = "application/json",
) -> Response | CertificateView:
    """从方案条款到金额，每个数字的由来；村看本村，乡镇看本乡镇，县级看全县。"""
    found = await certificates.explain(ctx, result_id)
    view = CertificateView.of(found.title, found.policy, found.result, found.certificate)
    if printing.MEDIA_TYPE not in accept:
        return view
    return _PAGES.answer("certificate.html", view=view, page=CertificatePage.of(found.policy, view))


@router.get(
    "/cycles/{cycle_id}/entitlements",
    summary="查询挂钩待遇",
    responses=web.problems(NotFound, Forbidden),
)
async def list_entitlements(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    organization_id: Annotated[UUID | None, Query(description="只看这个支部")] = None,
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
    linkage: Annotated[str | None, Query(max_length=64, description="只看这一项挂钩")] = None,
    payer: Annotated[str | None, Query(max_length=64, description="只看这个支付方")] = None,
) -> Page[EntitlementView]:
    """已生效结果带来的每一笔，含依据条款和算式；结果更正后重新计算，旧的保留备查。"""
    filters = {
        "organization_id": organization_id,
        "township_id": township_id,
        "linkage": linkage,
        "payer": payer,
    }
    found = await _lines(ctx, cycle_id, paging, filters)
    views = [EntitlementView.of(found[0], each) for each in found[1]]
    return page(views, paging.limit, _keys(found[1]))


@router.get(
    "/cycles/{cycle_id}/rights",
    summary="查询荣誉、项目和授牌资格",
    responses=web.problems(NotFound, Forbidden),
)
async def list_rights(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    linkage: Annotated[str, Query(max_length=64, description="如 honours、projects、plaque")],
    township_id: Annotated[UUID | None, Query(description="只看这个乡镇")] = None,
) -> Page[RightView]:
    """哪些支部按星级取得评先评优、项目优先或授牌的资格。"""
    found = await _lines(ctx, cycle_id, paging, {"linkage": linkage, "township_id": township_id})
    return page([RightView.of(found[0], each) for each in found[1]], paging.limit, _keys(found[1]))


@router.get(
    "/cycles/{cycle_id}/bill",
    summary="查询账单",
    responses=web.problems(NotFound, Forbidden),
)
async def get_bill(cycle_id: UUID, ctx: web.Ctx) -> BillView:
    """按支付方、按挂钩项目、按乡镇的合计（元），没有资金来源的部分单列。"""
    return BillView.of(cycle_id, *await settlements.bill(ctx, cycle_id))


@router.get(
    "/cycles/{cycle_id}/township-appraisal",
    summary="查询乡镇考核得分",
    responses=web.problems(NotFound, Forbidden),
)
async def get_township_appraisal(cycle_id: UUID, ctx: web.Ctx) -> list[AppraisalView]:
    """各乡镇所辖支部的结果计入乡镇自身考核的分值。"""
    _, found = await settlements.appraisals(ctx, cycle_id)
    return [AppraisalView.of(each) for each in found]


@router.get(
    "/cycles/{cycle_id}/rectification-proposals",
    summary="查询整顿建议",
    responses=web.problems(NotFound, Forbidden),
)
async def list_proposals(
    cycle_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    state: Annotated[ProposalState | None, Query(description="只看这个状态")] = None,
) -> Page[ProposalView]:
    """按规则提出、由组织部决定；不公示。"""
    after = paging.after_id()
    policy, found = await proposals.page(ctx, cycle_id, state, after, paging.limit)
    views = [ProposalView.of(policy, each) for each in found]
    return page(views, paging.limit, [[str(each.id)] for each in found])


@router.post(
    "/rectification-proposals/{proposal_id}/confirm",
    summary="确认列入整顿",
    responses=web.problems(UnknownMeasure, IllegalTransition, NotFound, Forbidden, OutOfScope),
)
async def confirm_proposal(
    proposal_id: UUID, body: ProposalConfirmation, ctx: web.Ctx, key: Key = None
) -> ProposalView:
    """组织部说明理由，确认全部或部分措施。"""
    found = await proposals.decide(ctx, proposal_id, body.reason, body.measures, confirmed=True)
    return ProposalView.of(*found)


@router.post(
    "/rectification-proposals/{proposal_id}/decline",
    summary="不列入整顿",
    responses=web.problems(IllegalTransition, NotFound, Forbidden, OutOfScope),
)
async def decline_proposal(
    proposal_id: UUID, body: Reason, ctx: web.Ctx, key: Key = None
) -> ProposalView:
    """组织部说明理由，不采纳建议。"""
    return ProposalView.of(*await proposals.decide(ctx, proposal_id, body.reason, confirmed=False))


async def _lines(
    ctx: web.Ctx, cycle_id: UUID, paging: PagingQuery, filters: dict[str, Any]
) -> tuple[Policy, list[EntitlementLine]]:
    return await settlements.entitlements(ctx, cycle_id, filters, paging.after_id(), paging.limit)


def _keys(lines: list[EntitlementLine]) -> list[list[str]]:
    return [[str(each.id)] for each in lines]
