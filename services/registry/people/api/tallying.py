"""The hours of training of a year over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.people.domain.tallying import TARGET_HOURS
from services.registry.people.schemas.tallying import (
    PersonYearView,
    TrainingSummaryView,
    TrainingTotalView,
)
from services.registry.people.usecases import tallying
from shared import web
from shared.contracts.registry import Post
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

report = web.router("/training-report", "教育培训")


_DENIED = (NotSignedIn, Forbidden)


_PLACE = (*_DENIED, OutOfScope, OrganizationUnknown)


Under = Annotated[UUID, Query(description="该组织及其全部下级")]


Year = Annotated[int, Query(ge=2000, le=2100, description="年度")]


Target = Annotated[int, Query(ge=1, le=2_000, description="目标学时")]


Holding = Annotated[Post | None, Query(description="只算任这个职务的；不填则全部两委")]


@report.get("", summary="年度学时：逐人", responses=web.problems(*_PLACE))
async def read_years(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Under,
    year: Year,
    target: Target = TARGET_HOURS,
    post: Holding = None,
) -> Page[PersonYearView]:
    """任职的人（以往年度为年末任职的）当年学时与目标的比较；一学时也没有的也列出。"""
    question = tallying.Question(under, year, target, post)
    rows = await tallying.read_people(ctx, question, paging.after_id(), paging.limit)
    views = [PersonYearView.of(row) for row in rows]
    return page(views, paging.limit, [[str(view.person_id)] for view in views])


@report.get("/summary", summary="年度学时：乡镇和县的合计", responses=web.problems(*_PLACE))
async def read_training_summary(
    ctx: web.Ctx,
    under: Under,
    year: Year,
    target: Target = TARGET_HOURS,
    post: Holding = None,
) -> TrainingSummaryView:
    """达到、未达到和一学时也没有的人数；没有人任职的乡镇不列。"""
    question = tallying.Question(under, year, target, post)
    rows = await tallying.read_summary(ctx, question)
    return TrainingSummaryView(items=[TrainingTotalView.of(row) for row in rows])
