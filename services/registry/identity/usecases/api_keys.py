"""Issuing, listing and revoking platforms' API keys, and exchanging one for a token."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from services.registry.identity.domain import api_keys as rules
from services.registry.identity.domain.api_keys import ApiKey, KeyDraft
from services.registry.identity.domain.users import User
from services.registry.identity.store import api_keys, grants, users
from services.registry.identity.store.keys import KeyFolder
from services.registry.identity.usecases import granting
from services.registry.identity.usecases.ending import void_tokens
from shared.auth import LIFETIME
from shared.caller import Caller, Grant, Role, user_of
from shared.clock import SHANGHAI
from shared.context import Context, Work
from shared.contracts.registry import Token
from shared.errors import Fault, Text
from shared.tables import new_id

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)


async def issue(ctx: Context, user_id: UUID, draft: KeyDraft) -> tuple[ApiKey, str]:
    """Give a platform's account a key; returns it with its text, told this once."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    text, prefix, hashed = rules.new_key()
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, Role.SYSTEM_ADMINISTRATOR)
        await _check(work, user, draft)
        made = ApiKey(
            id=new_id(),
            user_id=user.id,
            county_id=user.county_id,
            name=draft.name,
            prefix=prefix,
            secret_hash=hashed,
            scopes=tuple(sorted(set(draft.scopes))),
            created_by=user_of(ctx.caller),
            created_at=work.moment.real,
            expires_at=_end_of(draft.last_day),
        )
        await api_keys.add(work.session, made)
        await _record(work, "api_key.issue", made)
    return made, text


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


async def _check(work: Work, user: User, draft: KeyDraft) -> None:
    end = _end_of(draft.last_day)
    now = work.moment.real
    if not now < end <= now + timedelta(days=rules.LONGEST_DAYS):
        fault = Text(
            f"到期日应在今天至 {rules.LONGEST_DAYS} 天之内，请改正后重新提交。",
            f"The last day lies between today and {rules.LONGEST_DAYS} days from now.",
        )
        raise rules.ApiKeyInvalid(fault.zh, fault.en, faults=(Fault("/body/last_day", fault),))
    if not await _platform_grants(work, user):
        raise rules.ApiKeyInvalid(
            "接口密钥只发给今天持有“外部平台”授权的账号，请先给该账号授权。",
            "Only an account that holds a platform grant today can have an API key.",
        )


async def _platform_grants(work: Work, user: User) -> tuple[Grant, ...]:
    held = await grants.of_users(work.session, [user.id])
    return tuple(
        each.granted()
        for each in held
        if each.role is Role.PLATFORM and each.valid_on(work.moment.today)
    )


async def _record(work: Work, action: str, key: ApiKey, reason: str | None = None) -> None:
    after = {"user_id": str(key.user_id), "prefix": key.prefix, "scopes": list(key.scopes)}
    await work.audit(action, "api_key", key.id, county_id=key.county_id, after=after, reason=reason)


async def list_keys(ctx: Context, user_id: UUID) -> list[ApiKey]:
    """Return an account's keys: for its administrators, and for the account itself."""
    async with ctx.read() as work:
        await _require_own_or_administered(work, user_id, lock=False)
        return await api_keys.of_user(work.session, user_id)


async def _require_own_or_administered(work: Work, user_id: UUID, *, lock: bool) -> None:
    if work.caller.user_id != user_id:
        work.caller.require(*ADMINISTRATORS)
        await granting.administered(work, user_id, *ADMINISTRATORS, lock=lock)


async def revoke(ctx: Context, user_id: UUID, key_id: UUID, reason: str) -> ApiKey:
    """Take a key back; tokens exchanged for it are void in every service.

    Revoking a revoked key changes nothing.
    """
    async with ctx.work() as work:
        await _require_own_or_administered(work, user_id, lock=True)
        key = await api_keys.lock(work.session, user_id, key_id)
        if key.revoked_at is None:
            await api_keys.revoke(work.session, key.id, work.moment.real)
            user = await users.find(work.session, user_id)
            await void_tokens(work, user, key.id)
            await _record(work, "api_key.revoke", key, reason)
        return await api_keys.lock(work.session, user_id, key_id)


async def exchange(ctx: Context, presented: str) -> Token:
    """Return a token of ten minutes for a key: its platform grants, within its scopes.

    The key's id stands in the token as its session, so that revoking the key voids it.
    """
    found = rules.parts(presented)
    if found is None:
        raise rules.refused()
    prefix, secret = found
    async with ctx.work() as work:
        key = await api_keys.by_prefix(work.session, prefix)
        if key is None or not rules.fits(secret, key.secret_hash):
            raise rules.refused()
        if not key.usable(work.moment.real):
            raise rules.refused()
        user = await users.find(work.session, key.user_id)
        held = await _platform_grants(work, user)
        if user.disabled or not held:
            raise rules.refused()
        await api_keys.use(work.session, key, work.moment.today)
        caller = _caller(user, key, held)
        token = ctx.port(KeyFolder).sign(caller, work.moment.real)
    return Token(access_token=token, expires_in=int(LIFETIME.total_seconds()))


def _caller(user: User, key: ApiKey, held: Iterable[Grant]) -> Caller:
    return Caller(user.id, tuple(held), user.person_id, key.id, frozenset(key.scopes))
