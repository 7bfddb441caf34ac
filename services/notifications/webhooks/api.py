"""HTTP: subscriptions of other platforms to public facts."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from pydantic import AwareDatetime

from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.webhooks.domain.addresses import AddressRefused
from services.notifications.webhooks.domain.subscription import (
    NoSuchWebhook,
    NoSuchWebhookDelivery,
    NotACounty,
    WebhookInactive,
)
from services.notifications.webhooks.schemas import (
    AttemptOut,
    LogOut,
    Replayed,
    WebhookChange,
    WebhookDeliveryOut,
    WebhookIn,
    WebhookOut,
    WithSecret,
)
from services.notifications.webhooks.usecases import log, subscriptions
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery
from shared.transitions import IllegalTransition

TAG = {
    "name": "推送",
    "description": "把公开事实推送给其他平台（Standard Webhooks 签名）；平台账号管自己的订阅",
}


class OnceRoute(web.KeyedRoute):
    """Shows a secret in the answer without storing it with the Idempotency-Key.

    The handler leaves the secret on the request; it is put in after the answer was stored.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the keyed route once more."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            response = await handle(request)
            secret = getattr(request.state, "secret", None)
            if secret is not None:
                response.body = orjson.dumps(orjson.loads(response.body) | {"secret": secret})
                response.headers["content-length"] = str(len(response.body))
                response.headers["cache-control"] = "no-store"
            return response

        return once


router = web.router("/webhooks", "推送")
router.route_class = OnceRoute
_SIGNED_IN = (NotSignedIn, Forbidden)
_ONE = (*_SIGNED_IN, NoSuchWebhook)
_SWITCH = web.problems(*_ONE, IllegalTransition)


@router.post(
    "",
    summary="新建订阅",
    status_code=201,
    responses=web.problems(*_SIGNED_IN, OutOfScope, AddressRefused, NotACounty),
)
async def create_webhook(
    new: WebhookIn,
    request: Request,
    response: Response,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> WithSecret:
    """密钥 whsec_… 只在这次答复中显示。每次推送以 webhook-id、-timestamp、-signature 头签名。"""
    webhook, request.state.secret = await subscriptions.create(
        ctx, new.county_id, new.url, new.description, new.types
    )
    web.etag(response, webhook.version)
    return WithSecret(webhook=WebhookOut.of(webhook))


@router.get("", summary="查询订阅", responses=web.problems(*_SIGNED_IN))
async def list_webhooks(ctx: web.Ctx, paging: PagingQuery) -> Page[WebhookOut]:
    """平台账号只见自己的订阅，系统管理员见所辖各县的订阅。"""
    found = await subscriptions.search(ctx, paging)
    items = [WebhookOut.of(each) for each in found.items]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get("/{webhook_id}", summary="查看订阅", responses=web.problems(*_ONE))
async def get_webhook(webhook_id: UUID, response: Response, ctx: web.Ctx) -> WebhookOut:
    """答复带 ETag，修改和删除时放在 If-Match 头中。"""
    webhook = await subscriptions.find(ctx, webhook_id)
    web.etag(response, webhook.version)
    return WebhookOut.of(webhook)


@router.patch(
    "/{webhook_id}",
    summary="修改订阅",
    responses=web.problems(*_ONE, AddressRefused, PreconditionRequired, Stale),
)
async def change_webhook(
    webhook_id: UUID,
    change: WebhookChange,
    version: web.IfMatch,
    response: Response,
    ctx: web.Ctx,
) -> WebhookOut:
    """只改给出的字段。"""
    webhook = await subscriptions.change(ctx, webhook_id, version, change.changes)
    web.etag(response, webhook.version)
    return WebhookOut.of(webhook)


@router.delete(
    "/{webhook_id}",
    summary="删除订阅",
    status_code=204,
    responses=web.problems(*_ONE, PreconditionRequired, Stale),
)
async def delete_webhook(webhook_id: UUID, version: web.IfMatch, ctx: web.Ctx) -> None:
    """不再推送；推送日志保留。"""
    await subscriptions.delete(ctx, webhook_id, version)


@router.post("/{webhook_id}/disable", summary="停用订阅", responses=_SWITCH)
async def disable_webhook(
    webhook_id: UUID, ctx: web.Ctx, key: web.IdempotencyKey = None
) -> WebhookOut:
    """停用期间不推送，已排队的保留。"""
    return WebhookOut.of(await subscriptions.switch(ctx, webhook_id, "disable"))


@router.post("/{webhook_id}/enable", summary="启用订阅", responses=_SWITCH)
async def enable_webhook(
    webhook_id: UUID, ctx: web.Ctx, key: web.IdempotencyKey = None
) -> WebhookOut:
    """继续推送已排队的；停用期间错过的用 replay 补发。"""
    return WebhookOut.of(await subscriptions.switch(ctx, webhook_id, "enable"))


@router.post("/{webhook_id}/rotate-secret", summary="更换密钥", responses=web.problems(*_ONE))
async def rotate_webhook_secret(
    webhook_id: UUID,
    request: Request,
    response: Response,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> WithSecret:
    """24 小时内新旧密钥同时签名，便于接收方平稳切换。"""
    webhook, request.state.secret = await subscriptions.rotate(ctx, webhook_id)
    web.etag(response, webhook.version)
    return WithSecret(webhook=WebhookOut.of(webhook))


@router.post(
    "/{webhook_id}/ping",
    summary="发送测试消息",
    status_code=202,
    responses=web.problems(*_ONE, WebhookInactive),
)
async def ping_webhook(
    webhook_id: UUID, ctx: web.Ctx, key: web.IdempotencyKey = None
) -> WebhookDeliveryOut:
    """类型为 webhook.ping；结果在推送日志中查看。"""
    return WebhookDeliveryOut.of(await log.ping(ctx, webhook_id))


@router.post(
    "/{webhook_id}/replay",
    summary="补发",
    status_code=202,
    responses=web.problems(*_ONE, WebhookInactive),
)
async def replay_webhook(
    webhook_id: UUID,
    ctx: web.Ctx,
    since: Annotated[
        AwareDatetime,
        Query(description="从何时起（实际时间）", examples=["2026-05-11T00:00:00+08:00"]),
    ],
    key: web.IdempotencyKey = None,
) -> Replayed:
    """把此后的全部事件重新推送一遍，webhook-id 不变，接收方可据此去重。"""
    return Replayed(events=await log.replay(ctx, webhook_id, since))


@router.get("/{webhook_id}/deliveries", summary="推送日志", responses=web.problems(*_ONE))
async def list_webhook_deliveries(
    webhook_id: UUID,
    ctx: web.Ctx,
    paging: PagingQuery,
    state: Annotated[DeliveryState | None, Query(description="状态")] = None,
) -> Page[WebhookDeliveryOut]:
    """新的在前。"""
    found = await log.search(ctx, webhook_id, state, paging)
    items = [WebhookDeliveryOut.of(each) for each in found.items]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get(
    "/{webhook_id}/deliveries/{delivery_id}",
    summary="查看一次推送",
    responses=web.problems(*_ONE, NoSuchWebhookDelivery),
)
async def get_webhook_delivery(webhook_id: UUID, delivery_id: UUID, ctx: web.Ctx) -> LogOut:
    """含每次尝试的状态码、用时和对方答复（截取前 1000 字）。"""
    found, attempts = await log.find(ctx, webhook_id, delivery_id)
    return LogOut(
        delivery=WebhookDeliveryOut.of(found),
        attempts=[AttemptOut.of(each) for each in attempts],
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retry",
    summary="重新推送",
    responses=web.problems(*_ONE, NoSuchWebhookDelivery, WebhookInactive, IllegalTransition),
)
async def retry_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, ctx: web.Ctx, key: web.IdempotencyKey = None
) -> WebhookDeliveryOut:
    """失败或已停止的推送重新排队，次数从头计算。"""
    return WebhookDeliveryOut.of(await log.retry(ctx, webhook_id, delivery_id))
