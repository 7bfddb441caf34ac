"""What the worker does for objections and for the end of periods."""

from services.notifications.objections import usecases
from shared.context import Context


async def sweep_announcements(ctx: Context) -> None:
    """Let silent branches' cases go on, then close the announcements whose period has ended."""
    await usecases.lapse_overdue(ctx)
    await usecases.close_ended(ctx)


async def remind_inspectors(ctx: Context) -> None:
    """Tell inspectors of cases on which nobody has acted for long."""
    await usecases.remind(ctx)
