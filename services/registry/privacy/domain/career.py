"""What is kept of a person's way besides the terms themselves."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.people.domain.elections import Body, ElectionState
from services.registry.people.domain.reserve import Reserve
from shared.contracts.registry import Post


@dataclass(frozen=True)
class Trained:
    """A course that the person attended; hours are 学时."""

    course_id: UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    completed: bool


@dataclass(frozen=True)
class Elected:
    """A seat that the person was elected to."""

    election_id: UUID
    organization_id: UUID
    body: Body
    post: Post
    state: ElectionState
    held_on: date | None
    term_id: UUID | None


@dataclass(frozen=True)
class Career:
    """What is kept of a person besides terms: courses, elections, standing in reserve."""

    trained: list[Trained]
    elected: list[Elected]
    reserve: list[Reserve]
