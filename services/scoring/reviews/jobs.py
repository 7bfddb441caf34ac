"""What the clock does to recommendations and reviews."""

from services.scoring.reviews.usecases import reminding, stages
from shared.context import Context


async def sweep_reviews(ctx: Context) -> None:
    """Extend, replace or end what is late, and move each cycle on where all is closed."""
    await stages.sweep(ctx)


async def remind_reviewers(ctx: Context) -> None:
    """Tell townships and departments whose part is open, before its last day."""
    await reminding.remind(ctx)
