"""Reading the ledger of party life."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.life.domain.entries import Entry
from services.registry.life.domain.rhythm import Kind
from services.registry.life.store import entries as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from shared.context import Context


@dataclass(frozen=True)
class Wanted:
    """Which entries a reader asks for; replaced ones only when `history` is asked for."""

    under: UUID | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None
    history: bool = False


async def list_entries(
    ctx: Context, wanted: Wanted, before: UUID | None, limit: int
) -> list[Entry]:
    """Return up to `limit + 1` entries of the caller's part of the tree, the newest first."""
    async with ctx.read() as work:
        root = await organizations.find(work.session, wanted.under) if wanted.under else None
        shown = store.Filter(
            reach=await organizations.reach(work.session, sight_of(ctx.caller)),
            under=root.path if root else None,
            kind=wanted.kind,
            first=wanted.first,
            last=wanted.last,
            standing=not wanted.history,
        )
        return await store.listed(work.session, shown, before, limit)
