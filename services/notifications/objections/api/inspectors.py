"""The inspectors' desk: entering, checking, findings, clues; and who is held."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.notifications.announcements.schemas import Reason
from services.notifications.objections import usecases
from services.notifications.objections.api.public import TAG
from services.notifications.objections.domain.finding import (
    BranchNotHeard,
    FindingInvalid,
    SecondInspectorRequired,
)
from services.notifications.objections.domain.objection import (
    AlreadyOnNotice,
    NotOnNotice,
    ObjectionIncomplete,
    OnlyOmissions,
    StarNotOnNotice,
    State,
)
from services.notifications.objections.schemas import (
    Acceptance,
    CaseView,
    ClueView,
    DecisionInput,
    DeskInput,
    DossierView,
    FindingView,
    HoldView,
    InquiryInput,
    InquiryView,
    ObjectionSummary,
    ReceiptView,
)
from shared import web
from shared.errors import Conflict, Forbidden, NotFound, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

router = web.router("", TAG["name"])
_READ = web.problems(NotSignedIn, Forbidden, NotFound)
_ENTER = web.problems(
    NotSignedIn,
    Forbidden,
    OutOfScope,
    NotFound,
    ObjectionIncomplete,
    NotOnNotice,
    AlreadyOnNotice,
    StarNotOnNotice,
)
_ACT = web.problems(NotSignedIn, Forbidden, OutOfScope, NotFound, IllegalTransition)


@router.post(
    "/announcements/{announcement_id}/objections/desk",
    summary="登记来电、来信、来访",
    status_code=201,
    responses=_ENTER,
)
async def enter_at_desk(
    announcement_id: UUID,
    entry: DeskInput,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> ReceiptView:
    """由本县纪委监委登记；期限以收到日期为准，逾期或公示已办结的登记为问题线索（kind=clue）。"""
    receipt = await usecases.enter_at_desk(
        ctx, announcement_id, entry.claim(), entry.channel, entry.received_on
    )
    return ReceiptView(**vars(receipt))


@router.get("/announcements/{announcement_id}/holds", summary="暂缓生效的党组织", responses=_READ)
async def holds(announcement_id: UUID, ctx: web.Ctx) -> list[HoldView]:
    """有未办结异议的党组织；不透露异议内容。组织部、县委和纪委监委可查。"""
    found = await usecases.holds(ctx, announcement_id)
    return [HoldView(organization_id=each, name=name) for each, name in found]


@router.get("/objections", summary="异议列表", responses=_READ)
async def objections(
    ctx: web.Ctx,
    paging: PagingQuery,
    announcement_id: UUID | None = None,
    state: Annotated[State | None, Query(description="只看某一状态")] = None,
) -> Page[ObjectionSummary]:
    """本县的异议；仅纪委监委可查，不含反映内容。"""
    last = paging.after_id()
    found = await usecases.listing(ctx, last, paging.limit + 1, announcement_id, state)
    keys = [[str(each.id)] for each in found]
    return page([ObjectionSummary.summary(each) for each in found], paging.limit, keys)


@router.get("/objections/{objection_id}", summary="异议详情", responses=_READ)
async def objection(objection_id: UUID, ctx: web.Ctx) -> DossierView:
    """含反映内容和反映人；每次查看都有记录。"""
    return DossierView.whole(**vars(await usecases.dossier(ctx, objection_id)))


@router.post(
    "/objections/{objection_id}/accept",
    summary="受理",
    responses=_ACT | web.problems(OnlyOmissions),
)
async def accept_objection(
    objection_id: UUID,
    acceptance: Acceptance,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> ObjectionSummary:
    """开始核查；遗漏类异议可在此认定所指的党组织。"""
    chosen = acceptance.organization_ids
    ids = None if chosen is None else frozenset(chosen)
    return ObjectionSummary.summary(await usecases.accept(ctx, objection_id, ids))


@router.post(
    "/objections/{objection_id}/inquiries",
    summary="向被反映单位征询说明",
    status_code=201,
    responses=_ACT,
)
async def ask_branch(
    objection_id: UUID,
    inquiry: InquiryInput,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> InquiryView:
    """被反映单位只看到这里写的、经处理的内容；逾期不答复的，核查继续。"""
    asked = await usecases.ask(
        ctx, objection_id, inquiry.organization_id, inquiry.text, inquiry.working_days
    )
    return InquiryView.of(asked)


@router.post(
    "/objections/{objection_id}/finding",
    summary="起草核查结论",
    status_code=201,
    responses=web.problems(
        NotSignedIn,
        Forbidden,
        OutOfScope,
        NotFound,
        IllegalTransition,
        BranchNotHeard,
        FindingInvalid,
    ),
)
async def draft_finding(
    objection_id: UUID,
    finding: DecisionInput,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> FindingView:
    """成立、不成立或不予受理；由另一名纪检监察人员会签后生效。"""
    return FindingView.of(await usecases.draft(ctx, objection_id, finding.decision()))


@router.post(
    "/objections/{objection_id}/finding/sign",
    summary="会签核查结论",
    responses=_ACT | web.problems(SecondInspectorRequired, Forbidden, OutOfScope, Conflict),
)
async def sign_finding(
    objection_id: UUID,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> FindingView:
    """须为起草人以外的另一个人；会签后立即生效。"""
    return FindingView.of(await usecases.sign(ctx, objection_id))


@router.post(
    "/objections/{objection_id}/finding/return",
    summary="退回核查结论",
    responses=_ACT | web.problems(SecondInspectorRequired, Forbidden, OutOfScope, Conflict),
)
async def return_finding(
    objection_id: UUID,
    reason: Reason,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> FindingView:
    """由会签人退回重新核查，需说明理由。"""
    return FindingView.of(await usecases.give_back(ctx, objection_id, reason.reason))


@router.get("/clues", summary="问题线索列表", responses=_READ)
async def clues(ctx: web.Ctx, paging: PagingQuery) -> Page[CaseView]:
    """逾期反映转成的问题线索；仅本县纪委监委可查。"""
    last = paging.after_id()
    found = await usecases.clues(ctx, last, paging.limit + 1)
    return page([CaseView.of(each) for each in found], paging.limit, [[str(e.id)] for e in found])


@router.get("/clues/{clue_id}", summary="问题线索详情", responses=_READ)
async def clue(clue_id: UUID, ctx: web.Ctx) -> ClueView:
    """含反映内容和反映人；每次查看都有记录。"""
    return ClueView.whole(*await usecases.clue(ctx, clue_id))
