"""Looking at sessions and ending them: one's own, and by administrators those of others."""

from uuid import UUID

from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain.sessions import EndReason, Session
from services.registry.identity.store import sessions, users
from services.registry.identity.usecases import granting
from services.registry.identity.usecases.ending import end_sessions
from shared.caller import Role, user_of
from shared.context import Context

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)


async def sign_out(ctx: Context) -> None:
    """End the caller's session; its tokens stop working in every service."""
    user_id = user_of(ctx.caller)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id)
        await end_sessions(work, user, ctx.caller.session_id, EndReason.SIGNED_OUT)


async def own_sessions(ctx: Context) -> list[Session]:
    """Return the caller's living sessions, newest first."""
    async with ctx.read() as work:
        return await sessions.of_user(work.session, user_of(ctx.caller), work.moment.real)


async def end_own_session(ctx: Context, session_id: UUID) -> None:
    """End one of the caller's sessions, on whatever device."""
    user_id = user_of(ctx.caller)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id)
        if not await end_sessions(work, user, session_id, EndReason.REVOKED):
            raise _unknown()


async def end_all_own(ctx: Context) -> None:
    """End every session of the caller, this one too."""
    async with ctx.work() as work:
        user = await users.find(work.session, user_of(ctx.caller))
        await end_sessions(work, user, None, EndReason.REVOKED)


async def sessions_of(ctx: Context, user_id: UUID) -> list[Session]:
    """Return the living sessions of an account that the caller administers."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS, lock=False)
        return await sessions.of_user(work.session, user.id, work.moment.real)


async def end_sessions_of(ctx: Context, user_id: UUID, session_id: UUID | None) -> None:
    """End one session of an administered account, or all of them."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS)
        ended = await end_sessions(work, user, session_id, EndReason.ADMINISTRATOR)
        if not ended and session_id is not None:
            raise _unknown()


def _unknown() -> chains.SessionUnknown:
    return chains.SessionUnknown(
        "没有这个登录会话，或它已经结束，请刷新列表。",
        "No such living session: reload the list.",
    )
