"""Competition ranks within nested groups: 1, 2, 2, 4."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.plan import Bools, Ints, Longs

# From so many on numpy's quicksort is faster than its stable sort; a county has a few hundred.
_MANY = 1000


def rank(key: Longs, groups: tuple[Ints, ...], ranked: Bools) -> tuple[Ints, ...]:
    """Return one rank array per grouping: 1 for the highest key of the group, equals share.

    `groups` number the group of every organization; those not `ranked` get 0.
    """
    (members,) = ranked.nonzero()
    # Equal keys share a rank, so their order is nobody's concern and the fastest sort will do.
    kind: Literal["stable", "quicksort"] = "stable" if members.size < _MANY else "quicksort"
    by_key = members[key[members].argsort(kind=kind)[::-1]]
    return tuple(_rank_within(key, group, by_key) for group in groups)


def _rank_within(key: Longs, group: Ints, by_key: Longs) -> Ints:
    """Rank members that come ordered by key."""
    ranks = np.zeros(key.shape, dtype=np.int32)
    if not by_key.size:
        return ranks
    own = group[by_key]
    highest = own.max()
    if highest == 0:  # One group, numbered first: a county alone needs no sorting by county.
        ranks[by_key] = _first_of_run(_changes(key[by_key])) + 1
        return ranks
    # A stable sort by group keeps the order by key.
    order = by_key[_narrow(own, highest).argsort(kind="stable")]
    new_group = _changes(group[order])
    new_value = _changes(key[order])
    new_value |= new_group
    ranks[order] = _first_of_run(new_value) - _first_of_run(new_group) + 1
    return ranks


def _narrow(group: Ints, highest: np.int32) -> Ints | npt.NDArray[np.uint16]:
    """Return the group numbers in 16 bits where they fit: numpy sorts those by radix."""
    return group.astype(np.uint16) if highest < 2**16 else group


def _changes(values: Longs | Ints) -> Bools:
    """Return whether each value but the first differs from the one before it."""
    changes: Bools = values[1:] != values[:-1]
    return changes


def _first_of_run(changes: Bools) -> Ints:
    """Return for every place, from 0, the one where its run of unchanged values begins."""
    first = np.arange(changes.size + 1, dtype=np.int32)
    np.multiply(first[1:], changes, out=first[1:])
    latest: Ints = np.maximum.accumulate(first)
    return latest
