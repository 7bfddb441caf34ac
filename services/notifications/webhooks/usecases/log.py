"""The log of a subscription, and what people have sent again."""

from datetime import datetime
from uuid import UUID

from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.webhooks.domain import facts
from services.notifications.webhooks.domain.subscription import (
    MANAGERS,
    Attempt,
    NoSuchWebhookDelivery,
    Webhook,
    WebhookDelivery,
)
from services.notifications.webhooks.store import deliveries, subscriptions
from services.notifications.webhooks.usecases import DELIVER
from services.notifications.webhooks.usecases.subscriptions import present, sight
from shared.context import Context, Work
from shared.pagination import Page, Paging, page
from shared.tables import new_id


async def search(
    ctx: Context, webhook_id: UUID, state: DeliveryState | None, paging: Paging
) -> Page[WebhookDelivery]:
    """List a subscription's deliveries, newest first."""
    ctx.caller.require(*MANAGERS)
    before = paging.after_id()
    async with ctx.read() as work:
        present(await subscriptions.find(work.session, webhook_id, sight(ctx.caller)))
        found = await deliveries.search(work.session, webhook_id, state, before, paging.limit + 1)
    return page(found, paging.limit, [[str(each.id)] for each in found])


async def find(
    ctx: Context, webhook_id: UUID, delivery_id: UUID
) -> tuple[WebhookDelivery, list[Attempt]]:
    """Return one delivery with every attempt."""
    ctx.caller.require(*MANAGERS)
    async with ctx.read() as work:
        present(await subscriptions.find(work.session, webhook_id, sight(ctx.caller)))
        found = await _found(work, webhook_id, delivery_id)
        return found, await deliveries.attempts(work.session, delivery_id)


async def ping(ctx: Context, webhook_id: UUID) -> WebhookDelivery:
    """Queue a test message for one subscription alone."""
    async with ctx.work() as work:
        webhook = await _active(work, webhook_id)
        now = work.moment.real
        event = facts.event(new_id(), webhook.county_id, facts.PING, now, facts.ping())
        await deliveries.add_event(work.session, event)
        queued = await deliveries.queue(work.session, event.id, [webhook.id], now)
        work.wake(DELIVER)
        return await _found(work, webhook.id, queued[0])


async def replay(ctx: Context, webhook_id: UUID, since: datetime) -> int:
    """Send everything since then again, under the same ids; returns how many events."""
    async with ctx.work() as work:
        webhook = await _active(work, webhook_id)
        queued = await deliveries.replay(work.session, webhook, since, ctx.caller, work.moment.real)
        await work.audit(
            "webhook.replay",
            "webhook",
            webhook.id,
            county_id=webhook.county_id,
            after={"since": since.isoformat(), "events": queued},
        )
        work.wake(DELIVER)
        return queued


async def retry(ctx: Context, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Queue one failed or dead delivery anew."""
    async with ctx.work() as work:
        webhook = await _active(work, webhook_id)
        if not await deliveries.lock(work.session, webhook.id, delivery_id):
            raise _missing()
        await deliveries.retry(work.session, delivery_id, ctx.caller, work.moment.real)
        await work.audit(
            "webhook.retry", "webhook_delivery", delivery_id, county_id=webhook.county_id
        )
        work.wake(DELIVER)
        return await _found(work, webhook.id, delivery_id)


async def _active(work: Work, webhook_id: UUID) -> Webhook:
    work.caller.require(*MANAGERS)
    webhook = present(await subscriptions.lock(work.session, webhook_id, sight(work.caller)))
    webhook.require_active()
    return webhook


async def _found(work: Work, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    found = await deliveries.find(work.session, webhook_id, delivery_id)
    if found is None:
        raise _missing()
    return found


def _missing() -> NoSuchWebhookDelivery:
    return NoSuchWebhookDelivery(
        "此订阅没有这次推送，请核对编号。", "This webhook has no such delivery."
    )
