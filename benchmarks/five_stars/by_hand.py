"""The policy as one would write it in numpy for just this policy, on the same int columns."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.five_stars.cases import (
    BASE,
    BASE_LINE,
    BONUS,
    BONUS_CAP,
    BOTTOM_LINES,
    ITEMS,
    STARS,
    TOTAL_LINE,
    Cases,
    Ints,
    Verdicts,
)


def by_hand(cases: Cases) -> Verdicts:
    size = cases.size
    applied = cases.applied & cases.assessed
    awarded = np.empty((STARS, size), dtype=np.bool_)
    totals = np.zeros(size, dtype=np.int64)
    bases = np.zeros(size, dtype=np.int64)
    lines = iter(cases.hit)
    for star, own in enumerate(BOTTOM_LINES):
        rows = cases.scores[star * ITEMS : (star + 1) * ITEMS]
        base = rows[:BASE].sum(axis=0, dtype=np.int32)
        bonus = np.minimum(rows[BASE : BASE + BONUS].sum(axis=0, dtype=np.int32), BONUS_CAP)
        total = np.maximum(base + bonus - rows[BASE + BONUS :].sum(axis=0, dtype=np.int32), 0)
        lost = next(lines)
        for _ in range(own - 1):
            lost = lost | next(lines)
        awarded[star] = applied[star] & (base >= BASE_LINE) & (total >= TOTAL_LINE) & ~lost
        totals += np.where(applied[star], total, 0)
        bases += np.where(applied[star], base, 0)
    awarded &= ~cases.refused
    stars = awarded.sum(axis=0, dtype=np.int32)
    level = np.where(~awarded[0] & (stars >= 3), 2, stars)
    level = np.where(cases.struck, np.minimum(level, 2), level)
    key = ((level.astype(np.int64) * 6 + stars) * 60_001 + totals) * 50_001 + bases
    order = np.argsort(-key, kind="stable")
    order = order[cases.assessed[order]]
    county, township = (_places(key, group, order) for group in (cases.county, cases.township))
    return Verdicts(awarded, level, county, township)


def _places(key: npt.NDArray[np.int64], group: Ints, order: npt.NDArray[np.int64]) -> Ints:
    ranks = np.zeros(key.size, dtype=np.int32)
    order = order[np.argsort(group[order], kind="stable")]
    new_group = np.diff(group[order], prepend=-1) != 0
    new_value = new_group | (np.diff(key[order], prepend=-1) != 0)
    place = np.arange(order.size, dtype=np.int32)
    start = np.maximum.accumulate(np.where(new_group, place, 0))
    ranks[order] = np.maximum.accumulate(np.where(new_value, place, 0)) - start + 1
    return ranks


def prepare(cases: Cases) -> Callable[[], Verdicts]:
    return lambda: by_hand(cases)
