"""What is forgotten when it can matter no more."""

from datetime import timedelta

from services.registry.identity.store import outside, sessions
from shared.context import Context

KEEP = timedelta(days=30)


async def forget_old_tokens(ctx: Context) -> None:
    """Delete refresh tokens a month after their end; sessions and the trail stay."""
    async with ctx.work() as work:
        await sessions.forget(work.session, work.moment.real, KEEP)
        await outside.forget(work.session, work.moment.real)
