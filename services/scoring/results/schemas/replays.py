"""Replays and alarms as they travel."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.scoring.results.domain.replay import Alarm, Difference, Replayed


class DifferenceView(BaseModel):
    """One difference: what, where, and both hashes."""

    subject: str
    subject_id: UUID
    expected: str
    found: str

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """Make the view."""
        return cls(**vars(difference))


class ReplayView(BaseModel):
    """What a replay went through; `identical` when everything gave the same bytes."""

    cycle_id: UUID
    identical: bool
    snapshots: int
    versions: int
    differences: list[DifferenceView]

    @classmethod
    def of(cls, cycle_id: UUID, replayed: Replayed) -> Self:
        """Make the view."""
        return cls(
            cycle_id=cycle_id,
            identical=not replayed.differences,
            snapshots=replayed.snapshots,
            versions=replayed.versions,
            differences=[DifferenceView.of(each) for each in replayed.differences],
        )


class AlarmView(BaseModel):
    """A difference that a replay met for the first time."""

    id: UUID
    cycle_id: UUID
    subject: str
    subject_id: UUID
    expected: str
    found: str
    raised_at: datetime

    @classmethod
    def of(cls, alarm: Alarm) -> Self:
        """Make the view."""
        return cls(**{name: value for name, value in vars(alarm).items() if name != "county_id"})
