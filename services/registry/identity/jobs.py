"""Jobs of identity."""

from services.registry.identity.usecases import housekeeping
from shared.context import Context


async def forget_old_tokens(ctx: Context) -> None:
    """Delete what is left of old sessions' tokens."""
    await housekeeping.forget_old_tokens(ctx)
