"""Who stepped aside at an election and goes on, within the caller's part of the tree."""

from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain.outcomes import KeptPay
from services.registry.people.store import asides
from shared.context import Context


async def list_stepped_aside(
    ctx: Context,
    under: UUID | None,
    as_of: date | None,
    after: tuple[UUID, UUID] | None,
    limit: int,
) -> list[KeptPay]:
    """Return up to `limit + 1` who stepped aside from 书记 and go on, in the caller's part."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        root = None
        if under is not None:
            root = await organizations.require_within(work.session, sight, under)
        shown = asides.Filter(
            reach=await organizations.reach(work.session, sight),
            as_of=as_of or work.moment.today,
            under=root.path if root else None,
        )
        return await asides.listed(work.session, shown, after, limit)
