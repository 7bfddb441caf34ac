"""Enrolling an authenticator, confirming it, giving its code later, and letting it go."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from services.registry.identity.domain import factors
from services.registry.identity.domain import grants as rules
from services.registry.identity.domain.factors import Factor, FactorRules
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import EndReason
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import factors as stored
from services.registry.identity.store import grants, sessions, users
from services.registry.identity.usecases import granting, proving
from services.registry.identity.usecases.ending import end_sessions
from shared.caller import Role, user_of
from shared.context import Context, Work
from shared.errors import Problem
from shared.sealing.envelope import Seal


@dataclass(frozen=True)
class Enrolment:
    """What the authenticator needs to know, told this once."""

    secret: str
    uri: str


@dataclass(frozen=True)
class FactorState:
    """How the caller's second factor stands."""

    enrolled: bool
    confirmed: bool
    required: bool
    given: bool
    recovery_codes_left: int


async def read_factor(ctx: Context) -> FactorState:
    """Return how the caller's second factor stands, and whether this session has given it."""
    user_id = user_of(ctx.caller)
    async with ctx.read() as work:
        factor = await stored.find(work.session, user_id)
        held = await grants.of_users(work.session, [user_id])
        administers = any(each.open and each.role in rules.ADMINISTRATORS for each in held)
        return FactorState(
            enrolled=factor is not None,
            confirmed=factor is not None and factor.confirmed,
            required=administers and ctx.port(FactorRules).required,
            given=await sessions.factor_given(work.session, ctx.caller.session_id),
            recovery_codes_left=await stored.codes_left(work.session, user_id),
        )


async def enrol(ctx: Context, password: str) -> Enrolment:
    """Give the caller's account a new secret; it counts from its confirmation on."""
    user_id = user_of(ctx.caller)
    async with ctx.read() as work:
        user = await users.find(work.session, user_id)
    fits = await ctx.port(Passwords).fits(password, user.password_hash)
    secret = factors.new_secret()
    async with ctx.work() as work:
        user = await users.find(work.session, user_id, lock=True)
        refused = await proving.password_refused(work, user, ctx.port(Limits), fits=fits)
        if refused is None:
            await _put_new(work, ctx, user, secret)
    if refused is not None:
        # Raised after the commit, so that the failure stays counted.
        raise refused
    return Enrolment(secret, factors.provisioning_uri(secret, user.username))


async def _put_new(work: Work, ctx: Context, user: User, secret: str) -> None:
    before = await stored.find(work.session, user.id, lock=True)
    if before is not None and before.confirmed:
        raise factors.present()
    sealed = ctx.port(Seal).close(secret, factors.SECRET, user.id)
    await stored.put(work.session, Factor(user.id, sealed, work.moment.real))
    await _record(work, "user.enrol_second_factor", user)


async def confirm(ctx: Context, code: str) -> list[str]:
    """Put the enrolled factor to use; returns the recovery codes, told this once.

    The session counts as one with two factors from its next refresh on.
    """
    codes = factors.new_recovery_codes()

    async def put_to_use(work: Work, user: User, factor: Factor) -> None:
        if factor.confirmed:
            raise factors.present()
        current = await stored.find(work.session, user.id)
        assert current is not None  # noqa: S101 -- found and locked by `_with_code`
        confirmed = replace(current, confirmed_at=work.moment.real)
        await stored.put(work.session, confirmed)
        hashes = [factors.recovery_hash(user.id, each) for each in codes]
        await stored.replace_codes(work.session, user.id, hashes)
        await sessions.give_factor(work.session, ctx.caller.session_id)
        await _record(work, "user.confirm_second_factor", user)

    await _with_code(ctx, code, put_to_use)
    return codes


async def give(ctx: Context, code: str) -> None:
    """Give the second factor to a session that began without it."""

    async def strengthen(work: Work, user: User, factor: Factor) -> None:
        if not factor.confirmed:
            raise factors.absent()
        await sessions.give_factor(work.session, ctx.caller.session_id)
        await _record(work, "session.give_second_factor", user)

    await _with_code(ctx, code, strengthen)


async def let_go(ctx: Context, code: str) -> None:
    """Remove the caller's own factor, with one of its codes."""

    async def remove(work: Work, user: User, _: Factor) -> None:
        await stored.remove(work.session, user.id)
        await _record(work, "user.remove_second_factor", user)
        await end_sessions(work, user, None, EndReason.FACTOR_RESET)

    await _with_code(ctx, code, remove)


async def _with_code(
    ctx: Context, code: str, act: Callable[[Work, User, Factor], Awaitable[None]]
) -> None:
    """Do something that needs a code of the caller's factor; a wrong one is counted."""
    refused: Problem | None
    async with ctx.work() as work:
        user = await users.find(work.session, user_of(ctx.caller), lock=True)
        factor = await stored.find(work.session, user.id, lock=True)
        if factor is None:
            raise factors.absent()
        refused = proving.account_locked(work, user) or await proving.code_refused(
            work, ctx, user, factor, code
        )
        if refused is None:
            await act(work, user, factor)
    if refused is not None:
        raise refused


async def reset(ctx: Context, user_id: UUID, reason: str) -> None:
    """Remove another's lost factor: by the security administrator, who is another person."""
    ctx.caller.require(Role.SECURITY_ADMINISTRATOR)
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, Role.SECURITY_ADMINISTRATOR)
        rules.check_not_oneself(ctx.caller, (user.id, user.person_id))
        if not await stored.remove(work.session, user.id):
            raise factors.absent()
        await end_sessions(work, user, None, EndReason.FACTOR_RESET)
        await _record(work, "user.reset_second_factor", user, reason)


async def _record(work: Work, action: str, user: User, reason: str | None = None) -> None:
    await work.audit(action, "user", user.id, county_id=user.county_id, reason=reason)
