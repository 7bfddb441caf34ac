"""What can be asked to happen to organizations on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.organizations.domain.changes import Renaming
from shared.contracts.registry import OrganizationKind, Sector, Tier


@dataclass(frozen=True)
class Draft:
    """What is said about an organization that is to be registered."""

    parent_id: UUID | None
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    name: str
    short_name: str
    founded_on: date
    division_id: UUID | None = None
    credit_code: str | None = None
    sort: int = 0
    generated: bool = False


@dataclass(frozen=True)
class NewPart:
    """What is said about an organization that comes out of a split or a merger."""

    kind: OrganizationKind
    sector: Sector
    name: str
    short_name: str
    division_id: UUID | None = None
    credit_code: str | None = None
    sort: int = 0
    children: Sequence[UUID] = ()


@dataclass(frozen=True)
class Found:
    """成立: register an organization from its founding date on."""

    draft: Draft

    @property
    def effective_on(self) -> date:
        """The day from which it exists."""
        return self.draft.founded_on


@dataclass(frozen=True)
class Rename:
    """更名、改建: another name, kind, sector or division."""

    organization_id: UUID
    effective_on: date
    reason: str
    renaming: Renaming


@dataclass(frozen=True)
class Move:
    """变更隶属关系: another parent, with everything below."""

    organization_id: UUID
    effective_on: date
    reason: str
    parent_id: UUID


@dataclass(frozen=True)
class Split:
    """分设: new organizations beside the origin; it ends where `successor` names one of them.

    `successor` is the place in `parts` of who takes over results and entitlements.
    """

    organization_id: UUID
    effective_on: date
    reason: str
    parts: Sequence[NewPart]
    successor: int | None = None


@dataclass(frozen=True)
class Merge:
    """合并: into an existing organization, or into a new one below a parent."""

    organization_ids: Sequence[UUID]
    effective_on: date
    reason: str
    successor_id: UUID | None = None
    parent_id: UUID | None = None
    new: NewPart | None = None


@dataclass(frozen=True)
class Dissolve:
    """撤销: the end, with whoever takes over."""

    organization_id: UUID
    effective_on: date
    reason: str
    successor_id: UUID | None = None


Command = Found | Rename | Move | Split | Merge | Dissolve
