"""The one way in which sessions begin and go on, however a person proved who they are."""

from dataclasses import dataclass
from datetime import datetime

from services.registry.identity.domain import factors
from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.factors import FactorRules
from services.registry.identity.domain.sessions import Method, RefreshToken, Session
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import factors as stored_factors
from services.registry.identity.store import grants, sessions, users
from services.registry.identity.store.keys import KeyFolder
from shared.auth import LIFETIME
from shared.caller import Caller, Role
from shared.context import Context, Work
from shared.tables import new_id


@dataclass(frozen=True)
class SignedIn:
    """Tokens of a session; the refresh token is told this once and stored only as a hash.

    `withheld` are the administrator roles that wait for a second factor.
    """

    user: User
    session: Session
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_at: datetime
    withheld: tuple[Role, ...] = ()


async def begin_session(
    work: Work,
    ctx: Context,
    user: User,
    device: str,
    method: Method = Method.PASSWORD,
    *,
    second_factor: bool = False,
) -> SignedIn:
    """Begin a session of an account that has proved itself; failures are forgotten."""
    now = work.moment.real
    limits = ctx.port(Limits)
    begun = Session(
        id=new_id(),
        user_id=user.id,
        device=device,
        started_at=now,
        used_at=now,
        expires_at=now + limits.longest,
        method=method.value,
        second_factor=second_factor,
    )
    secret = chains.new_secret()
    first = chains.link(secret, begun, now, limits)
    await sessions.begin(work.session, begun, first)
    await users.update(work.session, user.id, failures=0, locked_until=None)
    after = {"method": method.value, "second_factor": second_factor}
    await work.audit("session.sign_in", "user", user.id, county_id=user.county_id, after=after)
    return await tokens(work, ctx, user, begun, secret, first)


async def tokens(
    work: Work, ctx: Context, user: User, session: Session, secret: str, token: RefreshToken
) -> SignedIn:
    """Return a session's next pair of tokens, with the grants that it may use today."""
    held = await grants.of_users(work.session, [user.id])
    valid = [grant.granted() for grant in held if grant.valid_on(work.moment.today)]
    factor = await stored_factors.find(work.session, user.id)
    needed = ctx.port(FactorRules).required or (factor is not None and factor.confirmed)
    usable = factors.usable(valid, needed=needed, given=session.second_factor)
    caller = Caller(user.id, usable, user.person_id, session.id)
    return SignedIn(
        user=user,
        session=session,
        access_token=ctx.port(KeyFolder).sign(caller, work.moment.real),
        expires_in=int(LIFETIME.total_seconds()),
        refresh_token=secret,
        refresh_expires_at=token.expires_at,
        withheld=tuple(sorted({each.role for each in valid} - {each.role for each in usable})),
    )


def disabled() -> accounts.AccountDisabled:
    """Return the answer to whoever has proved to be somebody who may not come in."""
    return accounts.AccountDisabled(
        "账号已停用，请联系系统管理员。", "The account is disabled: ask an administrator."
    )
