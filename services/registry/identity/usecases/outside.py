"""Signing in by another system, and linking it to one's account."""

from dataclasses import dataclass
from datetime import datetime

from services.registry.identity.domain import outside as rules
from services.registry.identity.domain.outside import (
    IdentityProvider,
    Linked,
    MiniProgram,
    Outside,
    OutsideSystems,
    Pending,
)
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import Method
from services.registry.identity.domain.users import Limits
from services.registry.identity.store import outside as stored
from services.registry.identity.store import users
from services.registry.identity.usecases import beginning, proving
from services.registry.identity.usecases.beginning import SignedIn
from shared.caller import Caller, user_of
from shared.context import Context
from shared.sealing.envelope import Seal


@dataclass(frozen=True)
class Begun:
    """Where to send the person, and the ticket that whoever began it keeps."""

    address: str
    ticket: str
    expires_at: datetime


@dataclass(frozen=True)
class Return:
    """What the provider's redirect brought back, with the ticket of whoever began it."""

    state: str
    code: str
    ticket: str


async def begin(ctx: Context) -> Begun:
    """Begin a sign-in at the identity provider."""
    provider = _provider(ctx)
    state, ticket, nonce, verifier = (rules.new_secret() for _ in range(4))
    address = await provider.address(state, nonce, rules.challenge_of(verifier))
    async with ctx.work() as work:
        until = work.moment.real + rules.PENDING
        pending = Pending(rules.hash_of(state), rules.hash_of(ticket), nonce, verifier, until)
        await stored.begin(work.session, pending)
    return Begun(address, ticket, until)


async def enter_by_provider(ctx: Context, back: Return, device: str) -> SignedIn:
    """End a sign-in at the identity provider with a session of the linked account."""
    return await _entered(ctx, await _who_came_back(ctx, back), Method.OIDC, device)


async def enter_by_mini_program(ctx: Context, code: str, device: str) -> SignedIn:
    """Exchange a mini-program's login code for a session of the linked account."""
    return await _entered(ctx, await _mini_program(ctx).who(code), Method.WECHAT, device)


async def link_provider(ctx: Context, back: Return, password: str) -> list[Linked]:
    """Link who came back from the provider to the caller's account, with its password."""
    return await _linked(ctx, await _who_came_back(ctx, back), password)


async def link_mini_program(ctx: Context, code: str, password: str) -> list[Linked]:
    """Link the mini-program's user to the caller's account, with its password."""
    return await _linked(ctx, await _mini_program(ctx).who(code), password)


async def own_identities(ctx: Context) -> list[Linked]:
    """Return by which identities the caller's account is entered."""
    async with ctx.read() as work:
        return await stored.of_user(work.session, ctx.port(Seal), user_of(ctx.caller))


async def unlink(ctx: Context, issuer: str) -> None:
    """Let the caller's account be entered no longer by an issuer's identities."""
    user_id = user_of(ctx.caller)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id)
        if not await stored.unlink(work.session, user_id, issuer):
            raise rules.IdentityUnknown(
                "您的账号没有绑定这个外部账号，请刷新列表。",
                "Your account has no such link: reload the list.",
            )
        await work.audit(
            "user.unlink_identity",
            "user",
            user_id,
            county_id=user.county_id,
            after={"issuer": issuer},
        )


def _provider(ctx: Context) -> IdentityProvider:
    provider = ctx.port(OutsideSystems).provider
    if provider is None:
        raise rules.not_offered()
    return provider


def _mini_program(ctx: Context) -> MiniProgram:
    mini_program = ctx.port(OutsideSystems).mini_program
    if mini_program is None:
        raise rules.not_offered()
    return mini_program


async def _who_came_back(ctx: Context, back: Return) -> Outside:
    """Use the pending sign-in up, then ask the provider, outside any transaction."""
    provider = _provider(ctx)
    async with ctx.work() as work:
        pending = await stored.take(work.session, rules.hash_of(back.state))
        now = work.moment.real
    same = pending is not None and pending.ticket_hash == rules.hash_of(back.ticket)
    if pending is None or not same or pending.expires_at <= now:
        raise rules.not_begun()
    return await provider.who(back.code, pending.verifier, pending.nonce)


async def _entered(ctx: Context, outside: Outside, method: Method, device: str) -> SignedIn:
    async with ctx.read() as work:
        user_id = await stored.user_of(work.session, ctx.port(Seal), outside)
        if user_id is None:
            raise rules.not_linked()
        user = await users.find(work.session, user_id)
    own = ctx.acting_as(Caller(user.id, (), user.person_id))
    async with own.work() as work:
        user = await users.find(work.session, user.id, lock=True)
        refused = proving.account_locked(work, user)
        if refused is not None:
            raise refused
        if user.disabled:
            raise beginning.disabled()
        return await beginning.begin_session(work, ctx, user, device, method)


async def _linked(ctx: Context, outside: Outside, password: str) -> list[Linked]:
    user_id = user_of(ctx.caller)
    async with ctx.read() as work:
        user = await users.find(work.session, user_id)
    fits = await ctx.port(Passwords).fits(password, user.password_hash)
    async with ctx.work() as work:
        user = await users.find(work.session, user_id, lock=True)
        refused = await proving.password_refused(work, user, ctx.port(Limits), fits=fits)
        if refused is None:
            linked = Linked(outside.issuer, outside.subject, user_id, work.moment.real)
            holder = await stored.link(work.session, ctx.port(Seal), linked)
            if holder not in (None, user_id):
                raise rules.taken()
            after = {"issuer": outside.issuer}
            place = user.county_id
            await work.audit("user.link_identity", "user", user_id, county_id=place, after=after)
        identities = await stored.of_user(work.session, ctx.port(Seal), user_id)
    if refused is not None:
        # Raised after the commit, so that the failure stays counted.
        raise refused
    return identities
