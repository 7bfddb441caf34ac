"""抽查: a stratified draw that anyone can recompute, and a check that may only lower.

The order inside a stratum is that of sha256("<seed>:<application id>"): it depends on the
cycle's seed and the ids alone, never on the order of a list. Clause: 五星创建 第二版 ·
部门评审·抽查.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.scoring.kernel.plan import Plan
from services.scoring.kernel.procedure import SpotCheck
from services.scoring.reviews.domain.marks import (
    Marks,
    Standing,
    bettered,
    pointer,
    shown,
    words_of,
)
from shared.errors import Conflict, Fault, NotFound, Text
from shared.money import decimal_text

HUNDRED_PERCENT = 100


class SpotCheckRaises(Conflict):
    """A spot check may confirm or lower what stands, never better it."""

    slug = "spot-check-raises"
    title = Text("抽查只能降分", "A spot check may only lower")


class NotDrawnYet(NotFound):
    """The draw takes place when every township has closed its part."""

    slug = "spot-check-not-drawn"
    title = Text("尚未抽取", "Nothing is drawn yet")


@dataclass(frozen=True)
class Candidate:
    """One application that the township decided; one without a star has nothing to check."""

    application_id: UUID
    township_id: UUID
    level: int
    lowered: bool


@dataclass(frozen=True)
class Stratum:
    """One layer: what its members share, who belongs to it and who was drawn, by digest."""

    key: tuple[tuple[str, str], ...]
    population: tuple[UUID, ...]
    sample: tuple[UUID, ...]


@dataclass(frozen=True)
class Draw:
    """The whole draw; `strata` are ordered by key."""

    seed: str
    share_percent: int
    rounding: str
    strata: tuple[Stratum, ...]

    @property
    def population(self) -> int:
        """How many applications could be drawn."""
        return sum(len(stratum.population) for stratum in self.strata)

    @property
    def sample(self) -> frozenset[UUID]:
        """The applications drawn."""
        return frozenset(each for stratum in self.strata for each in stratum.sample)

    @property
    def real_share(self) -> str:
        """The share really drawn, in percent with two decimals, half up; "0.00" of nobody."""
        if not self.population:
            return decimal_text(0)
        return decimal_text(
            (2 * len(self.sample) * HUNDRED_PERCENT * 100 + self.population)
            // (2 * self.population)
        )


@dataclass(frozen=True)
class DrawnList:
    """A draw with the names behind its application ids."""

    draw: Draw
    names: dict[UUID, str]


def draw(seed: str, rule: SpotCheck, candidates: Iterable[Candidate]) -> Draw:
    """Draw the rule's share of every stratum; the same set and seed always give the same."""
    strata: dict[tuple[tuple[str, str], ...], list[UUID]] = defaultdict(list)
    for each in candidates:
        if rule.includes_lowered or not each.lowered:
            strata[_key(rule, each)].append(each.application_id)
    return Draw(
        seed,
        rule.share_percent,
        rule.rounding,
        tuple(_stratum(seed, rule, key, strata[key]) for key in sorted(strata)),
    )


def digest(seed: str, application_id: UUID) -> str:
    """Return what an application is ordered by; lowest first."""
    return hashlib.sha256(f"{seed}:{application_id}".encode()).hexdigest()


def size(rule: SpotCheck, population: int) -> int:
    """Return how many of a stratum are drawn."""
    exact = population * rule.share_percent
    if rule.rounding == "ceiling":
        return -(-exact // HUNDRED_PERCENT)
    if rule.rounding == "floor":
        return exact // HUNDRED_PERCENT
    return (2 * exact + HUNDRED_PERCENT) // (2 * HUNDRED_PERCENT)


def _key(rule: SpotCheck, candidate: Candidate) -> tuple[tuple[str, str], ...]:
    values = {
        "township": str(candidate.township_id),
        "level": str(candidate.level),
        "lowered": "yes" if candidate.lowered else "no",
    }
    return tuple((name, values[name]) for name in rule.strata)


def _stratum(
    seed: str, rule: SpotCheck, key: tuple[tuple[str, str], ...], members: list[UUID]
) -> Stratum:
    ordered = tuple(sorted(members, key=lambda each: digest(seed, each)))
    return Stratum(key, ordered, ordered[: size(rule, len(ordered))])


def require_no_raise(plan: Plan, given: Marks, standing: Standing) -> None:
    """Raise when a mark is better for the village than what the township decided."""
    faults = tuple(
        Fault(
            pointer(code, "points"),
            Text(
                f"“{plan.leaves[plan.leaf_index[code]].name}”现为"
                f"{shown(standing.words[code])}，抽查不能比它更有利",
                "A spot check cannot better what stands",
            ),
        )
        for code in bettered(plan, words_of(given), standing)
    )
    if faults:
        raise SpotCheckRaises(
            "抽查只能维持或降低得分，请按 errors 改正各项后重新提交，本次没有保存。",
            "A spot check may only confirm or lower; nothing was saved.",
            faults=faults,
        )


def not_drawn() -> NotDrawnYet:
    """Return the problem for a draw that has not taken place."""
    return NotDrawnYet(
        "各乡镇全部签认之后才抽取，现在还没有抽查名单。",
        "The draw takes place when every township has closed its part.",
    )
