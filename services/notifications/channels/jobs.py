"""The job of channels: woken by new messages, and by cron for retries and lost workers."""

from services.notifications.channels import usecases
from shared.context import Context


async def deliver_messages(ctx: Context) -> None:
    """Send what is due."""
    await usecases.deliver(ctx)
