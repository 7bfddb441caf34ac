"""HTTP: the account of deliveries, for those responsible for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.notifications.channels import usecases
from services.notifications.channels.domain import NoSuchDelivery, Wanted
from services.notifications.channels.schemas import ChannelOut, DeliveryOut, EventOut, Summary
from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.messages.domain.sending import Channel
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.pagination import Page, PagingQuery
from shared.transitions import IllegalTransition

TAG = {"name": "送达", "description": "每条消息经各渠道是否送达；组织部、系统管理员和纪委监委可看"}
router = web.router("/deliveries", "送达")
channels_router = web.router("/channels", "送达")
_READ = web.problems(NotSignedIn, Forbidden)


@router.get("", summary="查询送达记录", responses=_READ)
async def list_deliveries(
    ctx: web.Ctx,
    paging: PagingQuery,
    event: Annotated[UUID | None, Query(description="事件编号（见 summary）")] = None,
    channel: Annotated[Channel | None, Query(description="渠道")] = None,
    state: Annotated[DeliveryState | None, Query(description="状态，例如 dead")] = None,
) -> Page[DeliveryOut]:
    """新的在前；只含本人管辖的县。"""
    found = await usecases.search(ctx, Wanted(event, channel, state), paging)
    items = [DeliveryOut.of(each) for each in found.items]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)


@router.get("/summary", summary="按事件汇总送达情况", responses=_READ)
async def summarize_deliveries(ctx: web.Ctx, paging: PagingQuery) -> Summary:
    """每个事件通知了多少组织、各渠道各状态多少条；totals 是全部合计。"""
    found, totals = await usecases.report(ctx, paging)
    items = [EventOut.of(each) for each in found.items]
    return Summary(items=items, next_cursor=found.next_cursor, totals=totals)


@router.post(
    "/{delivery_id}/retry",
    summary="重新发送",
    responses=web.problems(NotSignedIn, Forbidden, NoSuchDelivery, IllegalTransition),
)
async def retry_delivery(
    delivery_id: UUID,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> DeliveryOut:
    """失败或已停止的送达重新排队，次数从头计算。"""
    return DeliveryOut.of(await usecases.retry(ctx, delivery_id))


@channels_router.get("", summary="渠道是否开通", responses=_READ)
async def list_channels(ctx: web.Ctx) -> list[ChannelOut]:
    """没有配置的渠道如实显示为未开通。"""
    live = usecases.live_channels(ctx)
    return [ChannelOut.of(channel, on=on) for channel, on in live.items()]
