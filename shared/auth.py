"""Who is asking, proven offline: Ed25519 tokens of registry, checked against its JWKS.

A token older than its user's or session's revocation is refused; revocations arrive as
events and are remembered in each service's own database.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.caller import Caller, Grant, Role
from shared.errors import NotSignedIn
from shared.tables import PLUMBING

ALGORITHM = "Ed25519"
LIFETIME = timedelta(minutes=10)
# Clock differences between machines that are tolerated, in seconds.
LEEWAY = 5
_REFRESH_REVOCATIONS = 1.0
_REFRESH_KEYS = 300.0
_RETRY_KEYS = 2.0
# Verified tokens kept by a process, some 2 kB each.
_REMEMBERED = 2_000

# `session_id` is the nil UUID when all sessions of the user are meant.
revocations = sa.Table(
    "revocations",
    PLUMBING,
    sa.Column("user_id", sa.Uuid, primary_key=True),
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("not_before", sa.DateTime(timezone=True), nullable=False, index=True),
)
_ALL_SESSIONS = UUID(int=0)


class Verifier(Protocol):
    """Turns a bearer token into a caller or raises NotSignedIn."""

    async def verify(self, token: str) -> Caller:
        """Check signature, issuer, audience, times and revocation."""


@dataclass
class Keys:
    """Registry's public keys, fetched when first needed, when old, and for an unknown kid."""

    fetch: Callable[[], Awaitable[dict[str, Any]]]
    _set: KeySet | None = None
    _fetched: float = 0.0

    async def for_kid(self, kid: str | None) -> KeySet:
        """Return a key set that knows the kid if registry does."""
        age = time.monotonic() - self._fetched
        known = self._set is not None and any(key.kid == kid for key in self._set.keys)
        if self._set is None or age > _REFRESH_KEYS or (not known and age > _RETRY_KEYS):
            self._set = KeySet.import_key_set(await self.fetch())  # type: ignore[arg-type]  # JSON is what it is
            self._fetched = time.monotonic()
        return self._set


@dataclass
class Revocations:
    """The revocations that can still matter, re-read from the database once a second."""

    sessions: async_sessionmaker[AsyncSession]
    _rows: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    _read: float = 0.0

    async def refuse(self, user_id: UUID, session_id: UUID | None, issued: datetime) -> bool:
        """Whether a token issued then for that user and session is void."""
        if time.monotonic() - self._read > _REFRESH_REVOCATIONS:
            await self._load()
        keys = (_ALL_SESSIONS,) if session_id is None else (_ALL_SESSIONS, session_id)
        limits = (self._rows.get((user_id, key)) for key in keys)
        return any(limit is not None and issued < limit for limit in limits)

    async def _load(self) -> None:
        edge = datetime.now(UTC) - 2 * LIFETIME
        async with self.sessions() as session:
            found = await session.execute(
                sa.select(revocations).where(revocations.c.not_before > edge)
            )
            self._rows = {(row.user_id, row.session_id): row.not_before for row in found}
        self._read = time.monotonic()


async def revoke(
    session: AsyncSession, user_id: UUID, session_id: UUID | None, not_before: datetime
) -> None:
    """Remember that tokens issued before `not_before` are void; the latest date wins."""
    row = {"user_id": user_id, "session_id": session_id or _ALL_SESSIONS, "not_before": not_before}
    statement = insert(revocations).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "session_id"],
        set_={"not_before": sa.func.greatest(revocations.c.not_before, not_before)},
    )
    await session.execute(statement)


@dataclass
class TokenVerifier:
    """The verifier every service uses; only where the keys come from differs."""

    keys: Keys
    revocations: Revocations
    issuer: str
    audience: str
    _verified: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    async def verify(self, token: str) -> Caller:
        """Return the caller of a valid token; NotSignedIn says only that it is not valid."""
        claims = await self._claims(token)
        caller = _caller(claims)
        issued = datetime.fromtimestamp(claims["iat"], UTC)
        if caller.user_id is None or await self.revocations.refuse(
            caller.user_id, caller.session_id, issued
        ):
            raise _not_signed_in()
        return caller

    async def _claims(self, token: str) -> dict[str, Any]:
        """Return a token's claims; a signature is checked once, the time at every call."""
        known = self._verified.get(token)
        if known is not None and time.time() < known["exp"]:
            return known
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[token] = await self._decoded(token)
        return self._verified[token]

    async def _decoded(self, token: str) -> dict[str, Any]:
        try:
            kid = _kid(token)
            decoded = jwt.decode(token, await self.keys.for_kid(kid), algorithms=[ALGORITHM])
            registry = jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.audience},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError, KeyError) as error:
            raise _refused(error) from None
        return decoded.claims


def claims_of(
    caller: Caller, issuer: str, audience: str, now: datetime, lifetime: timedelta = LIFETIME
) -> dict[str, Any]:
    """Return the claims that make this caller when verified; `iat` keeps milliseconds."""
    return {
        "iss": issuer,
        "aud": audience,
        "sub": str(caller.user_id),
        "sid": str(caller.session_id) if caller.session_id else None,
        "person": str(caller.person_id) if caller.person_id else None,
        "iat": round(now.timestamp(), 3),
        "exp": int((now + lifetime).timestamp()),
        "scopes": None if caller.scopes is None else sorted(caller.scopes),
        "grants": [
            {
                "role": grant.role.value,
                "organization": str(grant.organization_id) if grant.organization_id else None,
                "department": grant.department,
            }
            for grant in caller.grants
        ],
    }


def _caller(claims: dict[str, Any]) -> Caller:
    def optional(text: str | None) -> UUID | None:
        return UUID(text) if text else None

    grants = tuple(
        Grant(Role(each["role"]), optional(each["organization"]), each["department"])
        for each in claims["grants"]
    )
    # Absent from tokens of a registry that knew no scopes yet.
    scopes = claims.get("scopes")
    return Caller(
        UUID(claims["sub"]),
        grants,
        optional(claims["person"]),
        optional(claims["sid"]),
        None if scopes is None else frozenset(scopes),
    )


def _kid(token: str) -> str | None:
    kid = extract_compact(token.encode()).headers().get("kid")
    return str(kid) if kid is not None else None


_ELSEWHERE = (
    "这个令牌不是本系统签发给本系统使用的，请用组织库“登录”得到的 access_token。",
    "This token is not of this system, or not for it: use the access token of registry's sign-in.",
)
_EXPIRED = (
    "访问令牌已过期，请用刷新令牌换取新的，或重新登录。",
    "The access token has expired: refresh it, or sign in again.",
)
_AHEAD = (
    "令牌的签发时间晚于本机时间，请管理员校准各台服务器的时钟后再试。",
    "The token was issued in the future: have the clocks of the servers set right.",
)
_ALGORITHM = (
    f"令牌的签名算法不被接受（只接受 {ALGORITHM}），请重新登录取得令牌。",
    f"The token's algorithm is not accepted (only {ALGORITHM} is): sign in again.",
)
_SIGNATURE = (
    "令牌的签名不对，可能被改动过，请重新登录取得令牌。",
    "The token's signature is wrong, it may have been changed: sign in again.",
)


def _refused(error: Exception) -> NotSignedIn:
    """Return what is wrong with a token, which `reason` names for programs."""
    match error:
        case ExpiredTokenError():
            return NotSignedIn(*_EXPIRED, reason="expired")
        case InvalidClaimError(claim="iss" | "aud"):
            return NotSignedIn(*_ELSEWHERE, reason="audience")
        case InvalidClaimError(claim="iat" | "nbf"):
            return NotSignedIn(*_AHEAD, reason="clock")
        case UnsupportedAlgorithmError():
            return NotSignedIn(*_ALGORITHM, reason="algorithm")
        case BadSignatureError():
            return NotSignedIn(*_SIGNATURE, reason="signature")
        case _:
            return _not_signed_in()


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn(
        "登录已失效或未登录，请重新登录后再试。",
        "You are not signed in, or your session has ended: sign in again.",
    )
