"""What a dated change of the tree does: pure plans from the part of the register it touches.

Nothing before the day of a change is ever rewritten. What stands in the way is collected, so
that a preview names everything at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.registry.organizations.domain import blocks
from services.registry.organizations.domain.events import Action, Event, Outcome, Part
from services.registry.organizations.domain.timeline import Forest, Period, first_period
from services.registry.organizations.domain.tree import Organization, path_below
from shared.contracts.registry import OrganizationKind, Sector
from shared.errors import Problem
from shared.pinyin import spelled


@dataclass
class Plan:
    """An outcome in the making."""

    forest: Forest
    event_id: UUID
    action: Action
    on: date
    reason: str
    parts: dict[UUID, Part] = field(default_factory=dict)
    begun: list[Period] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    made: list[Organization] = field(default_factory=list)
    dissolved: dict[UUID, UUID | None] = field(default_factory=dict)
    blocked: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem | None) -> None:
        """Keep what stands in the way."""
        self.blocked += [each for each in problems if each is not None]

    def touch(self, organization_id: UUID, part: Part) -> None:
        """Give an organization its part; it must be free of other events from that day on."""
        self.parts[organization_id] = part
        carried = part is Part.CARRIED
        self.refuse(blocks.not_free(self.forest, organization_id, self.on, carried=carried))

    def change(self, organization_id: UUID, **attributes: object) -> None:
        """End what held of an organization and begin what holds from the day on."""
        self.ended.append(organization_id)
        last = self.forest.last(organization_id)
        begun = {"valid_from": self.on, "begun_by": self.event_id, "valid_until": None}
        self.begun.append(replace(last, **(begun | {"ended_by": None} | attributes)))  # type: ignore[arg-type]  # attributes of a period

    def end(self, organization_id: UUID, successor_id: UUID | None) -> None:
        """Let an organization exist no longer from the day on."""
        self.ended.append(organization_id)
        self.dissolved[organization_id] = successor_id

    def make(self, organization: Organization) -> None:
        """Let a new organization exist from the day on."""
        self.parts[organization.id] = Part.MADE
        self.made.append(organization)
        self.begun.append(first_period(organization, self.event_id))

    def carry(self, organization_id: UUID, parent: Organization | Period) -> None:
        """Hang an organization with everything below it under another parent."""
        parent_id = parent.id if isinstance(parent, Organization) else parent.organization_id
        old = self.forest.last(organization_id).path
        new = f"{parent.path}{organization_id}/"
        self.change(organization_id, parent_id=parent_id, path=new)
        for each in self.forest.below(organization_id, self.on):
            self.touch(each, Part.CARRIED)
            self.change(each, path=new + self.forest.last(each).path.removeprefix(old))

    def outcome(self, county_id: UUID | None) -> Outcome:
        """Return the plan as it stands."""
        event = Event(self.event_id, county_id, self.action, self.on, self.reason, self.parts)
        return Outcome(
            event,
            tuple(self.begun),
            tuple(self.ended),
            tuple(self.made),
            self.dissolved,
            tuple(self.blocked),
        )


def found(event_id: UUID, made: Organization, parent: Organization | None, forest: Forest) -> Plan:
    """Plan a new organization from its founding date on."""
    plan = Plan(forest, event_id, Action.FOUND, made.founded_on, "")
    if parent is not None:
        plan.refuse(blocks.no_parent(forest, parent.id, made.founded_on, made.tier))
    plan.make(made)
    return plan


@dataclass(frozen=True)
class Renaming:
    """What an organization is called or counted as from a day on; None stays as it is."""

    name: str | None = None
    short_name: str | None = None
    kind: OrganizationKind | None = None
    sector: Sector | None = None
    division_id: UUID | None = None

    def over(self, last: Period) -> dict[str, object]:
        """Return the attributes that differ from what holds."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        changed = {name: value for name, value in said.items() if getattr(last, name) != value}
        if "short_name" in changed:
            changed["pinyin"], changed["initials"] = spelled(str(changed["short_name"]))
        return changed


def rename(plan: Plan, subject_id: UUID, renaming: Renaming) -> None:
    """Plan another name, kind, sector or division."""
    plan.touch(subject_id, Part.SUBJECT)
    changed = renaming.over(plan.forest.last(subject_id))
    if not changed:
        plan.refuse(blocks.nothing_changes())
    plan.change(subject_id, **changed)


def move(plan: Plan, subject_id: UUID, parent_id: UUID) -> None:
    """Plan another parent for an organization and everything below it."""
    forest = plan.forest
    subject, parent = forest.organizations[subject_id], forest.organizations[parent_id]
    plan.touch(subject_id, Part.SUBJECT)
    last, above = forest.last(subject_id), forest.last(parent_id)
    plan.refuse(
        blocks.below_itself(subject, last.path, parent, above.path),
        blocks.other_county(subject, parent),
        blocks.no_parent(forest, parent_id, plan.on, subject.tier),
        blocks.nothing_changes() if last.parent_id == parent_id else None,
    )
    if above.path.startswith(last.path):
        return  # a circle has no path to show
    plan.carry(subject_id, above)


def dissolve(plan: Plan, subject_id: UUID, successor_id: UUID | None) -> None:
    """Plan the end of an organization that has nothing below it."""
    plan.touch(subject_id, Part.SUBJECT)
    if plan.forest.children(subject_id, plan.on):
        plan.refuse(blocks.has_children(plan.forest.organizations[subject_id]))
    if successor_id is not None:
        plan.refuse(blocks.no_successor(plan.forest, [subject_id], successor_id, plan.on))
        plan.parts.setdefault(successor_id, Part.SUCCESSOR)
    plan.end(subject_id, successor_id)


def merge(plan: Plan, subject_ids: Sequence[UUID], successor: Organization) -> None:
    """Plan the end of organizations in another one, which also takes over what is below them.

    The successor exists already, or is new: then it stands in `plan.made`.
    """
    forest = plan.forest
    new = any(each.id == successor.id for each in plan.made)
    plan.refuse(blocks.too_few(subject_ids, new=new), blocks.nested(forest, subject_ids))
    if plan.blocked:
        return
    for subject_id in subject_ids:
        plan.touch(subject_id, Part.SUBJECT)
        subject = forest.organizations[subject_id]
        plan.refuse(blocks.other_tier(subject, successor), blocks.other_county(subject, successor))
    if not new:
        plan.refuse(blocks.no_successor(forest, subject_ids, successor.id, plan.on))
        plan.parts.setdefault(successor.id, Part.SUCCESSOR)
    place = successor if new else forest.last(successor.id)
    for subject_id in subject_ids:
        path = forest.last(subject_id).path
        if place.path.startswith(path):
            subject = forest.organizations[subject_id]
            plan.refuse(blocks.below_itself(subject, path, successor, place.path))
            continue
        for child_id in forest.children(subject_id, plan.on):
            child = forest.organizations[child_id]
            plan.touch(child_id, Part.CARRIED)
            plan.refuse(blocks.wrong_tier(successor, child.tier))
            plan.carry(child_id, place)
        plan.end(subject_id, successor.id)


def split(
    plan: Plan,
    origin_id: UUID,
    parts: Mapping[UUID, Sequence[UUID]],
    successor_id: UUID | None,
) -> None:
    """Plan new organizations (in `plan.made`) that take over children of the origin.

    With a successor the origin ends; all its children must have been given to a part.
    """
    forest, origin = plan.forest, plan.forest.organizations[origin_id]
    plan.touch(origin_id, Part.ORIGIN)
    if successor_id is not None:
        plan.end(origin_id, successor_id)
    children = set(forest.children(origin_id, plan.on))
    given = [child for taken in parts.values() for child in taken]
    plan.refuse(
        blocks.bad_parts(origin, len(parts), ends=successor_id is not None),
        blocks.bad_children(origin, children, given),
        blocks.has_children(origin) if successor_id and children - set(given) else None,
    )
    made = {each.id: each for each in plan.made}
    for part_id, taken in parts.items():
        for child_id in [each for each in taken if each in children]:
            plan.touch(child_id, Part.CARRIED)
            plan.carry(child_id, made[part_id])


def part_of(origin: Period, part: Organization) -> Organization:
    """Return a new part beside its origin, below the same parent."""
    above = origin.path.removesuffix(f"{origin.organization_id}/")
    return replace(part, parent_id=origin.parent_id, path=f"{above}{part.id}/")


def placed(organization: Organization, parent: Organization | None) -> Organization:
    """Return a new organization at its place below a parent."""
    return replace(organization, path=path_below(parent, organization.id))
