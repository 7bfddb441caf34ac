"""The nightly look at money."""

from services.scoring.incentives.usecases import rechecks
from shared.context import Context


async def recheck_money(ctx: Context) -> None:
    """Recompute entitlements and registers and raise an alarm on any difference."""
    await rechecks.recheck_every_cycle(ctx)
