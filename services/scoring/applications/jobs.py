"""What the clock does to applications."""

from services.scoring.applications import usecases
from shared.context import Context


async def sweep_applications(ctx: Context) -> None:
    """Let unanswered returns lapse, then end applying where its last day has passed."""
    await usecases.lapse_due(ctx)
    await usecases.close_due(ctx)


async def remind_villages(ctx: Context) -> None:
    """Tell villages that have not submitted, before their last day."""
    await usecases.remind(ctx)
