"""Who comes within a quota: the best of each group, ties as the policy declares."""

from collections.abc import Mapping, Sequence

import numpy as np

from services.scoring.kernel.plan import Bools, Ints, Longs
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.ranking import rank
from services.scoring.kernel.rounding import divided


def order_key(order: Sequence[str], measures: Mapping[str, Ints]) -> Longs:
    """Return one int64 an organization, higher comes first, by these measures one after another."""
    key = np.zeros(next(iter(measures.values())).shape, dtype=np.int64)
    for measure in order:
        values = measures[measure]
        lowest, highest = int(values.min(initial=0)), int(values.max(initial=0))
        key = key * (highest - lowest + 1) + (values - lowest)
    return key


def admitted(quota: Quota, key: Longs, group: Ints, candidates: Bools, assessed: Bools) -> Bools:
    """Return which candidates come within the quota of their group.

    With `tied: none` a tie that would go beyond the last place admits none of the tied, with
    `all` everyone who has fewer than that many before them.
    """
    groups = int(group.max(initial=-1)) + 1
    places = _places(quota, np.bincount(group[assessed], minlength=groups))[group]
    (before,) = rank(key, (group,), candidates)
    if quota.tied == "all":
        return candidates & (before <= places)
    (behind,) = rank(-key, (group,), candidates)
    heads = np.bincount(group[candidates], minlength=groups)[group]
    return candidates & (heads - behind + 1 <= places)


def refilled(
    quota: Quota, key: Longs, group: Ints, holders: Bools, let_in: Bools, assessed: Bools
) -> Bools:
    """Return who is within the quota when others may come in: holders stay, whoever comes after.

    What the holders leave free goes to those `let_in`, the best first.
    """
    first = np.where(holders, key.max(initial=0) + 1, key)
    return holders | admitted(quota, first, group, holders | let_in, assessed)


def _places(quota: Quota, assessed: Longs) -> Longs:
    if quota.percent is None:
        return np.full(assessed.shape, quota.places(0), dtype=np.int64)
    return divided(assessed.astype(np.int64) * quota.percent, 100, quota.rounding)
