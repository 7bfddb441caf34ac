"""What an organization was on each day: periods that follow one another without a gap.

An organization exists on a day exactly when one of its periods covers that day, so a read
`as_of` is a question to the periods, and a dated event is the end of some and the begin of
others on one day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind, Sector


@dataclass(frozen=True)
class Period:
    """What holds of an organization from one day until (not including) another."""

    organization_id: UUID
    valid_from: date
    parent_id: UUID | None
    path: str
    kind: OrganizationKind
    sector: Sector
    name: str
    short_name: str
    pinyin: str
    initials: str
    division_id: UUID | None
    valid_until: date | None = None
    begun_by: UUID | None = None
    ended_by: UUID | None = None

    def covers(self, day: date) -> bool:
        """Whether this is what held on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def first_period(organization: Organization, event_id: UUID | None = None) -> Period:
    """Return the period with which an organization begins to exist."""
    return Period(
        organization_id=organization.id,
        valid_from=organization.founded_on,
        parent_id=organization.parent_id,
        path=organization.path,
        kind=organization.kind,
        sector=organization.sector,
        name=organization.name,
        short_name=organization.short_name,
        pinyin=organization.pinyin,
        initials=organization.initials,
        division_id=organization.division_id,
        valid_until=organization.dissolved_on,
        begun_by=event_id,
    )


@dataclass(frozen=True)
class Forest:
    """The part of the register that a change may touch.

    `periods` are all of an organization, oldest first; `last_event` is the newest effective
    date of an event in which it has a part.
    """

    organizations: Mapping[UUID, Organization]
    periods: Mapping[UUID, Sequence[Period]]
    last_event: Mapping[UUID, date]

    def last(self, organization_id: UUID) -> Period:
        """Return the newest period of an organization."""
        return self.periods[organization_id][-1]

    def changed_on(self, organization_id: UUID) -> date:
        """Return the last day on which something happened to an organization."""
        begun = self.last(organization_id).valid_from
        return max(begun, self.last_event.get(organization_id, begun))

    def below(self, organization_id: UUID, on: date) -> list[UUID]:
        """Return everything that stands below an organization on that day or later."""
        path = self.last(organization_id).path
        return [
            each
            for each, periods in self.periods.items()
            if each != organization_id
            and not self.organizations[each].deleted
            and any(_ends_after(one, on) and one.path.startswith(path) for one in periods)
        ]

    def children(self, organization_id: UUID, on: date) -> list[UUID]:
        """Return what stands directly below an organization on that day or later."""
        return [
            each
            for each in self.below(organization_id, on)
            if any(
                _ends_after(one, on) and one.parent_id == organization_id
                for one in self.periods[each]
            )
        ]


def _ends_after(period: Period, on: date) -> bool:
    return period.valid_until is None or period.valid_until > on
