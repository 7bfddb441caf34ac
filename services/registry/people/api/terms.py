"""Terms over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from services.registry.people.domain.terms import TermEnded, TermsRejected, TermUnknown
from services.registry.people.schemas.terms import (
    TermDraft,
    TermEnd,
    TermsDraft,
    TermsView,
    TermView,
)
from services.registry.people.usecases import terms as usecases
from shared import web
from shared.contracts.registry import Post
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

terms = web.router("/terms", "人员与任期")


_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@terms.post(
    "",
    summary="登记一个任期",
    status_code=201,
    responses=web.problems(*_DENIED, TermsRejected),
)
async def enter_term(
    ctx: web.Ctx, body: TermDraft, response: Response, key: web.IdempotencyKey = None
) -> TermView:
    """同一组织不能同时有两名书记；同一人可以兼任不同职务。"""
    draft = usecases.TermDraft(**body.model_dump())
    made = (await usecases.enter_terms(ctx, [draft], "/body"))[0]
    web.etag(response, made.version)
    return TermView.model_validate(made)


@terms.post(
    "/bulk",
    summary="成批登记任期（不超过 5000 个）",
    status_code=201,
    responses=web.problems(*_DENIED, TermsRejected),
)
async def enter_terms(ctx: web.Ctx, body: TermsDraft, key: web.IdempotencyKey = None) -> TermsView:
    """全部登记或全部不登记；所有错误一次列出。"""
    drafts = [usecases.TermDraft(**item.model_dump()) for item in body.items]
    made = await usecases.enter_terms(ctx, drafts)
    return TermsView(items=[TermView.model_validate(term) for term in made])


@terms.get("", summary="查询任期", responses=web.problems(NotSignedIn, OrganizationUnknown))
async def list_terms(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    as_of: Annotated[date | None, Query(description="当日在任的；不填则返回全部")] = None,
    person_id: Annotated[UUID | None, Query(description="某人的全部任期")] = None,
    post: Post | None = None,
) -> Page[TermView]:
    """只返回您管辖范围内的任期。"""
    wanted = usecases.Wanted(as_of, under, person_id, post)
    rows, total = await usecases.list_terms(
        ctx, wanted, paging.after_id(), paging.limit, total=paging.total
    )
    views = [TermView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views], total)


@terms.post(
    "/{term_id}/end",
    summary="结束一个任期",
    responses=web.problems(*_DENIED, TermUnknown, TermEnded, DatesInvalid),
)
async def end_term(
    ctx: web.Ctx, term_id: UUID, body: TermEnd, key: web.IdempotencyKey = None
) -> TermView:
    """ends_on 为最后一日。"""
    return TermView.model_validate(await usecases.end_term(ctx, term_id, body.ends_on))
