"""The burden meter over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.facts.schemas.burden import BurdenView
from services.registry.facts.usecases import metering
from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from shared import web
from shared.contracts.registry import Tier
from shared.errors import NotSignedIn
from shared.pagination import Page, PagingQuery, page

router = web.router("/fact-burden", "基础数据")


@router.get(
    "",
    summary="填报负担：要了多少数、其中多少已有",
    responses=web.problems(NotSignedIn, OrganizationUnknown, DatesInvalid),
)
async def read_burden(
    ctx: web.Ctx,
    paging: PagingQuery,
    since: Annotated[date, Query(description="首日，含当日")],
    until: Annotated[date, Query(description="末日，含当日")],
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    tier: Annotated[Tier | None, Query(description="按县或乡镇汇总；不填则逐个组织")] = None,
) -> Page[BurdenView]:
    """只统计您管辖范围内的组织。"""
    after = paging.after(1)
    period = metering.Period(since, until, under, tier)
    rows = await metering.read_burden(ctx, period, after[0] if after else None, paging.limit)
    views = [BurdenView.of(row) for row in rows]
    return page(views, paging.limit, [[row.path] for row in rows])
