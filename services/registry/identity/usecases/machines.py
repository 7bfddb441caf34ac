"""What other machines ask for: tokens, and whom to tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.registry.identity.domain import sessions as chains
from services.registry.identity.store import users
from services.registry.identity.store.keys import KeyFolder
from shared.auth import LIFETIME
from shared.caller import Role
from shared.clock import real_now
from shared.context import Context
from shared.contracts.registry import Recipient, Token
from shared.sealing.envelope import Seal


@dataclass(frozen=True)
class MachineAccounts:
    """The secrets of the services that may sign in, by their names."""

    secrets: Mapping[str, str]


async def machine_token(ctx: Context, client_id: str, client_secret: str) -> Token:
    """Return an access token for another service of this installation."""
    accounts = ctx.port(MachineAccounts).secrets
    caller = chains.machine(accounts, client_id, client_secret)
    token = ctx.port(KeyFolder).sign(caller, real_now())
    return Token(access_token=token, expires_in=int(LIFETIME.total_seconds()))


def public_keys(ctx: Context) -> dict[str, Any]:
    """Return the keys by which anyone can check registry's tokens."""
    return ctx.port(KeyFolder).jwks()


async def recipients(
    ctx: Context, organization_ids: Iterable[UUID], roles: Iterable[str]
) -> list[Recipient]:
    """Return who holds one of the roles for exactly these organizations today."""
    ctx.caller.require(Role.SERVICE)
    async with ctx.read() as work:
        today, seal = work.moment.today, ctx.port(Seal)
        return await users.recipients(work.session, seal, organization_ids, roles, today)
