"""What notifications tells the others. The aggregate is the announcement (or the calendar)."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.events import Event


class FallScope(StrEnum):
    """What falls when an objection is upheld."""

    STAR = "star"  # the star concerned
    WHOLE_AWARD = "whole_award"  # every star (fraud)
    REDETERMINE = "redetermine"  # omission or procedure: the committee must settle it again


class AnnouncementPublished(Event):
    """A person published the notice; the period runs through `last_day` 24:00."""

    type: ClassVar[str] = "announcement.published"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    announcement_id: UUID
    cycle_id: UUID
    determination_id: UUID
    published_on: date
    first_day: date
    last_day: date
    provisional: bool


class AnnouncementClosed(Event):
    """The period ended: everything takes effect except `held` (an open case each)."""

    type: ClassVar[str] = "announcement.closed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    announcement_id: UUID
    cycle_id: UUID
    determination_id: UUID
    closed_on: date
    held: list[UUID]


class ObjectionUpheld(Event):
    """A finding signed by two inspectors upheld an objection: what fails, for whom.

    `released` are organizations of a closed announcement without any other open case:
    once corrected, their results take effect. The objector is never part of an event.
    """

    type: ClassVar[str] = "objection.upheld"
    consumers: ClassVar[tuple[str, ...]] = ("scoring",)
    announcement_id: UUID
    cycle_id: UUID
    determination_id: UUID
    objection_id: UUID
    scope: FallScope
    star: str | None
    organization_ids: list[UUID]
    released: list[UUID]
    decided_on: date


class ObjectionDismissed(Event):
    """A finding signed by two inspectors dismissed an objection; `released` take effect."""

    type: ClassVar[str] = "objection.dismissed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring",)
    announcement_id: UUID
    cycle_id: UUID
    determination_id: UUID
    objection_id: UUID
    released: list[UUID]
    decided_on: date


class FindingDue(Event):
    """No inspector has acted on a case for long; it names neither objector nor branch.

    `wait` is what it waits for: `check`, or the second inspector's `sign`.
    """

    type: ClassVar[str] = "finding.due"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    objection_id: UUID
    announcement_id: UUID
    county_id: UUID
    wait: str
    received_on: date


class CalendarDay(BaseModel):
    """One day that deviates from the ordinary week by an uploaded notice."""

    model_config = ConfigDict(frozen=True)
    day: date
    working: bool
    name: str


class CalendarChanged(Event):
    """An upload changed the working days; scoring counts its deadlines by the same days."""

    type: ClassVar[str] = "calendar.changed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring",)
    days: list[CalendarDay]
    complete_years: list[int]
