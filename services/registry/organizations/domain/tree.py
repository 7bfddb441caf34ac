"""Organizations as a tree: every one knows the path of ids from its county down to itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.registry import OrganizationKind, OrganizationRecord, Sector, Tier
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

_RANK = {Tier.COUNTY: 0, Tier.TOWNSHIP: 1, Tier.VILLAGE: 2}
_TIER_NAMES = {Tier.COUNTY: "县级", Tier.TOWNSHIP: "乡镇级", Tier.VILLAGE: "村级"}


class OrganizationUnknown(NotFound):
    """No organization has this id, or it did not exist on the asked date."""

    slug = "organization-unknown"
    title = Text("没有这个组织", "No such organization")


class TierMismatch(Invalid):
    """An organization would stand higher than the one above it."""

    slug = "organization-tier-mismatch"
    title = Text("层级与上级组织不符", "The tier does not fit the parent")


class HasChildren(Conflict):
    """An organization with living ones below it cannot end or be removed."""

    slug = "organization-has-children"
    title = Text("还有下级组织", "The organization has others below it")


class AlreadyDissolved(Conflict):
    """The organization has ended before."""

    slug = "organization-dissolved"
    title = Text("组织已经撤销", "The organization is dissolved")


class SuccessorInvalid(Invalid):
    """The named successor cannot take over: itself, ended, or of another county."""

    slug = "successor-invalid"
    title = Text("承接组织不合适", "The successor cannot take over")


class DatesInvalid(Invalid):
    """A thing would end before it began."""

    slug = "dates-invalid"
    title = Text("日期先后不对", "The dates are in the wrong order")


@dataclass(frozen=True)
class Organization:
    """One organization; `dissolved_on` is the first day on which it no longer exists.

    `origin_id` is the one it was split off from; `former_paths` are where it stood before.
    """

    id: UUID
    parent_id: UUID | None
    county_id: UUID | None
    path: str
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    name: str
    short_name: str
    pinyin: str
    initials: str
    division_id: UUID | None
    founded_on: date
    division_code: str | None = None
    dissolved_on: date | None = None
    successor_id: UUID | None = None
    credit_code: str | None = None
    sort: int = 0
    generated: bool = False
    deleted: bool = False
    version: int = 1
    origin_id: UUID | None = None
    former_paths: tuple[str, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Whether the organization existed on that day."""
        ended = self.dissolved_on is not None and self.dissolved_on <= day
        return not self.deleted and self.founded_on <= day and not ended

    def record(self) -> OrganizationRecord:
        """Return what other services keep of it."""
        return OrganizationRecord.model_validate(self, from_attributes=True)


@dataclass(frozen=True)
class Counts:
    """How many organizations of each tier, kind and sector stand at and below one on a day."""

    as_of: date
    groups: Sequence[tuple[Tier, OrganizationKind, Sector, int]]


@dataclass(frozen=True)
class Change:
    """An organization at its place in the change feed."""

    sequence: int
    changed_at: datetime
    organization: Organization


def path_below(parent: Organization | None, own_id: UUID) -> str:
    """Return the materialised path `/county/…/own/`."""
    return f"{parent.path if parent else '/'}{own_id}/"


def county_of(parent: Organization | None, tier: Tier, own_id: UUID) -> UUID | None:
    """Return the county an organization belongs to: a county committee belongs to itself."""
    if tier is Tier.COUNTY:
        return own_id
    return parent.county_id if parent else None


def check_parent(parent: Organization | None, tier: Tier) -> None:
    """Raise a problem unless an organization of this tier may be set up there."""
    if parent is not None and parent.dissolved_on is not None:
        raise AlreadyDissolved(
            f"上级组织“{parent.name}”已于 {parent.dissolved_on} 撤销，请改选其他上级组织。",
            f"The parent was dissolved on {parent.dissolved_on}.",
        )
    if parent is None and tier is not Tier.COUNTY:
        zh = f"{_TIER_NAMES[tier]}组织必须有上级组织，请填写 parent_id。"
        raise TierMismatch(zh, "Only a county committee has no parent.", faults=_at("parent_id"))
    if parent is not None and (tier is Tier.COUNTY or _RANK[tier] < _RANK[parent.tier]):
        raise TierMismatch(
            f"{_TIER_NAMES[tier]}组织不能设在{_TIER_NAMES[parent.tier]}组织“{parent.name}”之下，"
            "请改选上级组织或层级。",
            f"A {tier} organization cannot stand below a {parent.tier} one.",
            faults=_at("tier"),
        )


def _at(name: str) -> tuple[Fault, ...]:
    return (Fault(f"/body/{name}", Text("请改正此项", "correct this")),)
