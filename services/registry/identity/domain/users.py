"""Accounts: password rules and lock-out. Clause: GB/T 22239 (等保2.0) level 3, 身份鉴别."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Fault, Invalid, NotFound, Problem, Text
from shared.sealing.envelope import Place

_KINDS = (
    re.compile(r"[a-z]"),
    re.compile(r"[A-Z]"),
    re.compile(r"[0-9]"),
    re.compile(r"[^a-zA-Z0-9]"),
)
KINDS_NEEDED = 3
# What guessing begins with; compared without regard to capitals.
_GUESSED = (
    *("123456", "654321", "112233", "888888", "666666", "5201314"),
    *("password", "passw0rd", "p@ssw0rd", "qwerty", "asdfgh", "1q2w3e", "admin123"),
    *("iloveyou", "woaini", "mima123"),
)
LONGEST_PASSWORD = 128
# Where e-mail addresses stand, sealed.
EMAIL = Place("users", "sealed_email")


@dataclass(frozen=True)
class Limits:
    """The settings of sign-in: password length, lock-out and the lives of sessions."""

    password_length: int = 10
    lock_after_failures: int = 5
    lock_for: timedelta = timedelta(minutes=15)
    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=14)
    invitation: timedelta = timedelta(hours=72)


class PasswordWeak(Invalid):
    """The password breaks a rule; the sentence says which rules there are."""

    slug = "password-weak"
    title = Text("密码不符合要求", "The password is too weak")


class UsersRejected(Invalid):
    """Some of the accounts cannot be made: each reason is named, and none is made."""

    slug = "users-rejected"
    title = Text("账号未能建立", "The accounts cannot be made")


class UserUnknown(NotFound):
    """No such account within the caller's part of the tree."""

    slug = "user-unknown"
    title = Text("没有这个账号", "No such user")


class SignInFailed(Problem):
    """User name or password is wrong; which of them is not said."""

    slug = "sign-in-failed"
    status = 401
    title = Text("登录失败", "Sign-in failed")


class AccountLocked(Problem):
    """Too many failed sign-ins; `locked_until` says until when (real time)."""

    slug = "account-locked"
    status = 423
    title = Text("账号已锁定", "The account is locked")


class AccountDisabled(Problem):
    """An administrator has disabled the account."""

    slug = "account-disabled"
    status = 403
    title = Text("账号已停用", "The account is disabled")


@dataclass(frozen=True)
class User:
    """One account; `person_id` is the natural person behind it."""

    id: UUID
    username: str
    display_name: str
    password_hash: str | None  # none before an invitation is accepted
    created_at: datetime
    county_id: UUID | None = None
    sealed_email: bytes | None = field(default=None, repr=False)
    person_id: UUID | None = None
    disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    version: int = 1

    def locked(self, now: datetime) -> bool:
        """Whether the account is locked at this (real) time."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True)
class Attempts:
    """Failed sign-ins so far and the end of a lock."""

    failures: int
    locked_until: datetime | None


def after_failure(user: User, now: datetime, limits: Limits) -> Attempts:
    """Count a failed sign-in; the last one allowed locks. A lock that has ended starts anew."""
    ended = user.locked_until is not None and user.locked_until <= now
    failures = (0 if ended else user.failures) + 1
    if failures >= limits.lock_after_failures:
        return Attempts(failures, now + limits.lock_for)
    return Attempts(failures, None)


def check_password(password: str, username: str, limits: Limits) -> None:
    """Raise PasswordWeak unless the password follows every rule."""
    fault = password_fault(password, username, limits)
    if fault is not None:
        raise PasswordWeak(fault.zh, fault.en, faults=(Fault("/body/password", fault),))


def password_fault(password: str, username: str, limits: Limits) -> Text | None:
    """Return what is wrong with a password, or None."""
    kinds = sum(bool(kind.search(password)) for kind in _KINDS)
    long_enough = limits.password_length <= len(password) <= LONGEST_PASSWORD
    lowered = password.lower()
    named = username.lower() in lowered or any(each in lowered for each in _GUESSED)
    if long_enough and kinds >= KINDS_NEEDED and not named:
        return None
    return Text(
        f"密码应有 {limits.password_length} 到 {LONGEST_PASSWORD} 个字符，至少含大写字母、"
        "小写字母、数字、符号中的三类，且不含用户名和 123456 之类的常见组合，请换一个。",
        f"A password has {limits.password_length} to {LONGEST_PASSWORD} characters of at least "
        "three kinds (upper, lower, digit, other), without user name or well-known sequences.",
    )


def unchanged() -> PasswordWeak:
    """Return the answer to a new password that is the old one."""
    text = Text(
        "新密码与现在的密码相同，请换一个。", "The new password is the present one: choose another."
    )
    return PasswordWeak(text.zh, text.en, faults=(Fault("/body/new", text),))


def sign_in_failed() -> SignInFailed:
    """Return the one answer to a wrong user name and to a wrong password."""
    return SignInFailed(
        "用户名或密码不对，请核对后再试；连续输错会锁定账号。",
        "User name or password is wrong; repeated failures lock the account.",
    )


def account_locked(until: datetime) -> AccountLocked:
    """Return the answer while an account is locked."""
    return AccountLocked(
        "登录失败次数过多，账号已暂时锁定，请在 locked_until 之后再试，或请系统管理员解锁。",
        "Too many failures: try again after locked_until, or ask an administrator.",
        locked_until=until,
    )
