"""Whether a person is who they say: password and code, each failure counted alike."""

from services.registry.identity.domain import factors
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.factors import Factor
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import factors as stored
from services.registry.identity.store import users
from services.registry.identity.usecases.beginning import disabled
from shared.context import Context, Work
from shared.errors import Problem
from shared.sealing.envelope import Seal


async def password_refused(work: Work, user: User, limits: Limits, *, fits: bool) -> Problem | None:
    """Return why this account may not come in, counting a wrong password; None if it may."""
    locked = account_locked(work, user)
    if locked is not None:
        return locked
    if not fits:
        return await _failed(work, user, limits, accounts.sign_in_failed())
    return disabled() if user.disabled else None


def account_locked(work: Work, user: User) -> Problem | None:
    """Return the answer to any proof while the account is locked, or None."""
    if user.locked(work.moment.real) and user.locked_until is not None:
        return accounts.account_locked(user.locked_until)
    return None


async def _failed(work: Work, user: User, limits: Limits, answer: Problem) -> Problem:
    attempts = accounts.after_failure(user, work.moment.real, limits)
    await users.update(work.session, user.id, **vars(attempts))
    await work.audit(
        "session.sign_in_failed",
        "user",
        user.id,
        county_id=user.county_id,
        after={"failures": attempts.failures},
    )
    until = attempts.locked_until
    return accounts.account_locked(until) if until else answer


async def factor_given(work: Work, ctx: Context, user: User, code: str | None) -> bool | Problem:
    """Whether the account's second factor was given; False where none is in use.

    A problem where one is in use and the code is missing or wrong; a wrong one is counted.
    """
    factor = await stored.find(work.session, user.id, lock=True)
    if factor is None or not factor.confirmed:
        return False
    if code is None:
        return factors.needed()
    return await code_refused(work, ctx, user, factor, code) or True


async def code_refused(
    work: Work, ctx: Context, user: User, factor: Factor, code: str
) -> Problem | None:
    """Use up a one-time or recovery code; return why it does not count, and count that."""
    if factors.looks_like_recovery(code):
        hashed = factors.recovery_hash(user.id, code)
        if factor.confirmed and await stored.use_code(work.session, user.id, hashed):
            left = await stored.codes_left(work.session, user.id)
            await work.audit(
                "user.use_recovery_code",
                "user",
                user.id,
                county_id=user.county_id,
                after={"left": left},
            )
            return None
    else:
        secret = ctx.port(Seal).open(factor.sealed, factors.SECRET, user.id)
        step = factors.accepted_step(secret, code, work.moment.real, factor.last_step)
        if step is not None:
            await stored.accept_step(work.session, user.id, step)
            return None
    return await _failed(work, user, ctx.port(Limits), factors.wrong())
