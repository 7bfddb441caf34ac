"""The nightly replay."""

from services.scoring.results.usecases import replays
from shared.context import Context


async def replay_results(ctx: Context) -> None:
    """Recompute every cycle's results and raise an alarm on any difference."""
    await replays.replay_every_cycle(ctx)
