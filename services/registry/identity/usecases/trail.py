"""Reading the audit trail."""

from typing import Any
from uuid import UUID

from services.registry.identity.store import audit
from services.registry.organizations.domain.scope import sight_of
from shared.caller import Role
from shared.context import Context

Wanted = audit.Filter
READERS = (Role.AUDIT_ADMINISTRATOR, Role.INSPECTOR)


async def read_trail(
    ctx: Context, wanted: Wanted, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return up to `limit + 1` entries of the caller's part of the tree, newest first."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        sight = sight_of(ctx.caller, *READERS)
        return await audit.listed(work.session, sight, wanted, before, limit)
