"""HTTP: one's own inbox."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.notifications.messages import usecases
from services.notifications.messages.domain.inbox import NoSuchMessage
from services.notifications.messages.schemas import MessageOut, Unread
from shared import web
from shared.errors import NotSignedIn
from shared.pagination import Page, PagingQuery

TAG = {"name": "消息", "description": "自己的站内消息：只能看到发给自己的"}
router = web.router("/messages", "消息")
_SIGNED_IN = web.problems(NotSignedIn)


@router.get("", summary="我的消息", responses=_SIGNED_IN)
async def list_messages(
    ctx: web.Ctx,
    paging: PagingQuery,
    unread: Annotated[bool, Query(description="只看未读")] = False,  # noqa: FBT002 -- a query flag
) -> Page[MessageOut]:
    """新的在前，只含发给本人的消息。"""
    found = await usecases.list_inbox(ctx, paging, unread=unread)
    items = [MessageOut.of(each) for each in found.items]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)


@router.get("/unread-count", summary="未读条数", responses=_SIGNED_IN)
async def count_unread_messages(ctx: web.Ctx) -> Unread:
    """本人还没有标为已读的消息条数。"""
    return Unread(unread=await usecases.count_unread(ctx))


@router.post(
    "/{message_id}/read",
    summary="标为已读",
    responses=web.problems(NotSignedIn, NoSuchMessage),
)
async def read_message(
    message_id: UUID,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> MessageOut:
    """重复标记没有影响，已读时间以第一次为准。"""
    return MessageOut.of(await usecases.read(ctx, message_id))
