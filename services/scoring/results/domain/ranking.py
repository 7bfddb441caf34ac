"""名次表: the county's and each township's list, best first, as text that is ready to serve.

Ranks come from the kernel (equals share a rank); equals stand in the order of their ids.
未参评 has no rank and is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.results import Placing
from services.scoring.results.domain.snapshot import digest
from shared.canonical import canonical_json
from shared.money import decimal_text


@dataclass(frozen=True)
class Entrant:
    """A branch as the lists name it; `path` is its place in the tree."""

    organization_id: UUID
    county_id: UUID
    township_id: UUID
    name: str
    township_name: str
    path: str


@dataclass(frozen=True)
class Ranking:
    """One list; `path` is its scope's place in the tree, `etag` the hash of its entries."""

    scope_id: UUID
    path: str
    etag: str
    entries: Sequence[str]


@dataclass(frozen=True)
class RankingPage:
    """Some entries of a list as joined JSON text, the size of the whole list, and its etag."""

    scope_id: UUID
    etag: str
    size: int
    items: str


Ranked = tuple[Entrant, Placing]


def rankings(policy: Policy, ranked: Iterable[Ranked]) -> list[Ranking]:
    """Return the county's list and one list a township."""
    assessed = [each for each in ranked if each[1].assessed]
    assessed.sort(key=lambda each: (each[1].county_rank, str(each[0].organization_id)))
    stars = {star.code: {"code": star.code, "name": star.name} for star in policy.stars}
    lists: dict[UUID, list[str]] = {}
    paths: dict[UUID, str] = {}
    for entrant, placing in assessed:
        entry = _entry(policy, stars, entrant, placing)
        for scope_id in dict.fromkeys((entrant.county_id, entrant.township_id)):
            lists.setdefault(scope_id, []).append(entry)
            paths[scope_id] = path_of(entrant.path, scope_id)
    return [
        Ranking(scope_id, paths[scope_id], etag_of(entries), entries)
        for scope_id, entries in lists.items()
    ]


def path_of(path: str, organization_id: UUID) -> str:
    """Return the part of a path that ends with this organization."""
    name = f"/{organization_id}/"
    return path[: path.index(name) + len(name)]


def etag_of(entries: Sequence[str]) -> str:
    """Return the hash by which clients know whether a list has changed."""
    return digest("\n".join(entries).encode())


def _entry(
    policy: Policy, stars: Mapping[str, Mapping[str, str]], entrant: Entrant, placing: Placing
) -> str:
    entry = {
        "county_rank": placing.county_rank,
        "township_rank": placing.township_rank,
        "organization_id": str(entrant.organization_id),
        "name": entrant.name,
        "township_id": str(entrant.township_id),
        "township_name": entrant.township_name,
        "level": placing.level,
        "level_name": policy.level_name(placing.level),
        "stars": [stars[code] for code in placing.stars],
        "total": decimal_text(placing.total),
        "base": decimal_text(placing.base),
    }
    return canonical_json(entry).decode()
