"""Signing in by password, refreshing, and changing one's own password."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.grants import StoredGrant
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import EndReason, RefreshToken, Session, Verdict
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import grants, sessions, users
from services.registry.identity.usecases import beginning, emails, proving
from services.registry.identity.usecases.beginning import SignedIn
from services.registry.identity.usecases.ending import end_sessions
from shared.caller import Caller, Role, user_of
from shared.context import Context, Work
from shared.contracts.registry import SessionAlarm
from shared.errors import Problem


async def sign_in(
    ctx: Context, username: str, password: str, device: str, code: str | None = None
) -> SignedIn:
    """Begin a session; a failure is counted, and enough of them lock the account."""
    async with ctx.read() as work:
        found = await users.by_name(work.session, username)
    fits = await ctx.port(Passwords).fits(password, found.password_hash if found else None)
    if found is None:
        raise accounts.sign_in_failed()
    own = ctx.acting_as(Caller(found.id, (), found.person_id))
    async with own.work() as work:
        user = await users.find(work.session, found.id, lock=True)
        fits = fits and user.password_hash == found.password_hash
        outcome = await _signed_in(work, ctx, user, device, code, fits=fits)
    if isinstance(outcome, Problem):
        # Raised after the commit, so that the failure stays counted.
        raise outcome
    return outcome


async def _signed_in(
    work: Work, ctx: Context, user: User, device: str, code: str | None, *, fits: bool
) -> SignedIn | Problem:
    refused = await proving.password_refused(work, user, ctx.port(Limits), fits=fits)
    if refused is not None:
        return refused
    given = await proving.factor_given(work, ctx, user, code)
    if isinstance(given, Problem):
        return given
    return await beginning.begin_session(work, ctx, user, device, second_factor=given)


async def refresh(ctx: Context, secret: str) -> SignedIn:
    """Exchange a refresh token for the next pair; one used twice ends its session."""
    async with ctx.work() as work:
        found = await sessions.lock_chain(work.session, chains.hash_of(secret))
        outcome = await _judged(work, ctx, *found) if found else chains.session_ended()
    if isinstance(outcome, Problem):
        # Raised after the commit, so that a reused token has ended its session.
        raise outcome
    return outcome


async def _judged(
    work: Work, ctx: Context, token: RefreshToken, session: Session
) -> SignedIn | Problem:
    now = work.moment.real
    user = await users.find(work.session, session.user_id)
    work.caller = Caller(user.id, (), user.person_id, session.id)
    verdict = chains.judge(token, session, now)
    if verdict is Verdict.REUSED:
        await _alarm(work, user, session)
        await end_sessions(work, user, session.id, EndReason.REUSED)
        return chains.refresh_reused()
    if verdict is Verdict.ENDED:
        return chains.session_ended()
    if user.disabled:
        return beginning.disabled()
    secret = chains.new_secret()
    following = chains.link(secret, session, now, ctx.port(Limits))
    await sessions.use_link(work.session, token, now)
    await sessions.add_link(work.session, following)
    return await beginning.tokens(work, ctx, user, replace(session, used_at=now), secret, following)


async def _alarm(work: Work, user: User, session: Session) -> None:
    """Tell the user and the security administrators that a token may be stolen."""
    watching = await grants.holders(
        work.session, Role.SECURITY_ADMINISTRATOR, user.county_id, work.moment.today
    )
    event = SessionAlarm(
        user_id=user.id,
        display_name=user.display_name,
        session_id=session.id,
        device=session.device,
        security_administrators=watching,
    )
    await work.emit(event, user.id, user.county_id)
    await work.audit(
        "session.refresh_reused",
        "user",
        user.id,
        county_id=user.county_id,
        # On which device is told by the session itself, which may be erased.
        after={"session_id": str(session.id)},
    )


async def change_password(ctx: Context, current: str, new: str) -> None:
    """Set a new password; every session of the account ends, this one too."""
    user_id = user_of(ctx.caller)
    async with ctx.read() as work:
        user = await users.find(work.session, user_id)
    passwords = ctx.port(Passwords)
    accounts.check_password(new, user.username, ctx.port(Limits))
    if new == current:
        raise accounts.unchanged()
    fits = await passwords.fits(current, user.password_hash)
    hashed = (await passwords.hash([new]))[0]
    async with ctx.work() as work:
        user = await users.find(work.session, user.id, lock=True)
        refused = await proving.password_refused(work, user, ctx.port(Limits), fits=fits)
        if refused is None:
            await users.update(work.session, user.id, password_hash=hashed, failures=0)
            await work.audit("user.change_password", "user", user.id, county_id=user.county_id)
            await end_sessions(work, user, None, EndReason.PASSWORD_CHANGED)
    if refused is not None:
        raise refused


@dataclass(frozen=True)
class Me:
    """The caller's account with every grant it was given."""

    user: User
    grants: list[StoredGrant]
    email: str | None
    session_id: UUID | None


async def me(ctx: Context) -> Me:
    """Return the caller's own account."""
    async with ctx.read() as work:
        user = await users.find(work.session, user_of(ctx.caller))
        held = await grants.of_users(work.session, [user.id])
    return Me(user, held, emails.shown(ctx, user), ctx.caller.session_id)
