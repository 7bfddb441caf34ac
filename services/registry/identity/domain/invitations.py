"""Invitations: one use, one end; the invited person alone learns and sets the password."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.errors import NotFound, Problem, Text


class InvitationUnusable(Problem):
    """The invitation is unknown, used, taken back or over; which of them is not said."""

    slug = "invitation-unusable"
    status = 410
    title = Text("邀请不能使用", "The invitation cannot be used")


class InvitationUnknown(NotFound):
    """No such open invitation within the caller's part of the tree."""

    slug = "invitation-unknown"
    title = Text("没有这个邀请", "No such invitation")


@dataclass(frozen=True)
class Invitation:
    """An invitation to set an account's password; only the token's hash is kept (real time)."""

    id: UUID
    user_id: UUID
    county_id: UUID | None
    token_hash: str
    invited_by: UUID
    invited_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether the invitation can still be accepted."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


def unusable() -> InvitationUnusable:
    """Return the one answer to every token that does not open an account."""
    return InvitationUnusable(
        "邀请无效、已使用、已撤回或已过期，请联系管理员重新邀请。",
        "The invitation is unknown, used, withdrawn or over: ask the administrator for another.",
    )
