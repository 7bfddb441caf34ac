"""Problems: what went wrong, said once in Chinese and English, with a stable type (RFC 9457).

A problem is raised where the rule lives (a domain module) and translated to HTTP in
`shared.web`. The class carries type, status and title; the instance carries the sentence
that says what to do. Nothing here knows HTTP libraries, so domain code may use it.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """One sentence in both languages: natural Chinese first, English second."""

    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    """One wrong place of the input: a JSON pointer, or `row 7, column points`."""

    pointer: str
    detail: Text


class Problem(Exception):  # noqa: N818 -- RFC 9457 calls it a problem, and so do our users
    """Base of everything that is answered with problem+json.

    `slug` is the stable last part of the problem `type`; never reuse one.
    `extra` holds members that help a program act (a due date, a limit, the missing parts).
    """

    slug: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[Text] = Text("请求无法处理", "The request cannot be processed")

    def __init__(
        self, zh: str, en: str, *, faults: tuple[Fault, ...] = (), **extra: object
    ) -> None:
        """Take the detail in Chinese and English, the faulty places, and extra members."""
        super().__init__(en)
        self.detail = Text(zh, en)
        self.faults = faults
        self.extra = extra

    @property
    def type(self) -> str:
        """The stable problem type URI."""
        return f"urn:wuxing:problem:{self.slug}"


class Invalid(Problem):
    """The content was understood but breaks a rule; the faults name every place at once."""

    slug = "invalid-content"
    status = 422
    title = Text("内容有误", "Invalid content")


class NotFound(Problem):
    """No such thing, or none that this caller may know of."""

    slug = "not-found"
    status = 404
    title = Text("没有找到", "Not found")


class Conflict(Problem):
    """The thing is not in a state in which this can be done."""

    slug = "conflict"
    status = 409
    title = Text("与当前状态冲突", "Conflict with the current state")


class NotSignedIn(Problem):
    """No token, or one that is expired, revoked or not ours."""

    slug = "not-signed-in"
    status = 401
    title = Text("请先登录", "Sign in first")


class Forbidden(Problem):
    """The caller holds no role that may do this."""

    slug = "forbidden"
    status = 403
    title = Text("没有权限", "Not allowed")


class OutOfScope(Forbidden):
    """The caller holds the role, but for another part of the tree."""

    slug = "out-of-scope"
    title = Text("不在您的管辖范围", "Outside your part of the tree")


class PreconditionRequired(Problem):
    """A change was sent without If-Match."""

    slug = "if-match-required"
    status = 428
    title = Text("缺少版本号", "If-Match is required")


class Stale(Problem):
    """A change was made against an older version than the stored one."""

    slug = "stale-version"
    status = 412
    title = Text("内容已被更新", "The content has changed since you read it")


class IdempotencyKeyReused(Problem):
    """The same Idempotency-Key came with another body or for another operation."""

    slug = "idempotency-key-reused"
    status = 422
    title = Text("幂等键已用于其他请求", "Idempotency-Key was used for another request")


class TooLarge(Problem):
    """The body or the file is over the stated limit."""

    slug = "too-large"
    status = 413
    title = Text("内容过大", "Too large")


class TooMany(Problem):
    """Too many requests from one place in a short time."""

    slug = "too-many-requests"
    status = 429
    title = Text("请求过于频繁", "Too many requests")


class Unavailable(Problem):
    """Another service that is needed for this did not answer in time."""

    slug = "dependency-unavailable"
    status = 503
    title = Text("依赖的服务暂不可用", "A service needed for this is not available")


def stale() -> Stale:
    """Return the problem for a change that was based on an older version."""
    return Stale(
        "内容已被他人更新，请重新读取后再修改，您这次的修改没有保存。",
        "The content has changed since you read it: read it again; nothing was saved.",
    )


def require_version(given: int, stored: int) -> None:
    """Raise Stale unless a change was based on the stored version."""
    if given != stored:
        raise stale()
