"""Follow the change feed."""

from services.registry.organizations import store
from services.registry.organizations.domain import scope
from services.registry.organizations.domain.tree import Change
from services.registry.organizations.store import feed
from services.registry.organizations.usecases.holding import hold
from shared.context import Context


async def follow(ctx: Context, after: int, limit: int) -> list[Change]:
    """Return the next entries of the change feed within the caller's part of the tree.

    What has begun to hold by its date since the feed was last read is told first.
    """
    async with ctx.read() as work:
        settled = await feed.is_settled(work.session, work.moment.today)
    if not settled:
        async with ctx.work() as work:
            await hold(work)
    async with ctx.read() as work:
        reach = await store.reach(work.session, scope.sight_of(ctx.caller))
        return await feed.changes(work.session, reach, after, limit)
