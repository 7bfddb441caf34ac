"""What the clock does to cycles, and what registry is told of them."""

from services.scoring.cycles import usecases
from shared.context import Context


async def sweep_pauses(ctx: Context) -> None:
    """End the pauses whose last day has passed."""
    await usecases.end_pauses(ctx)


async def tell_demands(ctx: Context) -> None:
    """Let registry count which facts opened cycles ask for."""
    await usecases.tell_demands(ctx)
