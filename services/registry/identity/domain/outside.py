"""Signing in by another system: who somebody is there, and which account that is here.

Clauses: OpenID Connect Core 1.0, 3.1 (authorization code); RFC 7636 (PKCE, S256); the mini-program
platform's code2session. Issuer and subject name somebody; names and e-mails are never matched.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from shared.errors import Conflict, NotFound, Problem, Text
from shared.sealing.envelope import Place

# Long enough to type a password and a one-time code over there.
PENDING = timedelta(minutes=10)
# Where the subjects stand, sealed.
SUBJECT = Place("external_identities", "sealed_subject")


class SignInNotOffered(NotFound):
    """This installation does not offer this way of signing in."""

    slug = "sign-in-not-offered"
    title = Text("未开通这种登录方式", "This way of signing in is not offered")


class SignInNotBegun(Problem):
    """State and ticket belong to no sign-in under way: unknown, used, or too old."""

    slug = "sign-in-not-begun"
    status = 410
    title = Text("登录过程已失效", "The sign-in is no longer under way")


class OutsideSignInFailed(Problem):
    """The other system does not confirm who this is."""

    slug = "outside-sign-in-failed"
    status = 401
    title = Text("外部登录未通过", "The other system does not confirm this sign-in")


class IdentityNotLinked(Problem):
    """Somebody known elsewhere, whom no account here belongs to."""

    slug = "identity-not-linked"
    status = 403
    title = Text("尚未绑定账号", "No account is linked")


class IdentityTaken(Conflict):
    """That identity belongs to another account."""

    slug = "identity-taken"
    title = Text("已绑定其他账号", "Linked to another account")


class IdentityUnknown(NotFound):
    """The caller's account has no such identity."""

    slug = "identity-unknown"
    title = Text("没有这个绑定", "No such link")


@dataclass(frozen=True)
class Outside:
    """Who somebody is in another system."""

    issuer: str
    subject: str


@dataclass(frozen=True)
class Linked:
    """An identity that an account is entered by."""

    issuer: str
    subject: str
    user_id: UUID
    linked_at: datetime


@dataclass(frozen=True)
class Pending:
    """A sign-in under way; `ticket` stays with whoever began it, `state` travels through."""

    state_hash: str
    ticket_hash: str
    nonce: str
    verifier: str
    expires_at: datetime


class IdentityProvider(Protocol):
    """A government identity provider that speaks OpenID Connect."""

    async def address(self, state: str, nonce: str, challenge: str) -> str:
        """Return where to send the person; Unavailable when the provider is."""

    async def who(self, code: str, verifier: str, nonce: str) -> Outside:
        """Exchange a code; OutsideSignInFailed when anything about the answer is wrong."""


class MiniProgram(Protocol):
    """The platform of the mini-program."""

    async def who(self, code: str) -> Outside:
        """Exchange a mini-program's login code; OutsideSignInFailed when it is not taken."""


@dataclass(frozen=True)
class OutsideSystems:
    """Which other systems people may sign in by here."""

    provider: IdentityProvider | None = None
    mini_program: MiniProgram | None = None


def hash_of(secret: str) -> str:
    """Return what is stored of a state or ticket: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a state, ticket, nonce or verifier: 256 random bits."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def not_offered() -> SignInNotOffered:
    """Return the answer where a way of signing in is not configured."""
    return SignInNotOffered(
        "本系统没有开通这种登录方式，请用用户名和密码登录。",
        "This way of signing in is not offered here: use user name and password.",
    )


def not_begun() -> SignInNotBegun:
    """Return the one answer to a state or ticket that leads nowhere."""
    return SignInNotBegun(
        "这次登录已用过、已超时或不是从本设备发起，请重新点击登录。",
        "This sign-in was used, timed out or begun elsewhere: begin again.",
    )


def failed(reason: str) -> OutsideSignInFailed:
    """Return the answer to somebody whom the other system does not confirm."""
    return OutsideSignInFailed(
        "对方系统没有确认您的身份，请重新登录；多次失败请联系管理员。",
        "The other system did not confirm who you are: begin again, or ask an administrator.",
        reason=reason,
    )


def not_linked() -> IdentityNotLinked:
    """Return the answer to somebody whom no account here belongs to."""
    return IdentityNotLinked(
        "您的外部账号还没有绑定本系统的账号，请先用用户名和密码登录，再在“我的绑定”中绑定。",
        "No account is linked to you: sign in by user name and password once, and link it.",
    )


def taken() -> IdentityTaken:
    """Return the answer to linking an identity that another account has."""
    return IdentityTaken(
        "这个外部账号已绑定本系统的另一个账号，请先在那个账号中解除绑定。",
        "This identity is linked to another account: unlink it there first.",
    )
