"""The burden meter: what was asked of whom, and how much of it was known already.

A demand names facts that somebody needs as of a day. Each organization is asked only for what is
not current; the numbers are kept, so that the burden of a year can be shown and argued about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.facts.domain.catalogue import Definition
from shared.contracts.registry import Tier
from shared.errors import Conflict, NotFound, Text

_WHOLE = 10_000


class DemandUnknown(NotFound):
    """No such demand within the caller's part of the tree."""

    slug = "fact-demand-unknown"
    title = Text("没有这次数据需求", "No such demand")


class DemandExists(Conflict):
    """The county has a demand with this reference: asking twice would count twice."""

    slug = "fact-demand-exists"
    title = Text("这次数据需求已经登记", "The demand is registered already")


@dataclass(frozen=True)
class Demand:
    """Who needs which facts as of a day, what for, and by when they are to be filled."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    reference: str
    title: str
    codes: tuple[str, ...]
    as_of: date
    due_on: date | None
    asked_on: date
    asked_by: UUID | None
    asked_at: datetime


@dataclass(frozen=True)
class Asked:
    """What a demand came to for one organization: values asked for, and known already."""

    organization_id: UUID
    asked: int
    known: int


@dataclass(frozen=True)
class Burden:
    """Demands, values asked for and values known, of an organization or of all below it."""

    organization_id: UUID
    name: str
    path: str
    demands: int
    asked: int
    known: int

    @property
    def to_fill(self) -> int:
        """How many values had to be filled in."""
        return self.asked - self.known

    @property
    def reuse(self) -> int | None:
        """The share that was known already, in hundredths of a percent; None if none was asked."""
        return share(self.known, self.asked)


def share(part: int, whole: int) -> int | None:
    """Return part of whole in hundredths of a percent, half-up; None when there is no whole."""
    return (2 * part * _WHOLE + whole) // (2 * whole) if whole else None


def applicable(definitions: Iterable[Definition], tier: Tier, county_id: UUID) -> list[Definition]:
    """Return the facts that an organization of this tier and county is asked for at all."""
    return [
        each
        for each in definitions
        if tier in each.tiers and each.county_id in {None, county_id} and each.retired_on is None
    ]


def count(wanted: Mapping[UUID, list[Definition]], known: set[tuple[UUID, str]]) -> list[Asked]:
    """Return what each organization is asked for, given what is current."""
    return [
        Asked(place, len(mine), sum((place, each.code) in known for each in mine))
        for place, mine in wanted.items()
        if mine
    ]


def missing(
    wanted: Mapping[UUID, list[Definition]], known: set[tuple[UUID, str]]
) -> dict[UUID, list[Definition]]:
    """Return what each organization still has to fill in; those with nothing are left out."""
    left = {
        place: [each for each in mine if (place, each.code) not in known]
        for place, mine in wanted.items()
    }
    return {place: mine for place, mine in left.items() if mine}
