"""The right verdicts, twice: in int64 by another road, and slowly in `decimal`.

`by_integers` shares no line with the kernel or with `by_hand`: all stars in one reduction, and
ranks by counting who is ahead instead of walking a sorted list. `by_decimals` goes through one
organization after another in points, as a person with paper would.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from decimal import Decimal

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

Longs = npt.NDArray[np.int64]
Measures = tuple[int, int, Decimal, Decimal]


def by_integers(cases: Cases) -> Verdicts:
    blocks = [star * ITEMS + start for star in range(STARS) for start in (0, BASE, BASE + BONUS)]
    sums = np.add.reduceat(cases.scores, blocks, axis=0, dtype=np.int64)
    base, bonus, taken = sums.reshape(STARS, 3, cases.size).transpose(1, 0, 2)
    total = np.clip(base + np.clip(bonus, None, BONUS_CAP) - taken, 0, None)
    first_lines = np.cumsum((0, *BOTTOM_LINES[:-1]))
    lost = np.logical_or.reduceat(cases.hit, first_lines, axis=0)
    wanted = cases.applied * cases.assessed
    short = np.maximum(BASE_LINE - base, TOTAL_LINE - total)
    awarded = wanted & (short <= 0) & ~(lost | cases.refused)
    stars = np.count_nonzero(awarded, axis=0)
    level = np.select([(stars > 2) & ~awarded[0]], [2], stars)
    level[cases.struck & (level > 2)] = 2
    key = np.zeros(cases.size, dtype=np.int64)
    for measure in (level, stars, (total * wanted).sum(axis=0), (base * wanted).sum(axis=0)):
        key = key * 100_000 + measure
    county, township = (_ahead(key, g, cases.assessed) for g in (cases.county, cases.township))
    return Verdicts(awarded, level.astype(np.int32), county, township)


def _ahead(key: Longs, group: Ints, assessed: npt.NDArray[np.bool_]) -> Ints:
    """One more than the number of the group's assessed organizations with a higher key."""
    _, dense = np.unique(-key, return_inverse=True)
    place = group.astype(np.int64) * key.size + dense
    queue = np.sort(place[assessed])
    ahead = np.searchsorted(queue, place) - np.searchsorted(
        queue, group.astype(np.int64) * key.size
    )
    return np.where(assessed, ahead + 1, 0).astype(np.int32)


def by_decimals(cases: Cases) -> Verdicts:
    found = [_judge(cases, column) for column in range(cases.size)]
    measures = [each[1] for each in found]
    return Verdicts(
        awarded=np.array([each[0] for each in found], dtype=np.bool_).T,
        level=np.array([each[0] for each in measures], dtype=np.int32),
        county_rank=_ranks(measures, cases.county.tolist(), cases.assessed.tolist()),
        township_rank=_ranks(measures, cases.township.tolist(), cases.assessed.tolist()),
    )


def _judge(cases: Cases, column: int) -> tuple[list[bool], Measures]:
    """Return one organization's stars, and what it is ranked by."""
    points = [Decimal(score) / 100 for score in cases.scores[:, column].tolist()]
    hits = iter(cases.hit[:, column].tolist())
    awarded: list[bool] = []
    all_totals = all_bases = Decimal(0)
    for star, own in enumerate(BOTTOM_LINES):
        items = points[star * ITEMS : (star + 1) * ITEMS]
        base = sum(items[:BASE], Decimal(0))
        bonus = min(sum(items[BASE : BASE + BONUS], Decimal(0)), Decimal("20.00"))
        total = max(base + bonus - sum(items[BASE + BONUS :], Decimal(0)), Decimal(0))
        lost = sum(next(hits) for _ in range(own)) > 0
        applied = bool(cases.applied[star, column]) and bool(cases.assessed[column])
        good = base >= Decimal("75.00") and total >= Decimal("85.00")
        awarded.append(applied and good and not lost and not cases.refused[star, column])
        if applied:
            all_totals += total
            all_bases += base
    level = sum(awarded)
    if level >= 3 and not awarded[0]:
        level = 2
    if cases.struck[column]:
        level = min(level, 2)
    return awarded, (level, sum(awarded), all_totals, all_bases)


def _ranks(measures: list[Measures], groups: list[int], assessed: list[bool]) -> Ints:
    members: defaultdict[int, list[Measures]] = defaultdict(list)
    for measure, group, judged in zip(measures, groups, assessed, strict=True):
        if judged:
            insort(members[group], _lower_first(measure))
    return np.array(
        [
            bisect_left(members[group], _lower_first(measure)) + 1 if judged else 0
            for measure, group, judged in zip(measures, groups, assessed, strict=True)
        ],
        dtype=np.int32,
    )


def _lower_first(measure: Measures) -> Measures:
    level, stars, total, base = measure
    return -level, -stars, -total, -base
