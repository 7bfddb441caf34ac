"""From rows to organizations and periods, and back."""

from typing import Any

import sqlalchemy as sa

from services.registry.organizations.domain.search import keys_of
from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.tables import OrganizationRow, OrganizationVersionRow
from services.registry.tables import columns
from shared.contracts.registry import OrganizationKind, Sector, Tier

STORED = [
    column.name
    for column in columns(OrganizationRow)
    if column.name not in ("change_sequence", "changed_at")
]
DATED = [column.name for column in columns(OrganizationVersionRow) if column.name != "search_keys"]


def organization(row: sa.Row[*tuple[Any, ...]]) -> Organization:
    """Return the organization of a row that has all stored columns."""
    enums = {
        "kind": OrganizationKind(row.kind),
        "sector": Sector(row.sector),
        "tier": Tier(row.tier),
        "former_paths": tuple(row.former_paths),
    }
    return Organization(**{name: row._mapping[name] for name in STORED} | enums)  # noqa: SLF001 -- its public name


def values(stored: Organization) -> dict[str, Any]:
    """Return an organization's columns."""
    found = {name: getattr(stored, name) for name in STORED}
    return found | {"former_paths": list(stored.former_paths)}


def period(row: sa.Row[*tuple[Any, ...]]) -> Period:
    """Return the period of a row that has all dated columns."""
    enums = {"kind": OrganizationKind(row.kind), "sector": Sector(row.sector)}
    return Period(**{name: row._mapping[name] for name in DATED} | enums)  # noqa: SLF001 -- its public name


def dated_values(stored: Period) -> dict[str, Any]:
    """Return a period's columns, with the keys by which its names are found."""
    names = (stored.name, stored.short_name, stored.pinyin, stored.initials)
    return {name: getattr(stored, name) for name in DATED} | {"search_keys": keys_of(names)}
