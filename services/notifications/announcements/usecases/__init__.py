"""What people, events and the clock do with announcements."""

from services.notifications.announcements.usecases.desk import edit, publish, restore, withdraw
from services.notifications.announcements.usecases.drafting import (
    on_results_corrected,
    on_results_determined,
)
from services.notifications.announcements.usecases.periods import follow_calendar
from services.notifications.announcements.usecases.reading import (
    edition,
    find,
    listing,
    notice,
    notices,
)

__all__ = [
    "edit",
    "edition",
    "find",
    "follow_calendar",
    "listing",
    "notice",
    "notices",
    "on_results_corrected",
    "on_results_determined",
    "publish",
    "restore",
    "withdraw",
]
