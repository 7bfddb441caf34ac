"""Ranks within groups, by the definition: one more than the members of the group ahead."""

import numpy as np
import pytest

from services.scoring.kernel.plan import Bools, Ints, Longs
from services.scoring.kernel.ranking import rank


def by_definition(key: Longs, group: Ints, ranked: Bools) -> Ints:
    ahead = (key[None, :] > key[:, None]) & (group[None, :] == group[:, None]) & ranked[None, :]
    places: Ints = np.where(ranked, ahead.sum(axis=1, dtype=np.int32) + 1, 0)
    return places


# Few and many are sorted in different ways; so are group numbers below and above 16 bits.
@pytest.mark.parametrize("size", [0, 1, 30, 350, 1500])
@pytest.mark.parametrize("highest", [0, 1, 60, 100_000])
def test_equals_share_a_rank_within_their_group_and_who_is_not_ranked_has_none(
    size: int, highest: int
) -> None:
    dice = np.random.default_rng(size + highest)
    key = dice.integers(-40, 40, size) * 10**15
    one = np.zeros(size, dtype=np.int32)
    many = dice.integers(0, highest + 1, size, dtype=np.int32)
    ranked = dice.random(size) < 0.9
    found = rank(key, (one, many), ranked)
    for group, ranks in zip((one, many), found, strict=True):
        assert ranks.tolist() == by_definition(key, group, ranked).tolist()


def test_a_group_is_one_whatever_its_number() -> None:
    key, everyone = np.array([3, 9, 3, 1]), np.ones(4, dtype=np.bool_)
    (ranks,) = rank(key, (np.full(4, 7, dtype=np.int32),), everyone)
    assert ranks.tolist() == [2, 1, 2, 4]


def test_nobody_is_ranked_among_nobody() -> None:
    nobody = np.zeros(3, dtype=np.bool_)
    (ranks,) = rank(np.array([1, 2, 3]), (np.zeros(3, dtype=np.int32),), nobody)
    assert ranks.tolist() == [0, 0, 0]
