"""Who stepped aside at an election, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.people.schemas.asides import KeptPayView
from services.registry.people.usecases import asides
from shared import web
from shared.errors import Forbidden, Invalid, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = web.router("/stepped-aside", "换届选举")


Under = Annotated[UUID | None, Query(description="该组织及其全部下级；默认您管辖的全部")]


@router.get(
    "",
    summary="查询换届后转任其他职务的原书记",
    responses=web.problems(NotSignedIn, Forbidden, OutOfScope, OrganizationUnknown),
)
async def list_stepped_aside(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Under = None,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
) -> Page[KeptPayView]:
    """换届时不再任书记、所查日期仍任其他两委职务的，本届内；又任书记或离任的不列。"""
    rows = await asides.list_stepped_aside(ctx, under, as_of, _after(paging), paging.limit)
    views = [KeptPayView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(v.election_id), str(v.person_id)] for v in views])


def _after(paging: PagingQuery) -> tuple[UUID, UUID] | None:
    key = paging.after(2)
    try:
        return None if key is None else (UUID(key[0]), UUID(key[1]))
    except ValueError:
        raise Invalid(
            "游标无效，请从第一页重新查询（去掉 cursor 参数）。",
            "This cursor is not valid: start again without `cursor`.",
        ) from None
