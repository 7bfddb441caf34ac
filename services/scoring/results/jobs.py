"""The sweep of steps past their last day, and the nightly replay."""

from services.scoring.results.usecases import overruns, reminding, replays
from shared.context import Context


async def sweep_determinations(ctx: Context) -> None:
    """Put off what the committee or the publisher let pass, with a finding for the inspector."""
    await overruns.overrun(ctx)


async def remind_deciders(ctx: Context) -> None:
    """Tell source offices, the committee and the publisher before their last day."""
    await reminding.remind(ctx)


async def replay_results(ctx: Context) -> None:
    """Recompute every cycle's results and raise an alarm on any difference."""
    await replays.replay_every_cycle(ctx)
