"""The job's work: claim what is due, post it outside any transaction, settle and judge."""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import structlog

from services.notifications.webhooks.domain.secrets import headers
from services.notifications.webhooks.domain.subscription import (
    Reply,
    Sendable,
    Webhooks,
    WebhookState,
)
from services.notifications.webhooks.store import deliveries, subscriptions
from services.notifications.webhooks.store.subscriptions import Sight
from services.notifications.webhooks.usecases import DELIVER
from shared.clock import real_now
from shared.context import Context
from shared.sealing.envelope import Seal

# Chunks under way at a time; a slow subscriber holds up no other for long.
_AT_ONCE = 8
# Chunks of one subscriber at a time: one is being posted while the other is stored.
HANDS = 2
# A job that has sent for so long leaves the rest to the next one, well within its time-out.
_GO_ON_SECONDS = 5.0
_EVERYTHING = Sight(owner_id=None, roots=None)
_log = structlog.get_logger(__name__)


async def deliver(ctx: Context) -> None:
    """Send every due delivery; free those of workers that died."""
    port = ctx.port(Webhooks)
    async with ctx.work() as work:
        await deliveries.take_back(work.session, work.moment.real, port)
    async with ctx.read() as work:
        waiting = await deliveries.waiting(work.session, work.moment.real)
    gate = asyncio.Semaphore(_AT_ONCE)
    end = time.monotonic() + _GO_ON_SECONDS

    async def serve(webhook_id: UUID) -> bool:
        async with gate:
            return await _serve(ctx, webhook_id, end)

    if any(await asyncio.gather(*(serve(each) for each in waiting * HANDS))):
        await ctx.queue.enqueue(ctx.service, DELIVER)


async def _serve(ctx: Context, webhook_id: UUID, end: float) -> bool:
    """Serve one subscriber until nothing is due or time is up; whether more may be waiting."""
    try:
        while time.monotonic() < end:
            if not await _deliver_chunk(ctx, webhook_id):
                return False
    except Exception:  # noqa: BLE001 -- a secret sealed with another key, or whatever else
        # One subscriber that cannot be served must not hold up the others.
        _log.exception("webhook_not_served", webhook=str(webhook_id))
        return False
    return True


async def _deliver_chunk(ctx: Context, webhook_id: UUID) -> bool:
    """Claim, send and settle one chunk of one subscriber; whether to look for more."""
    port = ctx.port(Webhooks)
    async with ctx.work() as work:
        webhook = await subscriptions.find(work.session, webhook_id, _EVERYTHING)
        if webhook is None or webhook.state is not WebhookState.ACTIVE:
            return False
        secrets = webhook.secrets(ctx.port(Seal), work.moment.real)
        claimed = await deliveries.claim(work.session, webhook_id, work.moment.real, port)
    if not claimed:
        return False
    replies = await _post_all(port, webhook.url, secrets, claimed)
    await _settle(ctx, webhook_id, claimed, replies)
    return bool(replies)  # none when time was up at once


async def _post_all(
    port: Webhooks, url: str, secrets: Sequence[str], claimed: Sequence[Sendable]
) -> dict[UUID, Reply]:
    """Post a few at a time; what time does not suffice for has no reply."""
    end = time.monotonic() + port.begin_within.total_seconds()
    waiting, replies = list(reversed(claimed)), dict[UUID, Reply]()

    async def lane() -> None:
        while waiting and time.monotonic() < end:
            each = waiting.pop()
            signed = headers(each.message_id, real_now(), each.body, secrets)
            replies[each.id] = await port.poster.post(url, signed, each.body.encode())

    await asyncio.gather(*(lane() for _ in range(port.parallel)))
    return replies


async def _settle(
    ctx: Context, webhook_id: UUID, claimed: Sequence[Sendable], replies: dict[UUID, Reply]
) -> None:
    port = ctx.port(Webhooks)
    async with ctx.work() as work:
        now = work.moment.real
        await deliveries.settle(work.session, claimed, replies, now, port)
        webhook = await subscriptions.lock(work.session, webhook_id, _EVERYTHING)
        if webhook is None:  # deleted meanwhile
            return
        judged = webhook.after(list(replies.values()), now, port.patience)
        if judged == webhook:
            return
        await subscriptions.judge(work.session, judged)
        if judged.state is not webhook.state:
            await work.audit(
                "webhook.disable",
                "webhook",
                webhook_id,
                county_id=webhook.county_id,
                reason=judged.disabled_reason,
            )
            _log.warning("webhook_disabled", webhook=str(webhook_id), why=judged.disabled_reason)
