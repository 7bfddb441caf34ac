"""What the clock does to cycles."""

from services.scoring.cycles import usecases
from shared.context import Context


async def sweep_pauses(ctx: Context) -> None:
    """End the pauses whose last day has passed."""
    await usecases.end_pauses(ctx)
