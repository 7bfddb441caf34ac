"""The one way in which sessions end: here, in every token, and in the other services."""

from uuid import UUID

from services.registry.identity.domain.sessions import EndReason
from services.registry.identity.domain.users import User
from services.registry.identity.store import sessions
from shared.auth import revoke
from shared.context import Work
from shared.contracts.registry import SessionRevoked


async def end_sessions(work: Work, user: User, session_id: UUID | None, reason: EndReason) -> int:
    """End one session of an account, or all; returns how many were alive.

    Access tokens issued before are void at once here and, by event, in the other services.
    """
    ended = await sessions.end(work.session, user.id, session_id, reason, work.moment.real)
    if not ended:
        return 0
    await void_tokens(work, user, session_id)
    await work.audit(
        "session.end",
        "user",
        user.id,
        county_id=user.county_id,
        after={"sessions": ended},
        reason=reason.value,
    )
    return ended


async def void_tokens(work: Work, user: User, session_id: UUID | None) -> None:
    """Make the tokens issued so far void everywhere: those of one session or key, or all."""
    now = work.moment.real
    await revoke(work.session, user.id, session_id, now)
    event = SessionRevoked(user_id=user.id, session_id=session_id, not_before=now)
    await work.emit(event, user.id, user.county_id)
