"""Announcements as JSON: the desk of 组织部, and the notice for programs."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.notifications.announcements import usecases
from services.notifications.announcements.domain.announcement import (
    NoticeIncomplete,
    NoticeSettled,
)
from services.notifications.announcements.domain.wording import PersonalNumber
from services.notifications.announcements.schemas import (
    AnnouncementSummary,
    AnnouncementView,
    NoticeSummary,
    NoticeView,
    PartsPatch,
    Reason,
)
from shared import web
from shared.errors import (
    Forbidden,
    NotFound,
    NotSignedIn,
    OutOfScope,
    PreconditionRequired,
    Stale,
)
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

TAG = {"name": "公示", "description": "公示由人发布，按工作日计算期限；发布后只作更正"}
router = web.router("/announcements", TAG["name"])
_READ = web.problems(NotSignedIn, Forbidden, NotFound)
_ACT = web.problems(NotSignedIn, Forbidden, OutOfScope, NotFound, IllegalTransition)
_EDIT = web.problems(
    NotSignedIn,
    Forbidden,
    OutOfScope,
    NotFound,
    NoticeSettled,
    PersonalNumber,
    PreconditionRequired,
    Stale,
)
_PUBLISH = web.problems(
    NotSignedIn,
    Forbidden,
    OutOfScope,
    NotFound,
    IllegalTransition,
    NoticeIncomplete,
    PersonalNumber,
)


@router.get("/notices", summary="公开的公示目录")
async def public_notices(
    ctx: web.PublicCtx,
    cursor: Annotated[UUID | None, Query(description="上一页返回的 next_cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="每页条数")] = 20,
) -> Page[NoticeSummary]:
    """已发布的公示，新的在前；无须登录。"""
    found = await usecases.notices(ctx, cursor, limit + 1)
    shown = [NoticeSummary.of(each) for each in found[:limit]]
    following = str(shown[-1].id) if len(found) > limit else None
    return Page(items=shown, next_cursor=following)


@router.get("", summary="本县的公示", responses=web.problems(NotSignedIn, Forbidden))
async def announcements(ctx: web.Ctx, paging: PagingQuery) -> Page[AnnouncementSummary]:
    """含待发布的；组织部、县委和纪委监委可查。"""
    last = paging.after_id()
    found = await usecases.listing(ctx, last, paging.limit + 1)
    keys = [[str(each.id)] for each in found]
    return page([AnnouncementSummary.of(each) for each in found], paging.limit, keys)


@router.get("/{announcement_id}", summary="公示详情", responses=_READ)
async def announcement(announcement_id: UUID, ctx: web.Ctx, response: Response) -> AnnouncementView:
    """含待补全的内容和名单；ETag 用于修改。"""
    found, entries = await usecases.find(ctx, announcement_id)
    web.etag(response, found.version)
    return AnnouncementView.with_entries(found, entries)


@router.get("/{announcement_id}/notice", summary="公告全文", responses=web.problems(NotFound))
async def notice(announcement_id: UUID, ctx: web.PublicCtx) -> NoticeView:
    """公众看到的公告，供程序读取；无须登录。网页版见 `/notices/{announcement_id}`。"""
    return NoticeView.whole(await usecases.notice(ctx, announcement_id))


@router.patch("/{announcement_id}", summary="填写公告的固定内容", responses=_EDIT)
async def edit_announcement(
    announcement_id: UUID,
    patch: PartsPatch,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> AnnouncementView:
    """公示单位、依据和联系方式；发布后不能再改。"""
    found, entries = await usecases.edit(ctx, announcement_id, patch.parts(), version)
    web.etag(response, found.version)
    return AnnouncementView.with_entries(found, entries)


@router.post("/{announcement_id}/publish", summary="发布公示", responses=_PUBLISH)
async def publish_announcement(
    announcement_id: UUID,
    ctx: web.Ctx,
    response: Response,
    key: web.IdempotencyKey = None,
) -> AnnouncementView:
    """由本县组织部的人发布；当日为发布之日，公示期随即算出。"""
    found, entries = await usecases.publish(ctx, announcement_id)
    web.etag(response, found.version)
    return AnnouncementView.with_entries(found, entries)


@router.post("/{announcement_id}/withdraw", summary="撤下待发布的公示", responses=_ACT)
async def withdraw_announcement(
    announcement_id: UUID,
    reason: Reason,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> AnnouncementView:
    """发布之前可以撤下，需说明理由；可以恢复。"""
    detail = await usecases.withdraw(ctx, announcement_id, reason.reason)
    return AnnouncementView.with_entries(*detail)


@router.post("/{announcement_id}/restore", summary="恢复撤下的公示", responses=_ACT)
async def restore_announcement(
    announcement_id: UUID,
    reason: Reason,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> AnnouncementView:
    """回到待发布。"""
    detail = await usecases.restore(ctx, announcement_id, reason.reason)
    return AnnouncementView.with_entries(*detail)
