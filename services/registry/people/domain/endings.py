"""届满: terms whose last day is known, and periods of the 两委 that an election began."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.registry.people.domain.elections import Body
from shared.contracts.registry import EndingKind, Post

MOST_DAYS = 3_660


@dataclass(frozen=True)
class Ending:
    """Something of an organization that ends soon; `ends_on` is its last day.

    A term names the person and the post; a period names the election that began it. `planned_on`
    is the day of the next election, where one is planned.
    """

    id: UUID
    kind: EndingKind
    organization_id: UUID
    county_id: UUID
    path: str
    name: str
    ends_on: date
    person_id: UUID | None
    person_name: str | None
    post: Post | None
    body: Body | None
    planned_on: date | None


@dataclass(frozen=True)
class Reminding:
    """When somebody is reminded: days before an end, months of a vacancy."""

    days: int = 90
    months: int = 3

    def horizon(self, today: date) -> date:
        """Return the last day whose endings are told today."""
        return last_day(today, self.days)


def last_day(first: date, days: int) -> date:
    """Return the day so many days later; the calendar's last at most."""
    return first + min(timedelta(days=days), date.max - first)
