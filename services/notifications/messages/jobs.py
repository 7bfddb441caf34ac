"""Jobs of messages: woken by events, and by cron for whatever was interrupted."""

from uuid import UUID

from services.notifications.messages import usecases
from shared.context import Context


async def tell(ctx: Context, fan_out_id: str) -> None:
    """Tell the addressees of one event."""
    await usecases.tell(ctx, UUID(fan_out_id))


async def tell_waiting(ctx: Context) -> None:
    """Go on with fan-outs that were interrupted or had to wait."""
    await usecases.tell_waiting(ctx)
