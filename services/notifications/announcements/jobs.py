"""What the worker does for announcements."""

from services.notifications.announcements import usecases
from shared.context import Context


async def follow_calendar(ctx: Context) -> None:
    """Let running periods follow the working days known now."""
    await usecases.follow_calendar(ctx)
