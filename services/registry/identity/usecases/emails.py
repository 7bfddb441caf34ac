"""E-mail addresses of accounts on their way in and out: sealed in the row, shown by one rule."""

from uuid import UUID

from services.registry.identity.domain import contacts
from services.registry.identity.domain.users import EMAIL, User
from shared.context import Context
from shared.sealing.envelope import Seal


def sealed(ctx: Context, user_id: UUID, email: str | None) -> bytes | None:
    """Return what is stored of an account's address."""
    return None if email is None else ctx.port(Seal).close(email, EMAIL, user_id)


def opened(ctx: Context, user: User) -> str | None:
    """Return an account's address; who may see it is not asked here."""
    if user.sealed_email is None:
        return None
    return ctx.port(Seal).open(user.sealed_email, EMAIL, user.id)


def shown(ctx: Context, user: User) -> str | None:
    """Return an account's address as the caller may see it: in full, or masked."""
    email = opened(ctx, user)
    return email if email is None or contacts.in_full(ctx.caller, user) else contacts.masked(email)
