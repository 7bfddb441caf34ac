"""What the audit trail keeps of an announcement."""

from datetime import date

from services.notifications.announcements.domain.announcement import Announcement
from shared.context import Work


async def audit(
    work: Work,
    action: str,
    announcement: Announcement,
    *,
    before: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Record an action with the state and the period it led to."""
    await work.audit(
        action,
        "announcement",
        announcement.id,
        county_id=announcement.county_id,
        before=before,
        after={"state": announcement.state.value, **period(announcement)},
        reason=reason,
    )


def period(announcement: Announcement) -> dict[str, object]:
    """Return the period as JSON values."""

    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "first_day": day(announcement.first_day),
        "last_day": day(announcement.last_day),
        "provisional": announcement.provisional,
    }
