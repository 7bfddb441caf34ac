"""组织变动: dated events of the tree, and what each may be refused for.

Clause: 五星创建 第二版 · a merging branch has a named successor by recorded decision; results
keep pointing at what existed then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import Organization
from shared.errors import Conflict, Invalid, NotFound, Problem, Text


class Action(StrEnum):
    """What happened to organizations on a day."""

    FOUND = "found"  # 成立
    RENAME = "rename"  # 更名、改建
    MOVE = "move"  # 变更隶属关系
    SPLIT = "split"  # 分设
    MERGE = "merge"  # 合并
    DISSOLVE = "dissolve"  # 撤销
    CORRECT = "correct"  # 更正登记


class Part(StrEnum):
    """What an organization has to do with an event."""

    SUBJECT = "subject"  # it happened to this one
    ORIGIN = "origin"  # split off from this one
    MADE = "made"  # came into being by it
    SUCCESSOR = "successor"  # took over
    CARRIED = "carried"  # moved along with what it belongs to


class BelowItself(Invalid):
    """The tree would have a circle: an organization would stand below itself."""

    slug = "organization-below-itself"
    title = Text("上下级关系成环", "An organization cannot stand below itself")


class EventsOverlap(Conflict):
    """Something else happened, or is to happen, to the same organization on that day or later."""

    slug = "organization-events-overlap"
    title = Text("与已登记的变动冲突", "Other changes are registered for that day or later")


class OtherCounty(Invalid):
    """A change would reach across the border of a county."""

    slug = "organization-other-county"
    title = Text("不能跨县变动", "Changes stay within one county")


class NothingChanges(Conflict):
    """What is asked for is so already."""

    slug = "organization-unchanged"
    title = Text("没有变化", "Nothing would change")


class PartsInvalid(Invalid):
    """The list of organizations to split or merge makes no sense."""

    slug = "organization-parts-invalid"
    title = Text("拆分或合并的组织不合适", "These organizations cannot be split or merged so")


class EventUnknown(NotFound):
    """No event has this id, or none within the caller's part of the tree."""

    slug = "organization-event-unknown"
    title = Text("没有这次变动", "No such event")


class EventInForce(Conflict):
    """An event that has taken effect, or on which others rest, cannot be withdrawn."""

    slug = "organization-event-in-force"
    title = Text("变动不能撤回", "The event cannot be withdrawn")


@dataclass(frozen=True)
class Event:
    """One change of the tree; it holds from `effective_on`, whenever it was recorded."""

    id: UUID
    county_id: UUID | None
    action: Action
    effective_on: date
    reason: str
    parts: Mapping[UUID, Part]
    recorded_at: datetime | None = None
    recorded_by: UUID | None = None
    withdrawn_at: datetime | None = None

    def of(self, part: Part) -> list[UUID]:
        """Return the organizations that have this part in it."""
        return [each for each, own in self.parts.items() if own is part]


@dataclass(frozen=True)
class Outcome:
    """What a change would do, or why it cannot be done.

    `ended` are organizations whose last period ends on the event's day, for the next one in
    `begun` or for ever (`dissolved`, with the successor).
    """

    event: Event
    begun: tuple[Period, ...] = ()
    ended: tuple[UUID, ...] = ()
    made: tuple[Organization, ...] = ()
    dissolved: Mapping[UUID, UUID | None] | None = None
    blocked: tuple[Problem, ...] = ()

    def require_possible(self) -> None:
        """Raise the first thing that stands in the way."""
        if self.blocked:
            raise self.blocked[0]


@dataclass(frozen=True)
class Preview:
    """What a change would do: each organization's part, before and after, and who points at it."""

    outcome: Outcome
    before: Mapping[UUID, Period]
    after: Mapping[UUID, Period]
    references: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A change that was carried out, with the organizations of its event as they are today."""

    event: Event
    organizations: Mapping[UUID, Organization]

    def of(self, part: Part) -> list[Organization]:
        """Return the organizations that have this part in it."""
        return [self.organizations[each] for each in self.event.of(part)]


@dataclass(frozen=True)
class Told:
    """An event with the names of the organizations that have a part in it."""

    event: Event
    names: dict[UUID, str]
