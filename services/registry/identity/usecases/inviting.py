"""Inviting a person to an account, and accepting it: nobody else learns the password."""

from uuid import UUID

from services.registry.identity.domain import invitations as rules
from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.invitations import Invitation
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import EndReason, Method
from services.registry.identity.domain.users import Limits
from services.registry.identity.store import invitations, users
from services.registry.identity.usecases import granting
from services.registry.identity.usecases.beginning import SignedIn, begin_session, disabled
from services.registry.identity.usecases.ending import end_sessions
from services.registry.organizations.domain.scope import sight_of
from shared.caller import Caller, Role, user_of
from shared.context import Context, Work
from shared.tables import new_id

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)


async def invite(ctx: Context, user_id: UUID) -> tuple[Invitation, str]:
    """Invite the person of an account to set its password; returns the token, told this once.

    Earlier open invitations of the account are taken back. Whoever may reset an account's
    password may invite to it, and nobody else.
    """
    ctx.caller.require(*ADMINISTRATORS)
    token = chains.new_secret()
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS)
        await granting.check_may_set_password(work, user)
        if user.disabled:
            raise disabled()
        now = work.moment.real
        await invitations.withdraw(work.session, user.id, now)
        made = Invitation(
            id=new_id(),
            user_id=user.id,
            county_id=user.county_id,
            token_hash=chains.hash_of(token),
            invited_by=user_of(ctx.caller),
            invited_at=now,
            expires_at=now + ctx.port(Limits).invitation,
        )
        await invitations.add(work.session, made)
        await _record(work, "invitation.create", made)
    return made, token


async def _record(work: Work, action: str, invitation: Invitation) -> None:
    await work.audit(
        action,
        "invitation",
        invitation.id,
        county_id=invitation.county_id,
        after={"user_id": str(invitation.user_id), "expires_at": str(invitation.expires_at)},
    )


async def list_invitations(ctx: Context, after: UUID | None, limit: int) -> list[Invitation]:
    """Return up to `limit + 1` open invitations that the caller administers."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        sight = sight_of(ctx.caller, *ADMINISTRATORS)
        return await invitations.listed(work.session, sight, work.moment.real, after, limit)


async def withdraw(ctx: Context, invitation_id: UUID) -> None:
    """Take an open invitation back."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.work() as work:
        now = work.moment.real
        sight = sight_of(ctx.caller, *ADMINISTRATORS)
        found = await invitations.find_open(work.session, sight, invitation_id, now)
        await invitations.withdraw(work.session, found.user_id, now)
        await _record(work, "invitation.withdraw", found)


async def accept(ctx: Context, token: str, password: str, device: str) -> SignedIn:
    """Set the password of the account one was invited to, and sign in.

    A password that is too weak leaves the invitation open.
    """
    async with ctx.read() as work:
        open_one = await opened(work, token, lock=False)
        user = await users.find(work.session, open_one.user_id)
    accounts.check_password(password, user.username, ctx.port(Limits))
    hashed = (await ctx.port(Passwords).hash([password]))[0]
    own = ctx.acting_as(Caller(user.id, (), user.person_id))
    async with own.work() as work:
        invitation = await opened(work, token)
        user = await users.find(work.session, user.id, lock=True)
        await use(work, invitation)
        await users.update(
            work.session, user.id, password_hash=hashed, failures=0, locked_until=None
        )
        await end_sessions(work, user, None, EndReason.PASSWORD_CHANGED)
        return await begin_session(work, ctx, user, device, Method.INVITATION)


async def opened(work: Work, token: str, *, lock: bool = True) -> Invitation:
    """Return the open invitation of a token; InvitationUnusable otherwise."""
    found = await invitations.by_token(work.session, chains.hash_of(token), lock=lock)
    if found is None or not found.open(work.moment.real):
        raise rules.unusable()
    user = await users.find(work.session, found.user_id)
    if user.disabled:
        raise disabled()
    return found


async def use(work: Work, invitation: Invitation) -> None:
    """Use an invitation up, whichever way its person now signs in."""
    await invitations.use(work.session, invitation.id, work.moment.real)
    await _record(work, "invitation.accept", invitation)
