"""Sessions and their chains of refresh tokens: a token used twice ends its session.

Clause: RFC 9700 4.14 (refresh token rotation); 等保2.0 level 3, session time-out.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.registry.identity.domain.users import Limits
from shared.caller import Caller, Grant, Role
from shared.errors import NotFound, Problem, Text

_MACHINES = uuid5(NAMESPACE_URL, "urn:wuxing:machine")


class SessionEnded(Problem):
    """The refresh token belongs to no living session."""

    slug = "session-ended"
    status = 401
    title = Text("登录已结束", "The session has ended")


class RefreshReused(Problem):
    """A refresh token came a second time: it may be stolen, so the session was ended."""

    slug = "refresh-token-reused"
    status = 401
    title = Text("刷新令牌被重复使用", "The refresh token was used twice")


class SessionUnknown(NotFound):
    """No such session of this user."""

    slug = "session-unknown"
    title = Text("没有这个登录会话", "No such session")


class MachineUnknown(Problem):
    """The machine account or its secret is wrong."""

    slug = "machine-sign-in-failed"
    status = 401
    title = Text("服务账号登录失败", "Machine sign-in failed")


class Method(StrEnum):
    """How a person proved who they are when the session began."""

    PASSWORD = "password"  # noqa: S105 -- a name, no secret
    INVITATION = "invitation"
    OIDC = "oidc"
    WECHAT = "wechat"


class EndReason(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    REUSED = "refresh_reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a reason, no secret
    DISABLED = "account_disabled"
    ADMINISTRATOR = "ended_by_administrator"
    FACTOR_RESET = "second_factor_reset"
    HANDED_OVER = "handed_over"
    ERASED = "person_erased"


@dataclass(frozen=True)
class Session:
    """One sign-in on one device, until it ends, idles out or grows too old (real time)."""

    id: UUID
    user_id: UUID
    device: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    method: str = Method.PASSWORD
    second_factor: bool = False
    ended_at: datetime | None = None
    end_reason: str | None = None

    def alive(self, now: datetime) -> bool:
        """Whether the session may go on."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True)
class RefreshToken:
    """One link of a session's chain; used once, for the next link."""

    token_hash: str
    session_id: UUID
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Verdict(StrEnum):
    """What a presented refresh token leads to."""

    ROTATE = "rotate"
    REUSED = "reused"
    ENDED = "ended"


def judge(token: RefreshToken, session: Session, now: datetime) -> Verdict:
    """Judge a presented refresh token by its chain."""
    if not session.alive(now):
        return Verdict.ENDED
    if token.used_at is not None:
        return Verdict.REUSED
    return Verdict.ROTATE if now < token.expires_at else Verdict.ENDED


def new_secret() -> str:
    """Return a new refresh token: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored of a refresh token; its randomness makes a fast hash enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link(secret: str, session: Session, now: datetime, limits: Limits) -> RefreshToken:
    """Return the next link of a session's chain."""
    until = min(now + limits.idle, session.expires_at)
    return RefreshToken(hash_of(secret), session.id, now, until)


def machine(accounts: Mapping[str, str], client_id: str, secret: str) -> Caller:
    """Return the caller a machine account stands for; raise MachineUnknown otherwise.

    An unknown account takes as long as a wrong secret.
    """
    expected = accounts.get(client_id, "")
    same = hmac.compare_digest(expected.encode(), secret.encode())
    if not same or not expected:
        raise MachineUnknown(
            "服务账号或密钥不对，请核对 machine_accounts 设置。",
            "Unknown machine account or wrong secret: check the machine_accounts setting.",
        )
    return Caller(uuid5(_MACHINES, client_id), (Grant(Role.SERVICE),))


def session_ended() -> SessionEnded:
    """Return the answer to a refresh token that leads nowhere."""
    return SessionEnded(
        "登录已结束或已超时，请重新登录。", "The session has ended or timed out: sign in again."
    )


def refresh_reused() -> RefreshReused:
    """Return the answer to a refresh token that was used before."""
    return RefreshReused(
        "这个刷新令牌已经用过，为防被盗用，本次登录已被注销；请重新登录，如非本人操作请改密码。",
        "This refresh token was used before, so the session was ended: sign in again.",
    )
