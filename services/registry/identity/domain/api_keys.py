"""API keys of platforms: shown once, kept as a hash, exchanged for tokens of ten minutes.

A key is `wx_<prefix>_<secret>`: the prefix is public and finds the row, the secret proves it.
A key never lets its holder do more than the account's platform grants, within its scopes.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import Invalid, NotFound, Problem, Text

_KEY = re.compile(r"wx_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LONGEST_DAYS = 366


class Scope(StrEnum):
    """What a key may be used for: reading or writing at one service."""

    REGISTRY_READ = "registry:read"
    REGISTRY_WRITE = "registry:write"
    SCORING_READ = "scoring:read"
    SCORING_WRITE = "scoring:write"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"


class ApiKeyRefused(Problem):
    """The key is unknown, revoked or over, or its account may not act."""

    slug = "api-key-refused"
    status = 401
    title = Text("接口密钥不能使用", "The API key cannot be used")


class ApiKeyUnknown(NotFound):
    """No such key within the caller's part of the tree."""

    slug = "api-key-unknown"
    title = Text("没有这个接口密钥", "No such API key")


class ApiKeyInvalid(Invalid):
    """The account is no platform, or the key's end does not fit."""

    slug = "api-key-invalid"
    title = Text("接口密钥不能这样发放", "Such a key cannot be issued")


@dataclass(frozen=True)
class ApiKey:
    """One key; `last_used_on` is a business date, the other times are real."""

    id: UUID
    user_id: UUID
    county_id: UUID | None
    name: str
    prefix: str
    secret_hash: str
    scopes: tuple[str, ...]
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    last_used_on: date | None = None

    def usable(self, now: datetime) -> bool:
        """Whether the key still opens anything."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class KeyDraft:
    """What is asked for; the key ends with its last day in Asia/Shanghai (real time)."""

    name: str
    scopes: tuple[Scope, ...]
    last_day: date


def new_key() -> tuple[str, str, str]:
    """Return a new key: its whole text, its public prefix, and the hash to keep."""
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(12))
    secret = secrets.token_urlsafe(32)
    return f"wx_{prefix}_{secret}", prefix, hash_of(secret)


def parts(key: str) -> tuple[str, str] | None:
    """Return prefix and secret of a presented key; None when it is none of ours."""
    found = _KEY.fullmatch(key)
    return (found[1], found[2]) if found else None


def hash_of(secret: str) -> str:
    """Return what is stored of a key; its randomness makes a fast hash enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def fits(secret: str, stored_hash: str) -> bool:
    """Whether the secret belongs to the stored hash."""
    return hmac.compare_digest(hash_of(secret), stored_hash)


def refused() -> ApiKeyRefused:
    """Return the one answer to every key that opens nothing."""
    return ApiKeyRefused(
        "接口密钥无效、已撤销或已到期，或其账号没有平台授权，请联系系统管理员。",
        "The API key is unknown, revoked or over, or its account is no platform: "
        "ask the administrator.",
    )
