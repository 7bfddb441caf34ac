"""The exchange record of an organization with upper platforms, out of and into the register.

Clause: own id, upper id, code, full and short name, kind, founded, member count, contact, unit,
division, sort, deleted mark, update time; codes of others are opaque.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.organizations.register import Register
from services.registry.imports.domain.reading import Line
from services.registry.organizations.domain import blocks, changes
from services.registry.organizations.domain.events import Part
from services.registry.organizations.domain.timeline import Forest
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import Text

LARGEST_BATCH = 1_000


@dataclass(frozen=True)
class Outgoing:
    """One organization at its place in the feed, as an upper platform takes it."""

    sequence: int
    changed_at: datetime
    organization: Organization
    code: str | None
    upper_code: str | None
    members: int | None
    contact: str | None
    unit: str | None


@dataclass(frozen=True)
class Incoming:
    """One record of an upper platform; what it does not say stays as it is."""

    code: str
    upper_code: str | None
    name: str
    short_name: str
    kind: OrganizationKind
    sector: Sector | None = None
    tier: Tier | None = None
    founded_on: date | None = None
    division_code: str | None = None
    credit_code: str | None = None
    sort: int | None = None
    deleted: bool = False


def line_of(place: int, record: Incoming, register: Register) -> Line:
    """Return a record as a row of a table, filled up from what is registered."""
    found = register.find(record.code)
    stored = None if found is None or isinstance(found, Text) else _stored(register, found)
    sector = record.sector or (stored.sector if stored else None)
    tier = record.tier or (stored.tier if stored else None)
    founded = record.founded_on or (stored.founded_on if stored else None)
    above = stored.parent_id if stored else None
    cells = {
        "code": record.code,
        "parent": record.upper_code or (str(above) if above else ""),
        "name": record.name,
        "short_name": record.short_name,
        "kind": record.kind.value,
        "sector": sector.value if sector else "",
        "tier": tier.value if tier else "",
        "founded_on": founded.isoformat() if founded else "",
        "division_code": record.division_code or "",
        "credit_code": record.credit_code or "",
        "sort": "" if record.sort is None else str(record.sort),
    }
    return Line(place, cells)


def _stored(register: Register, own_id: UUID) -> Organization:
    return register.forest.organizations[own_id]


def say_missing(lines: Sequence[Line], faults: Faults) -> None:
    """Name what a new organization needs and a record left out."""
    for line in lines:
        for key in ("sector", "tier", "founded_on"):
            if not line[key]:
                zh = "新的组织必须填写这一项；已登记的可以不填"
                faults.add(line.row, key, zh, "needed of a new organization")


def end_all(plan: changes.Plan, gone: dict[UUID, int], forest: Forest, faults: Faults) -> None:
    """Plan the end of what the platform has deleted; children must go with it or before it."""
    for each, place in gone.items():
        plan.touch(each, Part.SUBJECT)
        if set(forest.children(each, plan.on)) - gone.keys():
            plan.refuse(blocks.has_children(forest.organizations[each]))
        plan.end(each, None)
        for problem in plan.blocked:
            faults.say(place, "deleted", problem.detail)
        plan.blocked.clear()
