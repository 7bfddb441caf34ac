"""Idempotency-Key: the first answer of a POST is kept for 24 hours and given again.

The key row, the state change and the answer commit in one transaction: the use case's unit
of work is held open until the answer has been rendered (`Deferred`), then all is stored.

What was sent and answered (an objection and its receipt number, an account with its e-mail
address) is readable to nobody but the holder of the key: the row knows a hash of the key only,
and the answer is sealed under the key itself. The database alone tells neither.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import real_now
from shared.errors import IdempotencyKeyReused
from shared.tables import PLUMBING

LIFETIME = timedelta(hours=24)

# `stored_hour` is cut to the hour on purpose: the exact time of a public objection must
# not be readable beside its receipt.
idempotency_keys = sa.Table(
    "idempotency_keys",
    PLUMBING,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("status", sa.SmallInteger),
    sa.Column("headers", JSONB),
    sa.Column("body", sa.LargeBinary),
    sa.Column("stored_hour", sa.DateTime(timezone=True), nullable=False, index=True),
)

# Made once: every POST with a key runs them.
_MINE = (idempotency_keys.c.caller == sa.bindparam("whose")) & (
    idempotency_keys.c.key == sa.bindparam("which")
)
_CLAIM = insert(idempotency_keys).on_conflict_do_nothing().returning(idempotency_keys.c.key)
_FIND = sa.select(idempotency_keys).where(_MINE)
_KEEP = sa.update(idempotency_keys).where(_MINE)


@dataclass
class Replay(Exception):  # noqa: N818 -- a stored answer, not an error
    """The key was used for the same request before: give this answer again."""

    status: int
    headers: dict[str, str]
    body: bytes


PUBLIC = "public"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Seal:
    """What only the holder of an Idempotency-Key can make: its name at rest, and its cipher."""

    key: str = field(repr=False)

    @property
    def name(self) -> str:
        """The text under which the key is stored."""
        return self.digest("name").hex()

    def digest(self, purpose: str) -> bytes:
        """Return 32 bytes that tell nothing of the key."""
        return hmac.digest(self.key.encode(), f"wuxing idempotency {purpose}".encode(), "sha256")

    def close(self, body: bytes) -> bytes:
        """Return the sealed answer."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.digest("answer")).encrypt(nonce, body, None)

    def open(self, sealed: bytes) -> bytes:
        """Return the answer; InvalidTag when it was changed."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(self.digest("answer")).decrypt(nonce, rest, None)


@dataclass
class Deferred:
    """One keyed request: claims the key inside the unit of work and commits with the answer."""

    key: str = field(repr=False)
    fingerprint: str
    caller: str = PUBLIC
    session: AsyncSession | None = None
    after_commit: Callable[[], Awaitable[None]] | None = field(default=None, repr=False)

    @property
    def seal(self) -> Seal:
        """What only this request's sender, and who repeats it, can make."""
        return Seal(self.key)

    async def claim(self, session: AsyncSession, user_id: UUID | None) -> None:
        """Insert the key, waiting for a concurrent twin; raise Replay or a problem if used."""
        if user_id is not None:
            self.caller = str(user_id)
        hour = real_now().replace(minute=0, second=0, microsecond=0)
        row = {"caller": self.caller, "key": self.seal.name, "fingerprint": self._fingerprint}
        if await session.scalar(_CLAIM, row | {"stored_hour": hour}) is None:
            await self._replay(session)

    def hold(self, session: AsyncSession, after_commit: Callable[[], Awaitable[None]]) -> None:
        """Keep the finished unit of work open until `complete` or `abandon`."""
        self.session = session
        self.after_commit = after_commit

    async def complete(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Store the answer with the key and commit everything at once."""
        if self.session is None or self.after_commit is None:
            return
        try:
            answer = {"status": status, "headers": headers, "body": self.seal.close(body)}
            await self.session.execute(_KEEP, self._mine | answer)
            await self.session.commit()
        finally:
            await self.session.close()
        await self.after_commit()

    async def abandon(self) -> None:
        """Throw the held unit of work away: the answer could not be made."""
        if self.session is not None:
            await self.session.rollback()
            await self.session.close()

    async def _replay(self, session: AsyncSession) -> None:
        found = (await session.execute(_FIND, self._mine)).one()
        if found.fingerprint != self._fingerprint:
            raise IdempotencyKeyReused(
                "这个幂等键已经用于另一个请求，新的请求请换一个键；原请求的结果不变。",
                "This Idempotency-Key was used for another request; send a new key.",
            )
        raise Replay(found.status, found.headers, self.seal.open(bytes(found.body)))

    @property
    def _fingerprint(self) -> str:
        """Keyed: a fingerprint over an objection's text could be guessed at."""
        return self.seal.digest(self.fingerprint).hex()

    @property
    def _mine(self) -> dict[str, Any]:
        return {"whose": self.caller, "which": self.seal.name}


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return the hash that tells whether two requests are the same."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


async def forget_old(session: AsyncSession) -> int:
    """Delete keys older than their lifetime; returns how many."""
    edge = real_now() - LIFETIME - timedelta(hours=1)
    statement = sa.delete(idempotency_keys).where(idempotency_keys.c.stored_hour < edge)
    result: Any = await session.execute(statement)
    return int(result.rowcount)
