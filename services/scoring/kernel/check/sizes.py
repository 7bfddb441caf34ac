"""Formulas whose numbers would not fit the integers they are computed with."""

from collections.abc import Iterator
from math import prod

from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy

# Sums of points are int32, everything else is int64 with room for one more addition.
LARGEST_SUM = 2**31 - 1
LARGEST_NUMBER = 2**62


def size_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield sums of points over int32, and keys of ranking and quotas over int64."""
    largest = sum(item.rule.max_points for star in policy.stars for item in star.items)
    if largest + policy.totals.bonus_cap_points > LARGEST_SUM:
        yield PolicyFault(
            "overflow", "stars", policy.totals.clause, "各项满分之和过大，无法精确计算"
        )
    if prod(policy.ranking_bounds) > LARGEST_NUMBER:
        yield PolicyFault("overflow", "ranking.by", policy.ranking.clause, "排名依据的取值范围过大")
    # No star brings more than this; a level's order adds them all up.
    whole = sum(star.block_points("base") for star in policy.stars)
    most = max(
        whole + len(policy.stars) * policy.totals.bonus_cap_points, policy.totals.floor_points
    )
    for index, quota in enumerate(policy.quotas):
        if (most + 1) ** len(quota.order) > LARGEST_NUMBER:
            yield PolicyFault(
                "overflow", f"quotas.{index}", quota.clause, "名额排序依据的取值范围过大"
            )
