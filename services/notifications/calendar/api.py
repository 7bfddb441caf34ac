"""Working days over HTTP; asking needs no sign-in."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.notifications.calendar import usecases
from services.notifications.calendar.domain import CalendarNoticeInvalid
from services.notifications.calendar.schemas import DayView, NoticeUpload, NoticeView, PeriodView
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.workdays import OutsideCalendar

TAG = {"name": "工作日", "description": "按国务院放假通知计算的工作日；查询无须登录"}
router = web.router("/calendar", TAG["name"])


@router.get("/period", summary="查询公示期", responses=web.problems(OutsideCalendar))
async def period(
    ctx: web.PublicCtx,
    start: Annotated[date, Query(description="发布之日", examples=["2026-05-11"])],
    working_days: Annotated[int, Query(description="工作日数")] = 5,
    first_day_counts: Annotated[bool, Query(description="发布当日是否计入")] = False,  # noqa: FBT002 -- a query parameter is named by its caller
) -> PeriodView:
    """从发布之日起算若干个工作日，答复首日、末日，以及是否暂定。"""
    found = await usecases.period(ctx, start, working_days, first_day_counts=first_day_counts)
    return PeriodView.of(found)


@router.get("/days", summary="查询全年工作日")
async def days(
    ctx: web.PublicCtx,
    year: Annotated[int, Query(ge=1, le=9999, description="年份", examples=[2026])],
) -> list[DayView]:
    """逐日给出是否工作日，以及依据的来源。"""
    return [DayView.of(day) for day in await usecases.days(ctx, year)]


@router.get("/notices", summary="查询已上传的放假通知")
async def notices(ctx: web.PublicCtx) -> list[NoticeView]:
    """新的在前；同一年份以最新一版全年通知及其后的调整为准。"""
    return [NoticeView.of(notice) for notice in await usecases.notices(ctx)]


@router.post(
    "/notices",
    summary="上传放假通知",
    status_code=201,
    responses=web.problems(CalendarNoticeInvalid, Forbidden, NotSignedIn),
)
async def upload_notice(
    upload: NoticeUpload,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> NoticeView:
    """组织部或系统管理员上传；正在进行的公示随即按新的工作日重新计算。"""
    return NoticeView.of(await usecases.upload(ctx, upload.draft()))
