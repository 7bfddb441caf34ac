"""Hours of training in a year against a target.

Clause: 书记 · 育. A course counts in the year in which it ends.
"""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.registry import Post

# What the national plan for the training of party members asks of a branch's leaders in a year.
TARGET_HOURS = 56


@dataclass(frozen=True)
class Held:
    """A post that somebody holds."""

    organization_id: UUID
    path: str
    post: Post


@dataclass(frozen=True)
class PersonYear:
    """One person's hours and completed courses in a year, against the target."""

    person_id: UUID
    name: str
    posts: tuple[Held, ...]
    hours: int
    completed: int
    target: int

    @property
    def met(self) -> bool:
        """Whether the target is reached; the number itself is enough."""
        return self.hours >= self.target

    @property
    def missing(self) -> int:
        """How many hours are left to go."""
        return max(self.target - self.hours, 0)


@dataclass
class Total:
    """How many people of a place reached the target, fell short of it, or have no hour at all."""

    people: int = 0
    met: int = 0
    short: int = 0
    none: int = 0
    hours: int = 0

    def add(self, found: PersonYear) -> None:
        """Count one person."""
        self.people += 1
        self.hours += found.hours
        if found.met:
            self.met += 1
        elif found.hours:
            self.short += 1
        else:
            self.none += 1
