"""The ledger of party life over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.life.domain.entries import EntriesRejected, EntryReplaced, EntryUnknown
from services.registry.life.domain.rhythm import Kind
from services.registry.life.schemas.entries import (
    Correction,
    EntriesDraft,
    EntriesView,
    EntryDraft,
    EntryView,
    Withdrawal,
)
from services.registry.life.usecases import correcting, entering, listing
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.pagination import Page, PagingQuery, page

router = web.router("/life-entries", "组织生活")
_DENIED = (NotSignedIn, Forbidden)


@router.post(
    "",
    summary="登记一次组织生活",
    status_code=201,
    responses=web.problems(*_DENIED, EntriesRejected),
)
async def enter_life(ctx: web.Ctx, body: EntryDraft, key: web.IdempotencyKey = None) -> EntryView:
    """会后登记；同一支部同一天的同类会议只登记一次，有误请更正原记录。"""
    draft = entering.Draft(**body.model_dump())
    return EntryView.model_validate((await entering.enter(ctx, [draft], "/body"))[0])


@router.post(
    "/bulk",
    summary="成批登记组织生活（不超过 500 次）",
    status_code=201,
    responses=web.problems(*_DENIED, EntriesRejected),
)
async def enter_lives(
    ctx: web.Ctx, body: EntriesDraft, key: web.IdempotencyKey = None
) -> EntriesView:
    """全部登记或全部不登记；所有错误一次列出。"""
    made = await entering.enter(ctx, [entering.Draft(**item.model_dump()) for item in body.items])
    return EntriesView(items=[EntryView.model_validate(entry) for entry in made])


@router.get(
    "",
    summary="查询组织生活台账",
    responses=web.problems(NotSignedIn, OrganizationUnknown),
)
async def list_life(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    kind: Kind | None = None,
    since: Annotated[date | None, Query(description="首日，含当日")] = None,
    until: Annotated[date | None, Query(description="末日，含当日")] = None,
    *,
    history: Annotated[bool, Query(description="是否包括已被更正和撤回的")] = False,
) -> Page[EntryView]:
    """后登记的在前；只返回您管辖范围内的。"""
    wanted = listing.Wanted(under, kind, since, until, history)
    rows = await listing.list_entries(ctx, wanted, paging.after_id(), paging.limit)
    views = [EntryView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.post(
    "/{entry_id}/correct",
    summary="更正一次组织生活",
    status_code=201,
    responses=web.problems(*_DENIED, EntryUnknown, EntryReplaced, EntriesRejected),
)
async def correct_life(
    ctx: web.Ctx, entry_id: UUID, body: Correction, key: web.IdempotencyKey = None
) -> EntryView:
    """新增一条取代原来的一条；原来的仍可在经过中查到。"""
    draft = correcting.Correction(**body.model_dump())
    return EntryView.model_validate(await correcting.correct(ctx, entry_id, draft))


@router.post(
    "/{entry_id}/withdraw",
    summary="撤回一次组织生活",
    status_code=201,
    responses=web.problems(*_DENIED, EntryUnknown, EntryReplaced),
)
async def withdraw_life(
    ctx: web.Ctx, entry_id: UUID, body: Withdrawal, key: web.IdempotencyKey = None
) -> EntryView:
    """会议没有召开而误登的，用撤回；须说明原因。"""
    return EntryView.model_validate(await correcting.withdraw(ctx, entry_id, body.reason))
