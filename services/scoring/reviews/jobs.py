"""What the clock does to recommendations and reviews."""

from services.scoring.reviews.usecases import stages
from shared.context import Context


async def sweep_reviews(ctx: Context) -> None:
    """Extend, replace or end what is late, and move each cycle on where all is closed."""
    await stages.sweep(ctx)
