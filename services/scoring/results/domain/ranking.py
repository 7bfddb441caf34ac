"""名次表: the county's and each township's list, best first, as text that is ready to serve.

Ranks come from the kernel (equals share a rank); equals stand in the order of their ids.
未参评 has no rank and is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.results import Result, Verdict
from services.scoring.results.domain.snapshot import digest
from shared.canonical import canonical_json
from shared.money import decimal_text


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


Ranked = tuple[Result, Verdict]


def rankings(policy: Policy, ranked: Iterable[Ranked]) -> list[Ranking]:
    """Return the county's list and one list a township."""
    assessed = [each for each in ranked if each[1].assessed]
    assessed.sort(key=lambda each: (each[1].county_rank, str(each[0].organization_id)))
    lists: dict[UUID, list[str]] = {}
    paths: dict[UUID, str] = {}
    for result, verdict in assessed:
        entry = _entry(policy, result, verdict)
        for scope_id in dict.fromkeys((result.county_id, result.township_id)):
            lists.setdefault(scope_id, []).append(entry)
            paths[scope_id] = path_of(result.path, scope_id)
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


def _entry(policy: Policy, result: Result, verdict: Verdict) -> str:
    names = {star.code: star.name for star in policy.stars}
    entry = {
        "county_rank": verdict.county_rank,
        "township_rank": verdict.township_rank,
        "organization_id": str(result.organization_id),
        "name": result.name,
        "township_id": str(result.township_id),
        "township_name": result.township_name,
        "level": verdict.level,
        "level_name": policy.level_name(verdict.level),
        "stars": [{"code": code, "name": names[code]} for code in verdict.stars],
        "total": decimal_text(verdict.total),
        "base": decimal_text(verdict.base),
    }
    return canonical_json(entry).decode()
