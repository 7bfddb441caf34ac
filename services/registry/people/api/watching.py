"""Terms that end soon and vacant posts over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.people.domain.endings import MOST_DAYS
from services.registry.people.domain.vacancies import MOST_MONTHS
from services.registry.people.schemas.watching import EndingView, VacancyView
from services.registry.people.usecases import watching
from shared import web
from shared.contracts.registry import OrganizationKind, Tier
from shared.errors import Forbidden, Invalid, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

endings = web.router("/terms", "人员与任期")


vacancies = web.router("/vacancies", "人员与任期")


Under = Annotated[UUID | None, Query(description="该组织及其全部下级；默认您管辖的全部")]


@endings.get(
    "/ending",
    summary="查询即将届满的任期和班子",
    responses=web.problems(NotSignedIn, Forbidden, OutOfScope, OrganizationUnknown),
)
async def list_endings(
    ctx: web.Ctx,
    paging: PagingQuery,
    within_days: Annotated[
        int | None,
        Query(ge=0, le=MOST_DAYS, description="从今天起多少天内；默认为提醒设置的天数"),
    ] = None,
    under: Under = None,
) -> Page[EndingView]:
    """先届满的在前；已登记下一任期或已换届的不再列出。"""
    rows = await watching.list_endings(ctx, within_days, under, _after(paging), paging.limit)
    views = [EndingView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.ends_on), str(view.id)] for view in views])


def _after(paging: PagingQuery) -> tuple[date, UUID] | None:
    key = paging.after(2)
    try:
        return None if key is None else (date.fromisoformat(key[0]), UUID(key[1]))
    except ValueError:
        raise Invalid(
            "游标无效，请从第一页重新查询（去掉 cursor 参数）。",
            "This cursor is not valid: start again without `cursor`.",
        ) from None


@vacancies.get(
    "",
    summary="查询空缺的职务",
    responses=web.problems(NotSignedIn, OrganizationUnknown),
)
async def list_vacancies(
    ctx: web.Ctx,
    paging: PagingQuery,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    months: Annotated[
        int | None, Query(ge=0, le=MOST_MONTHS, description="空缺超过多少个月；默认 3 个月")
    ] = None,
    under: Under = None,
    tier: Tier | None = None,
    kind: OrganizationKind | None = None,
) -> Page[VacancyView]:
    """应配书记而没有人在任的组织，附空缺起始日和最后一任；超过即满月后的次日起算。"""
    wanted = watching.Vacant(as_of, months, under, tier, kind)
    rows = await watching.list_vacancies(ctx, wanted, paging.after(2), paging.limit)
    views = [VacancyView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[row.path, row.post.value] for row in rows])
