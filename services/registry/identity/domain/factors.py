"""The second factor of administrators: one-time codes by an authenticator, recovery codes.

Clauses: RFC 6238 (TOTP, 30 seconds, 6 digits); GB/T 22239 (等保2.0) level 3, 身份鉴别: two
factors for administrators. A code counts once, also within its 30 seconds.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from services.registry.identity.domain.grants import ADMINISTRATORS
from shared.caller import Grant
from shared.errors import Conflict, Problem, Text
from shared.sealing.envelope import Place

ISSUER = "五星 Wuxing"
STEP_SECONDS = 30
# A phone's clock may be one step ahead or behind.
_SKEW_STEPS = (0, -1, 1)
RECOVERY_CODES = 10
# Where the secrets of authenticators stand, sealed.
SECRET = Place("second_factors", "sealed")
# Base 32, 80 bits: so many that a fast hash of one cannot be searched for.
_RECOVERY_LETTERS = 16
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class SecondFactorNeeded(Problem):
    """The password is right; this account also needs a one-time code."""

    slug = "second-factor-needed"
    status = 401
    title = Text("还需要动态口令", "A one-time code is needed too")


class SecondFactorWrong(Problem):
    """The code is wrong, too old, or was used before."""

    slug = "second-factor-wrong"
    status = 401
    title = Text("动态口令不对", "The one-time code is wrong")


class SecondFactorPresent(Conflict):
    """A second factor is in use; it must be removed before another is enrolled."""

    slug = "second-factor-present"
    title = Text("已启用动态口令", "There is a second factor already")


class SecondFactorAbsent(Conflict):
    """There is no second factor for this step: enrol first."""

    slug = "second-factor-absent"
    title = Text("尚未登记动态口令", "There is no second factor")


@dataclass(frozen=True)
class FactorRules:
    """Whether administrators need a second factor."""

    required: bool


@dataclass(frozen=True)
class Factor:
    """An account's second factor: enrolled, and in use once confirmed.

    `last_step` is the newest 30-second step whose code was accepted; none before counts again.
    """

    user_id: UUID
    sealed: bytes
    enrolled_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0

    @property
    def confirmed(self) -> bool:
        """Whether the factor is in use."""
        return self.confirmed_at is not None


def new_secret() -> str:
    """Return a new shared secret in base 32 (160 bits)."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, username: str) -> str:
    """Return the otpauth:// address that authenticators read as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step whose code this is, if it was not used before; None otherwise."""
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (current + skew for skew in _SKEW_STEPS):
        same = hmac.compare_digest(generator.generate_otp(step).encode(), code.encode())
        if same and step > last_step:
            return step
    return None


def looks_like_recovery(code: str) -> bool:
    """Whether this is a recovery code rather than six digits."""
    return len(_letters(code)) == _RECOVERY_LETTERS


def new_recovery_codes() -> list[str]:
    """Return recovery codes as people write them down: XXXX-XXXX-XXXX-XXXX."""
    return [_new_recovery_code() for _ in range(RECOVERY_CODES)]


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LETTERS))
    return "-".join(letters[i : i + 4] for i in range(0, _RECOVERY_LETTERS, 4))


def recovery_hash(user_id: UUID, code: str) -> str:
    """Return what is stored of a recovery code; dashes and lower case do not matter."""
    return hashlib.sha256(user_id.bytes + _letters(code).encode()).hexdigest()


def _letters(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum())


def usable(grants: Iterable[Grant], *, needed: bool, given: bool) -> tuple[Grant, ...]:
    """Return the grants a session may use: administrators' only with the factor it needs."""
    withheld = needed and not given
    return tuple(each for each in grants if not (withheld and each.role in ADMINISTRATORS))


def needed() -> SecondFactorNeeded:
    """Return the answer to a right password without a code."""
    return SecondFactorNeeded(
        "密码正确，请再填写验证器上的六位动态口令（code）后登录；手机不在身边时可用恢复码。",
        "The password is right: send the six-digit `code` too, or a recovery code.",
    )


def wrong() -> SecondFactorWrong:
    """Return the one answer to a wrong, an old and a used code."""
    return SecondFactorWrong(
        "动态口令不对、已过期或已用过，请等验证器显示下一个口令后再试；连续输错会锁定账号。",
        "The code is wrong, too old or was used: wait for the next one; failures lock the account.",
    )


def present() -> SecondFactorPresent:
    """Return the answer to a second enrolment."""
    return SecondFactorPresent(
        "已启用动态口令。要换手机，请先用当前口令停用，再重新登记。",
        "A second factor is in use: remove it with a code first, then enrol again.",
    )


def absent() -> SecondFactorAbsent:
    """Return the answer where there is nothing to confirm, check or remove."""
    return SecondFactorAbsent(
        "尚未登记动态口令，请先登记（POST /v1/me/second-factor）再办理。",
        "There is no second factor: enrol first (POST /v1/me/second-factor).",
    )
