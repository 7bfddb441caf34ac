"""The organization tree that follows from a county's divisions, with customary names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.divisions.domain import Division, Level
from services.registry.organizations.domain.tree import Organization, county_of, path_below
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.pinyin import spelled

_TIERS = {Level.COUNTY: Tier.COUNTY, Level.TOWN: Tier.TOWNSHIP, Level.VILLAGE: Tier.VILLAGE}
# Longest first. A 虚拟村委会 stands in statistics for a farm without a village.
_VIRTUAL = ("虚拟村委会", "虚拟社区", "虚拟居委会")
_RESIDENTS = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区")
_VILLAGERS = ("村村民委员会", "村民委员会", "村村委会", "村委会")
_ADMINISTRATION = ("管理委员会", "管委会")


@dataclass(frozen=True)
class Name:
    """Full and short name, and the sector a unit of that name belongs to."""

    full: str
    short: str
    sector: Sector


def _cut(name: str, endings: Iterable[str]) -> str | None:
    return next((name.removesuffix(end) for end in endings if name.endswith(end)), None)


def county_name(division: str) -> Name:
    """Name a county committee: 中共获嘉县委员会."""
    return Name(f"中共{division}委员会", f"{division}委", Sector.GOVERNMENT)


def township_name(county: str, division: str) -> Name:
    """Name a township committee; a 管委会 has a working committee instead."""
    zone = _cut(division, _ADMINISTRATION)
    if zone:
        return Name(f"中共{county}{zone}工作委员会", f"{zone}党工委", Sector.GOVERNMENT)
    return Name(f"中共{county}{division}委员会", f"{division}党委", Sector.GOVERNMENT)


def village_name(county: str, town: str, division: str) -> Name:
    """Name a village branch: 中共获嘉县城关镇四街村支部委员会.

    A 居委会 belongs to the sector 社区. The stand-in village of a farm takes the farm's own
    name and stays rural, so that it is assessed with the villages as published lists count it.
    """
    above = _cut(town, _ADMINISTRATION) or town
    residents = _cut(division, _RESIDENTS)
    sector = Sector.RURAL
    if virtual := _cut(division, _VIRTUAL):
        base = virtual
    elif residents is not None:
        base, sector = (residents or above) + "社区", Sector.COMMUNITY
    elif villagers := _cut(division, _VILLAGERS):
        base = villagers + "村"
    else:
        base = division
    inside = "" if base.startswith(above) else above
    return Name(f"中共{county}{inside}{base}支部委员会", f"{base}党支部", sector)


@dataclass(frozen=True)
class Planned:
    """The organizations to add, and how many of each tier they are."""

    county: Organization
    added: list[Organization]

    def count(self, tier: Tier) -> int:
        """Return how many organizations of that tier are added."""
        return sum(each.tier is tier for each in self.added)


def plan_tree(
    divisions: Iterable[Division],
    known: Mapping[UUID, Organization],
    founded_on: date | None,
    new_id: Callable[[], UUID],
    *,
    generated: bool,
) -> Planned:
    """Plan one organization for each division of a county, parents first.

    `known` are living organizations by division id; they are kept as they are. Without a
    founding date an organization exists since its division was listed.
    """
    by_division = dict(known)
    names: dict[UUID, Division] = {}
    added: list[Organization] = []
    county: Organization | None = None
    for sort, division in enumerate(divisions):
        names[division.id] = division
        if division.id not in by_division:
            parent = by_division.get(division.parent_id) if division.parent_id else None
            name = _name(division, names)
            made = _organization(new_id(), division, name, parent, sort)
            founded = founded_on or division.valid_from
            made = replace(made, founded_on=founded, generated=generated)
            by_division[division.id] = made
            added.append(made)
        county = county or by_division[division.id]
    if county is None:
        message = "a county's divisions begin with the county"
        raise ValueError(message)
    return Planned(county, added)


def _name(division: Division, above: Mapping[UUID, Division]) -> Name:
    if division.level is Level.COUNTY or division.parent_id is None:
        return county_name(division.name)
    parent = above[division.parent_id]
    if division.level is Level.TOWN or parent.parent_id is None:
        return township_name(parent.name, division.name)
    return village_name(above[parent.parent_id].name, parent.name, division.name)


def _organization(
    own_id: UUID, division: Division, name: Name, parent: Organization | None, sort: int
) -> Organization:
    tier = _TIERS[division.level]
    village = tier is Tier.VILLAGE
    pinyin, initials = spelled(name.short)
    return Organization(
        id=own_id,
        parent_id=parent.id if parent else None,
        county_id=county_of(parent, tier, own_id),
        path=path_below(parent, own_id),
        kind=OrganizationKind.BRANCH if village else OrganizationKind.COMMITTEE,
        sector=name.sector,
        tier=tier,
        name=name.full,
        short_name=name.short,
        pinyin=pinyin,
        initials=initials,
        division_id=division.id,
        founded_on=division.valid_from,
        division_code=division.code,
        sort=sort,
    )
