"""Competition ranks within nested groups: 1, 2, 2, 4."""

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.plan import Bools, Ints, Longs


def rank(key: Longs, groups: tuple[Ints, ...], ranked: Bools) -> tuple[Ints, ...]:
    """Return one rank array per grouping: 1 for the highest key of the group, equals share.

    `groups` number the group of every organization; those not `ranked` get 0.
    """
    members = np.flatnonzero(ranked)
    # Equal keys share a rank, so their order is nobody's concern and the fastest sort will do.
    by_key = members[np.argsort(-key[members])]
    return tuple(_rank_within(key, group, by_key) for group in groups)


def _rank_within(key: Longs, group: Ints, by_key: Longs) -> Ints:
    """Rank members that come ordered by key; a stable sort by group keeps that order."""
    ranks = np.zeros(key.shape, dtype=np.int32)
    if not by_key.size:
        return ranks
    order = by_key[np.argsort(_narrow(group[by_key]), kind="stable")]
    new_group = _differs(group[order])
    new_value = new_group | _differs(key[order])
    place = np.arange(order.size, dtype=np.int32)
    first_of_group = np.maximum.accumulate(np.where(new_group, place, 0))
    first_of_value = np.maximum.accumulate(np.where(new_value, place, 0))
    ranks[order] = first_of_value - first_of_group + 1
    return ranks


def _narrow(group: Ints) -> Ints | npt.NDArray[np.uint16]:
    """Return the group numbers in 16 bits where they fit: numpy sorts those by radix."""
    return group.astype(np.uint16) if group.max() < 2**16 else group


def _differs(values: Longs | Ints) -> Bools:
    """Return whether each value differs from the one before it; the first one does."""
    changed = np.ones(values.shape, dtype=np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed
