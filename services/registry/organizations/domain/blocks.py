"""What stands in the way of a change: each returns the problem, or None where there is none."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.registry.organizations.domain.events import (
    BelowItself,
    EventsOverlap,
    NothingChanges,
    OtherCounty,
    PartsInvalid,
)
from services.registry.organizations.domain.timeline import Forest
from services.registry.organizations.domain.tree import (
    AlreadyDissolved,
    DatesInvalid,
    HasChildren,
    Organization,
    SuccessorInvalid,
    TierMismatch,
    check_parent,
)
from shared.contracts.registry import Tier
from shared.errors import Fault, Problem, Text

_TWO = 2


def not_free(
    forest: Forest, organization_id: UUID, on: date, *, carried: bool = False
) -> Problem | None:
    """An organization that has ended, or to which something happened on that day or later."""
    organization, last = forest.organizations[organization_id], forest.last(organization_id)
    name = last.name
    if organization.dissolved_on is not None and not (carried and organization.dissolved_on > on):
        return AlreadyDissolved(
            f"“{name}”已登记自 {organization.dissolved_on} 起撤销，不能再办理变动。",
            f"{name} is dissolved from {organization.dissolved_on} on.",
        )
    if on > forest.changed_on(organization_id) and organization.dissolved_on is None:
        return None
    if on <= organization.founded_on and not carried:
        return DatesInvalid(
            f"生效日期应晚于“{name}”的成立日期 {organization.founded_on}，请改正日期。",
            f"The day must be after {name} was founded on {organization.founded_on}.",
            faults=_at("effective_on"),
        )
    day = organization.dissolved_on or forest.changed_on(organization_id)
    return EventsOverlap(
        f"“{name}”在 {day} 已登记有变动，请填写更晚的生效日期，或先撤回尚未生效的那次变动。",
        f"Something is registered for {name} on {day}: choose a later day, or withdraw it first.",
        faults=_at("effective_on"),
    )


def no_parent(forest: Forest, parent_id: UUID, on: date, tier: Tier) -> Problem | None:
    """A parent that does not exist on that day, is to end, moves later, or stands too low."""
    parent, periods = forest.organizations[parent_id], forest.periods[parent_id]
    try:
        check_parent(parent, tier)
    except (AlreadyDissolved, TierMismatch) as problem:
        return problem
    then = next((each for each in periods if each.covers(on)), None)
    if then is None:
        return DatesInvalid(
            f"上级组织“{parent.name}”在 {on} 尚未成立（成立于 {parent.founded_on}），"
            "请改正日期或改选上级组织。",
            f"The parent was founded only on {parent.founded_on}.",
            faults=_at("effective_on"),
        )
    if then.path != periods[-1].path:
        return EventsOverlap(
            f"上级组织“{parent.name}”的隶属关系在 {periods[-1].valid_from} 有变动，"
            "请填写不早于该日的日期。",
            f"The parent itself moves on {periods[-1].valid_from}: choose that day or a later one.",
            faults=_at("effective_on"),
        )
    return None


def no_successor(
    forest: Forest, subjects: Sequence[UUID], successor_id: UUID, on: date
) -> Problem | None:
    """A successor that would leave results and entitlements without anybody.

    It is one of those that end, does not exist on that day, is to end, or is of another county.
    """
    successor = forest.organizations[successor_id]
    county = forest.organizations[subjects[0]].county_id if subjects else successor.county_id
    exists = any(each.covers(on) for each in forest.periods[successor_id])
    ends = successor.dissolved_on is not None
    if successor_id not in subjects and exists and not ends and successor.county_id == county:
        return None
    return SuccessorInvalid(
        f"“{successor.name}”不能承接：承接组织应是同一个县内、届时存在且不撤销的另一个组织，请另选。",
        "The successor must be another organization of the county that exists and does not end.",
        faults=_at("successor_id"),
    )


def below_itself(
    subject: Organization, path: str, parent: Organization, place: str
) -> Problem | None:
    """A new place at or below the organization itself."""
    if not place.startswith(path):
        return None
    return BelowItself(
        f"“{parent.name}”就是“{subject.name}”或其下级，不能这样调整，请改选其他组织。",
        f"{parent.name} is {subject.name} itself or stands below it.",
        faults=_at("parent_id"),
    )


def other_county(first: Organization, second: Organization) -> Problem | None:
    """Two organizations of different counties."""
    if first.county_id == second.county_id:
        return None
    return OtherCounty(
        f"“{first.name}”与“{second.name}”不在同一个县；跨县调整请在原县撤销、在新县登记。",
        "They belong to different counties: dissolve it in one and register it in the other.",
    )


def wrong_tier(parent: Organization, tier: Tier) -> Problem | None:
    """A place below an organization of a lower tier."""
    try:
        check_parent(parent, tier)
    except (AlreadyDissolved, TierMismatch) as problem:
        return problem
    return None


def other_tier(subject: Organization, successor: Organization) -> Problem | None:
    """A merger of organizations of different tiers."""
    if subject.tier is successor.tier:
        return None
    return TierMismatch(
        f"“{subject.name}”与“{successor.name}”层级不同，不能合并，请改选同级组织。",
        "Only organizations of one tier can merge.",
    )


def has_children(organization: Organization) -> Problem:
    """Organizations below one that is to end."""
    return HasChildren(
        f"“{organization.name}”还有下级组织，请先调整或撤销下级组织。",
        f"Deal with the organizations below {organization.name} first.",
    )


def nothing_changes() -> Problem:
    """A change to what is so already."""
    return NothingChanges(
        "提交的内容与现有登记相同，没有需要办理的变动。", "What you ask for is so already."
    )


def too_few(subjects: Sequence[UUID], *, new: bool) -> Problem | None:
    """A merger of nobody, of one with a new one, or of one twice."""
    if len(set(subjects)) == len(subjects) and len(subjects) >= (_TWO if new else 1):
        return None
    return PartsInvalid(
        "合并的组织不能重复；并入已有组织至少选一个，合并新设至少选两个，请改正 organization_ids。",
        "Name each once: at least one to join an existing organization, two to make a new one.",
        faults=_at("organization_ids"),
    )


def nested(forest: Forest, subjects: Sequence[UUID]) -> Problem | None:
    """A merger of an organization together with one below it."""
    paths = [forest.last(each).path for each in subjects]
    if not any(a != b and a.startswith(b) for a in paths for b in paths):
        return None
    return PartsInvalid(
        "同时合并的组织不能互为上下级，请先办理下级组织的合并。",
        "Organizations that merge together cannot stand below one another: merge the lower first.",
        faults=_at("organization_ids"),
    )


def bad_parts(origin: Organization, count: int, *, ends: bool) -> Problem | None:
    """A split of the county committee, or into too few parts."""
    if origin.tier is Tier.COUNTY:
        return TierMismatch("县委不能拆分。", "A county committee cannot be split.")
    if count >= (_TWO if ends else 1):
        return None
    return PartsInvalid(
        f"“{origin.name}”拆分后撤销的，至少应设立两个新组织，请补充 parts。",
        "An organization that ends by its split leaves at least two others.",
        faults=_at("parts"),
    )


def bad_children(
    origin: Organization, children: set[UUID], given: Sequence[UUID]
) -> Problem | None:
    """Children given to two parts, or that are none of the origin."""
    if len(set(given)) == len(given) and set(given) <= children:
        return None
    return PartsInvalid(
        f"划入新组织的下级应是“{origin.name}”届时的直接下级，且只能划入一个，请改正 children。",
        "Each child must stand directly below the origin and go to one part only.",
        faults=_at("parts"),
    )


def _at(name: str) -> tuple[Fault, ...]:
    return (Fault(f"/body/{name}", Text("请改正此项", "correct this")),)
