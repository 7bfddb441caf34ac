"""The envelope every event travels in (CloudEvents' vocabulary, our sequence)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all event contents; subclasses name their type and who consumes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: ClassVar[str]
    consumers: ClassVar[tuple[str, ...]]


class Envelope(BaseModel):
    """One event on its way to one consumer.

    `sequence` counts the events of one aggregate for one consumer from 1 without gaps, so
    that a consumer can apply them in order however they arrive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: UUID
    source: str
    type: str
    aggregate_id: UUID
    sequence: int
    county_id: UUID | None
    occurred_at: datetime
    data: dict[str, object]
