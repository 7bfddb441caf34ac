"""Random organizations with many scores exactly on a line, as plain arrays that every engine gets.

5 stars x 25 items: 20 base, 3 bonus, 2 deduction items each; 12 bottom lines; points are ints
of 0.01.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

STARS, BASE, BONUS, DEDUCTION = 5, 20, 3, 2
ITEMS = BASE + BONUS + DEDUCTION
BOTTOM_LINES = (3, 2, 2, 3, 2)
BASE_POINTS, EXTRA_POINTS = 500, 1000
BASE_LINE, TOTAL_LINE, BONUS_CAP = 7500, 8500, 2000
COUNTY, TOWNSHIP = 350, 25

# A third of the cases stands exactly on a line, a sixth 0.01 beside it.
ON_LINE, BESIDE = 1 / 3, 1 / 6


@dataclass(frozen=True, eq=False)
class Cases:
    """One column an organization; `scores` star by star, in each base, bonus, deduction."""

    scores: Ints
    applied: Bools
    assessed: Bools
    hit: Bools
    refused: Bools
    struck: Bools
    county: Ints
    township: Ints

    @property
    def size(self) -> int:
        return self.assessed.size

    def save(self, path: Path) -> None:
        np.savez(path, allow_pickle=False, **vars(self))

    @classmethod
    def load(cls, path: Path) -> "Cases":
        with np.load(path) as stored:
            return cls(**dict(stored))

    def star(self, star: int) -> Mapping[str, Ints]:
        rows = self.scores[star * ITEMS : (star + 1) * ITEMS]
        return {
            "base": rows[:BASE],
            "bonus": rows[BASE : BASE + BONUS],
            "deduction": rows[BASE + BONUS :],
        }


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What every engine must give: stars x organizations, then one number an organization."""

    awarded: Bools
    level: Ints
    county_rank: Ints
    township_rank: Ints

    def save(self, path: Path) -> None:
        np.savez(path, allow_pickle=False, **vars(self))

    @classmethod
    def load(cls, path: Path) -> "Verdicts":
        with np.load(path) as stored:
            return cls(**dict(stored))

    def wrong(self, right: "Verdicts") -> dict[str, int]:
        """Count what differs from the right verdicts, by kind."""
        return {
            name: int((value != getattr(right, name)).sum()) for name, value in vars(self).items()
        }


def random_cases(size: int, seed: int, on_line: float = ON_LINE, beside: float = BESIDE) -> Cases:
    """Whole counties of 350 in townships of 25, in order."""
    rng = np.random.default_rng(seed)
    scores = np.empty((STARS * ITEMS, size), dtype=np.int32)
    for star in range(STARS):
        rows = scores[star * ITEMS : (star + 1) * ITEMS]
        rows[:BASE] = rng.integers(300, 460, (BASE, size), dtype=np.int32)
        rows[BASE : BASE + BONUS] = rng.integers(0, 1001, (BONUS, size), dtype=np.int32)
        rows[BASE + BONUS :] = rng.integers(0, 300, (DEDUCTION, size), dtype=np.int32)
        _move_to_lines(rng, rows, on_line, beside)
    number = np.arange(size, dtype=np.int32)
    return Cases(
        scores=scores,
        applied=rng.random((STARS, size)) < 0.9,
        assessed=rng.random(size) < 0.99,
        hit=rng.random((sum(BOTTOM_LINES), size)) < 0.01,
        refused=rng.random((STARS, size)) < 0.01,
        struck=rng.random(size) < 0.01,
        county=number // COUNTY,
        township=number // TOWNSHIP,
    )


def _move_to_lines(rng: np.random.Generator, rows: Ints, on_line: float, beside: float) -> None:
    """Move half of the chosen base sums to 75.00 and half of the totals to 85.00."""
    size = rows.shape[1]
    base, bonus, taken = rows[:BASE], rows[BASE : BASE + BONUS], rows[BASE + BONUS :]
    dice = rng.random(size)
    offset = np.where(dice < on_line, 0, rng.choice(np.array([-1, 1]), size))
    chosen = dice < on_line + beside
    by_base = rng.random(size) < 0.5
    bonus[:] = np.where(chosen & ~by_base, bonus // 2, bonus)
    counted = np.minimum(bonus.sum(axis=0), BONUS_CAP)
    for_total = TOTAL_LINE - counted + taken.sum(axis=0)
    wanted = np.where(by_base, BASE_LINE, for_total) + offset
    left = np.where(chosen, wanted - base.sum(axis=0), 0).astype(np.int32)
    for n in range(BASE):
        step = np.clip(left, -base[n], BASE_POINTS - base[n])
        base[n] += step
        left -= step


def share_on_line(cases: Cases) -> float:
    """Return the share of star cases whose base or total stands exactly on its line."""
    found = 0
    for star in range(STARS):
        rows = cases.star(star)
        base = rows["base"].sum(axis=0)
        total = base + np.minimum(rows["bonus"].sum(axis=0), BONUS_CAP)
        total -= rows["deduction"].sum(axis=0)
        found += int(((base == BASE_LINE) | (total == TOTAL_LINE)).sum())
    return found / (STARS * cases.size)
