"""What the clock does to evidence."""

from services.scoring.evidence import usecases
from shared.context import Context


async def sweep_orphans(ctx: Context) -> None:
    """Remove bytes that no file refers to any more."""
    await usecases.sweep_orphans(ctx)
