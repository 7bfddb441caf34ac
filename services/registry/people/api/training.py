"""Courses and attendance over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.training import (
    AttendanceRejected,
    Course,
    CourseAttended,
    CourseKind,
    CourseNotBegun,
    CourseUnknown,
)
from services.registry.people.schemas.training import (
    AttendanceDraft,
    AttendancesView,
    AttendanceView,
    CourseChange,
    CourseDraft,
    CourseView,
)
from services.registry.people.usecases import training
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page

courses = web.router("/courses", "教育培训")


_DENIED = (NotSignedIn, Forbidden)


_PLACE = (*_DENIED, OutOfScope, OrganizationUnknown)


def _shown(course: Course, response: Response) -> CourseView:
    web.etag(response, course.version)
    return CourseView.model_validate(course)


@courses.post(
    "",
    summary="登记一个培训班",
    status_code=201,
    responses=web.problems(*_PLACE, DatesInvalid),
)
async def enter_course(
    ctx: web.Ctx, body: CourseDraft, response: Response, key: web.IdempotencyKey = None
) -> CourseView:
    """由乡镇或组织部登记。"""
    change = training.Change(**body.model_dump(exclude={"organization_id"}))
    return _shown(await training.enter(ctx, body.organization_id, change), response)


@courses.get("", summary="查询培训班", responses=web.problems(*_PLACE))
async def list_courses(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    kind: Annotated[CourseKind | None, Query(description="培训形式")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="结束日所在的年度")] = None,
) -> Page[CourseView]:
    """只返回您管辖范围内的组织办的班。"""
    wanted = training.Wanted(under, kind, year)
    rows = await training.list_courses(ctx, wanted, paging.after_id(), paging.limit)
    views = [CourseView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@courses.get(
    "/{course_id}", summary="查看一个培训班", responses=web.problems(*_DENIED, CourseUnknown)
)
async def read_course(ctx: web.Ctx, course_id: UUID, response: Response) -> CourseView:
    """参训情况另查。"""
    return _shown(await training.read(ctx, course_id), response)


@courses.patch(
    "/{course_id}",
    summary="更正一个培训班",
    responses=web.problems(
        *_DENIED, CourseUnknown, DatesInvalid, CourseAttended, PreconditionRequired, Stale
    ),
)
async def correct_course(
    ctx: web.Ctx,
    course_id: UUID,
    body: CourseChange,
    version: web.IfMatch,
    response: Response,
) -> CourseView:
    """If-Match 为读取时的 ETag；学时不能改到少于已登记的参训学时。"""
    change = training.Change(**body.model_dump())
    return _shown(await training.correct(ctx, course_id, version, change), response)


@courses.post(
    "/{course_id}/attendance",
    summary="登记参训情况",
    responses=web.problems(*_DENIED, CourseUnknown, CourseNotBegun, AttendanceRejected),
)
async def record_attendance(
    ctx: web.Ctx, course_id: UUID, body: AttendanceDraft, key: web.IdempotencyKey = None
) -> AttendancesView:
    """全部登记或全部不登记；同一人再次登记的，以后一次为准。"""
    marks = [training.Mark(**item.model_dump()) for item in body.items]
    made = await training.record(ctx, course_id, marks)
    return AttendancesView(items=[AttendanceView.model_validate(each) for each in made])


@courses.get(
    "/{course_id}/attendance",
    summary="查看一个培训班的参训情况",
    responses=web.problems(*_DENIED, CourseUnknown),
)
async def list_attendance(
    ctx: web.Ctx, course_id: UUID, paging: PagingQuery
) -> Page[AttendanceView]:
    """缺席的学时为 0。"""
    rows = await training.list_attendance(ctx, course_id, paging.after_id(), paging.limit)
    views = [AttendanceView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.person_id)] for view in views])
