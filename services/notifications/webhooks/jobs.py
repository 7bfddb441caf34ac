"""The job of webhooks: woken by new events, and by cron for retries and lost workers."""

from services.notifications.webhooks.usecases import sending
from shared.context import Context


async def deliver_webhooks(ctx: Context) -> None:
    """Send what is due."""
    await sending.deliver(ctx)
