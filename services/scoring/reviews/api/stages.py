"""Worklists, sign-offs, completions, extensions and substitutions over HTTP."""

from uuid import UUID

from services.scoring.cycles.domain import CycleNotOpen, CyclePaused, NotComputable
from services.scoring.reviews.api import departments, recommendations
from services.scoring.reviews.domain.departments import (
    NotLeadDepartment,
    ReviewsRunning,
    UnknownDepartment,
)
from services.scoring.reviews.domain.recommendations import (
    ApplicationsReturned,
    RefusalNotNeeded,
    ScoringIncomplete,
)
from services.scoring.reviews.domain.stages import (
    ExtensionLimitReached,
    MembersMissing,
    NotCompetent,
    NotYetLate,
    StageClosed,
    StageKind,
    StageOverdue,
)
from services.scoring.reviews.schemas.stages import (
    ClosedView,
    ClosingView,
    DutyView,
    PartsView,
    PartView,
    SignOffBody,
    StageView,
)
from services.scoring.reviews.schemas.words import Code, WhyBody
from services.scoring.reviews.usecases import closing, stages, worklist
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "待办", "description": "现在该由我评什么、签什么、答复什么，最迟哪天"}
worklists = web.router("/cycles", TAG["name"])
townships = web.router("/cycles", recommendations.TAG["name"])
parts = web.router("/cycles", departments.TAG["name"])
Key = web.IdempotencyKey

_CLOSING = (
    ScoringIncomplete,
    NotComputable,
    MembersMissing,
    StageClosed,
    StageOverdue,
    NotCompetent,
    CycleNotOpen,
    CyclePaused,
    Forbidden,
    OutOfScope,
    NotFound,
)
_STEPPING = (IllegalTransition, CycleNotOpen, CyclePaused, Forbidden, OutOfScope, NotFound)


@worklists.get("/{cycle_id}/worklist", summary="我的待办", responses=web.problems(NotFound))
async def list_duties(cycle_id: UUID, ctx: web.Ctx, paging: PagingQuery) -> Page[DutyView]:
    """现在该由我（所在的评审组、部门或联审单位）评什么、签什么、答复什么，最迟哪天。"""
    after = paging.after(1)
    everything = await worklist.worklist(ctx, cycle_id)
    rest = [each for each in everything if after is None or each.key > after[0]]
    shown = rest[: paging.limit + 1]
    keys = [[each.key] for each in shown]
    total = len(everything) if paging.total else None
    return page([DutyView.of(each) for each in shown], paging.limit, keys, total)


@townships.get(
    "/{cycle_id}/townships", summary="各乡镇推荐进度", responses=web.problems(NotFound, Forbidden)
)
async def list_township_parts(cycle_id: UUID, ctx: web.Ctx) -> PartsView:
    """乡镇只看到本镇；组织部、县委和纪委监委看到全县。"""
    parts = await worklist.townships(ctx, cycle_id)
    return PartsView(items=[PartView.of(each) for each in parts])


@townships.post(
    "/{cycle_id}/townships/{township_id}/sign-off",
    summary="乡镇评审组签认",
    responses=web.problems(ApplicationsReturned, RefusalNotNeeded, *_CLOSING),
)
async def sign_off_township(
    cycle_id: UUID,
    township_id: UUID,
    body: SignOffBody,
    ctx: web.Ctx,
    key: Key = None,
) -> ClosingView:
    """全部申报评完后由评审组成员签认：一星、二星由乡镇决定，三星以上推荐到县。签认后不能再改。"""
    closed = await closing.sign_off(ctx, cycle_id, township_id, body.seats())
    return ClosingView.of(closed)


@townships.post(
    "/{cycle_id}/townships/{township_id}/extend",
    summary="给乡镇延期",
    responses=web.problems(ExtensionLimitReached, *_STEPPING),
)
async def extend_township(
    cycle_id: UUID,
    township_id: UUID,
    body: WhyBody,
    ctx: web.Ctx,
    key: Key = None,
) -> StageView:
    """组织部写明理由，按方案规定的工作日延期；村里不因乡镇拖延受损。"""
    party = str(township_id)
    return StageView.of(await stages.extend(ctx, cycle_id, StageKind.TOWNSHIP, party, body.reason))


@townships.post(
    "/{cycle_id}/townships/{township_id}/substitute",
    summary="由县级评审组代乡镇评分",
    responses=web.problems(NotYetLate, *_STEPPING),
)
async def substitute_township(
    cycle_id: UUID,
    township_id: UUID,
    body: WhyBody,
    ctx: web.Ctx,
    key: Key = None,
) -> StageView:
    """延期后仍未签认的，由县级评审组代评；县级评审组也未评的，以村级自评为准。"""
    party = str(township_id)
    return StageView.of(
        await stages.substitute(ctx, cycle_id, StageKind.TOWNSHIP, party, body.reason)
    )


@parts.get(
    "/{cycle_id}/departments", summary="各部门评审进度", responses=web.problems(NotFound, Forbidden)
)
async def list_department_parts(cycle_id: UUID, ctx: web.Ctx) -> PartsView:
    """部门只看到本部门；组织部、县委和纪委监委看到全部。"""
    parts = await worklist.lead_departments(ctx, cycle_id)
    return PartsView(items=[PartView.of(each) for each in parts])


@parts.post(
    "/{cycle_id}/departments/{department}/complete",
    summary="部门完成评审和抽查",
    responses=web.problems(UnknownDepartment, NotLeadDepartment, *_CLOSING),
)
async def complete_department(
    cycle_id: UUID,
    department: Code,
    body: SignOffBody,
    ctx: web.Ctx,
    key: Key = None,
) -> StageView:
    """本部门的评审和抽查全部评完后办结；各部门都办结后进入联审与县委确定。"""
    closed = await closing.complete_department(ctx, cycle_id, department, body.seats())
    return StageView.of(closed)


@parts.post(
    "/{cycle_id}/departments/{department}/extend",
    summary="给部门延期",
    responses=web.problems(UnknownDepartment, ExtensionLimitReached, *_STEPPING),
)
async def extend_department(
    cycle_id: UUID,
    department: Code,
    body: WhyBody,
    ctx: web.Ctx,
    key: Key = None,
) -> StageView:
    """组织部写明理由，按方案规定的工作日延期。"""
    return StageView.of(
        await stages.extend(ctx, cycle_id, StageKind.DEPARTMENT, department, body.reason)
    )


@parts.post(
    "/{cycle_id}/departments/{department}/substitute",
    summary="由县级评审组代部门评分",
    responses=web.problems(UnknownDepartment, NotYetLate, *_STEPPING),
)
async def substitute_department(
    cycle_id: UUID,
    department: Code,
    body: WhyBody,
    ctx: web.Ctx,
    key: Key = None,
) -> StageView:
    """延期后仍未办结的，由县级评审组代评。"""
    return StageView.of(
        await stages.substitute(ctx, cycle_id, StageKind.DEPARTMENT, department, body.reason)
    )


@parts.post(
    "/{cycle_id}/reviews/close",
    summary="终结逾期的部门评审",
    responses=web.problems(ReviewsRunning, NotComputable, *_STEPPING),
)
async def close_reviews(
    cycle_id: UUID,
    body: WhyBody,
    ctx: web.Ctx,
    key: Key = None,
) -> ClosedView:
    """延期、代评后仍没有评的，由组织部写明理由终结：最后一个有权环节的得分有效。"""
    closed = await stages.close_reviews(ctx, cycle_id, body.reason)
    return ClosedView(stages=[StageView.of(each) for each in closed])
