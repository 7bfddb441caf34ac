"""Signing in and out, refreshing, and what an account may do with its own sessions."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.grants import StoredGrant
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import EndReason, RefreshToken, Session, Verdict
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import grants, sessions, users
from services.registry.identity.store.keys import KeyFolder
from services.registry.identity.usecases.ending import end_sessions
from shared.auth import LIFETIME
from shared.caller import Caller
from shared.context import Context, Work
from shared.errors import Forbidden, Problem
from shared.tables import new_id


@dataclass(frozen=True)
class SignedIn:
    """Tokens of a session; the refresh token is told this once and stored only as a hash."""

    user: User
    session: Session
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_at: datetime


async def sign_in(ctx: Context, username: str, password: str, device: str) -> SignedIn:
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
        refused = await _refused(work, user, ctx.port(Limits), fits=fits)
        outcome = refused or await _begin(work, ctx, user, device)
    if isinstance(outcome, Problem):
        # Raised after the commit, so that the failure stays counted.
        raise outcome
    return outcome


async def _refused(work: Work, user: User, limits: Limits, *, fits: bool) -> Problem | None:
    now = work.moment.real
    if user.locked(now) and user.locked_until is not None:
        return accounts.account_locked(user.locked_until)
    if not fits:
        attempts = accounts.after_failure(user, now, limits)
        await users.update(work.session, user.id, **vars(attempts))
        await _record(work, "session.sign_in_failed", user, vars(attempts)["failures"])
        until = attempts.locked_until
        return accounts.account_locked(until) if until else accounts.sign_in_failed()
    if user.disabled:
        return _disabled()
    return None


async def _record(work: Work, action: str, user: User, failures: int | None = None) -> None:
    after = {"failures": failures} if failures is not None else None
    await work.audit(action, "user", user.id, county_id=user.county_id, after=after)


async def _begin(work: Work, ctx: Context, user: User, device: str) -> SignedIn:
    now = work.moment.real
    limits = ctx.port(Limits)
    begun = Session(new_id(), user.id, device, now, now, now + limits.longest)
    secret = chains.new_secret()
    first = chains.link(secret, begun, now, limits)
    await sessions.begin(work.session, begun, first)
    await users.update(work.session, user.id, failures=0, locked_until=None)
    await _record(work, "session.sign_in", user)
    return await _tokens(work, ctx, user, begun, secret, first)


async def _tokens(
    work: Work, ctx: Context, user: User, session: Session, secret: str, token: RefreshToken
) -> SignedIn:
    held = await grants.of_users(work.session, [user.id])
    usable = tuple(grant.granted() for grant in held if grant.valid_on(work.moment.today))
    caller = Caller(user.id, usable, user.person_id, session.id)
    return SignedIn(
        user=user,
        session=session,
        access_token=ctx.port(KeyFolder).sign(caller, work.moment.real),
        expires_in=int(LIFETIME.total_seconds()),
        refresh_token=secret,
        refresh_expires_at=token.expires_at,
    )


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
        await end_sessions(work, user, session.id, EndReason.REUSED)
        return chains.refresh_reused()
    if verdict is Verdict.ENDED:
        return chains.session_ended()
    if user.disabled:
        return _disabled()
    secret = chains.new_secret()
    following = chains.link(secret, session, now, ctx.port(Limits))
    await sessions.use_link(work.session, token, now)
    await sessions.add_link(work.session, following)
    return await _tokens(work, ctx, user, replace(session, used_at=now), secret, following)


def _disabled() -> accounts.AccountDisabled:
    return accounts.AccountDisabled(
        "账号已停用，请联系系统管理员。", "The account is disabled: ask an administrator."
    )


async def sign_out(ctx: Context) -> None:
    """End the caller's session; its tokens stop working in every service."""
    user_id = _user_id(ctx)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id)
        await end_sessions(work, user, ctx.caller.session_id, EndReason.SIGNED_OUT)


async def own_sessions(ctx: Context) -> list[Session]:
    """Return the caller's living sessions, newest first."""
    async with ctx.read() as work:
        return await sessions.of_user(work.session, _user_id(ctx), work.moment.real)


async def end_own_session(ctx: Context, session_id: UUID) -> None:
    """End one of the caller's sessions, on whatever device."""
    user_id = _user_id(ctx)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id)
        if not await end_sessions(work, user, session_id, EndReason.REVOKED):
            raise chains.SessionUnknown(
                "没有这个登录会话，或它已经结束，请刷新列表。",
                "No such living session: reload the list.",
            )


async def change_password(ctx: Context, current: str, new: str) -> None:
    """Set a new password; every session of the account ends, this one too."""
    user_id = _user_id(ctx)
    async with ctx.read() as work:
        user = await users.find(work.session, user_id)
    passwords = ctx.port(Passwords)
    accounts.check_password(new, user.username, ctx.port(Limits))
    fits = await passwords.fits(current, user.password_hash)
    hashed = (await passwords.hash([new]))[0]
    async with ctx.work() as work:
        user = await users.find(work.session, user.id, lock=True)
        refused = await _refused(work, user, ctx.port(Limits), fits=fits)
        if refused is None:
            await users.update(work.session, user.id, password_hash=hashed, failures=0)
            await _record(work, "user.change_password", user)
            await end_sessions(work, user, None, EndReason.PASSWORD_CHANGED)
    if refused is not None:
        raise refused


@dataclass(frozen=True)
class Me:
    """The caller's account with every grant it was given."""

    user: User
    grants: list[StoredGrant]
    session_id: UUID | None


async def me(ctx: Context) -> Me:
    """Return the caller's own account."""
    async with ctx.read() as work:
        user = await users.find(work.session, _user_id(ctx))
        held = await grants.of_users(work.session, [user.id])
    return Me(user, held, ctx.caller.session_id)


def _user_id(ctx: Context) -> UUID:
    if ctx.caller.user_id is None:
        raise Forbidden("此操作只供个人账号使用。", "Only a person's account can do this.")
    return ctx.caller.user_id
