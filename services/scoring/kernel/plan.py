"""A compiled policy: the same rules as index tables and int arrays, ready to run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.check import check
from services.scoring.kernel.errors import PolicyError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.layout import Leaf, StarPlan, arrange
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import Awarded
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.stars import BottomLine

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# What stands where no points are: nobody said anything, or the item does not apply.
MISSING, NOT_APPLICABLE = -1, -2
# What stands where no value was given: below every value there can be.
ABSENT = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Plan:
    """What `evaluate` runs.

    Leaves are what is scored: items, and the sub-items of composite ones. They are ordered
    star by star, in each star base, bonus, deduction, in each block as the policy has them.
    Slots are the values that measured leaves need, in the order of the leaves. Bottom lines
    are ordered star by star; `awarded_most` are the most points of every leaf that is scored in
    points; `star_order` has every star after those it requires.
    """

    policy: Policy
    policy_hash: str
    measures: dict[str, Measure]
    leaves: tuple[Leaf, ...]
    leaf_index: dict[str, int]
    leaf_star: Ints
    awarded_most: dict[str, int]
    is_deduction: Bools
    slots: tuple[Slot, ...]
    stars: tuple[StarPlan, ...]
    star_index: dict[str, int]
    star_order: tuple[int, ...]
    stage_index: dict[str, int]
    bottom_lines: tuple[BottomLine, ...]
    bottom_line_index: dict[str, int]
    bottom_line_star: Ints
    level_starts: Longs
    levels: Ints
    ranking_bounds: tuple[int, ...]

    @property
    def is_relative(self) -> bool:
        """Whether one verdict depends on the others: it cannot be explained from one document."""
        policy = self.policy
        return bool(policy.quotas) or any(
            leaf.rule.kind == "ranked"
            or (leaf.item.when_missing is not None and leaf.item.when_missing.kind != "default")
            for leaf in self.leaves
        )

    @property
    def refilled(self) -> bool:
        """Whether a place that became free after the notice may go to the next one."""
        return any(quota.refill == "next" for quota in self.policy.quotas)


def compile_policy(policy: Policy) -> Plan:
    """Return the plan of a policy; raise `PolicyError` with every mistake `check` finds."""
    faults = check(policy)
    if faults:
        raise PolicyError(faults)
    measures = {one.code: one for one in policy.measures}
    leaves, slots, stars = arrange(policy, measures)
    bottom_lines = tuple(line for star in policy.stars for line in star.bottom_lines)
    star_of_line = [s for s, star in enumerate(policy.stars) for _ in star.bottom_lines]
    bands = sorted(policy.levels, key=lambda band: band.start)
    return Plan(
        policy=policy,
        policy_hash=policy.hash,
        measures=measures,
        leaves=leaves,
        leaf_index={leaf.code: position for position, leaf in enumerate(leaves)},
        leaf_star=np.array([leaf.star for leaf in leaves], dtype=np.int32),
        awarded_most={
            leaf.code: leaf.rule.max_points for leaf in leaves if isinstance(leaf.rule, Awarded)
        },
        is_deduction=np.array([leaf.item.block == "deduction" for leaf in leaves], dtype=np.bool_),
        slots=slots,
        stars=stars,
        star_index={star.code: position for position, star in enumerate(policy.stars)},
        star_order=_star_order(policy),
        stage_index={stage.code: position for position, stage in enumerate(policy.stages)},
        bottom_lines=bottom_lines,
        bottom_line_index={line.code: position for position, line in enumerate(bottom_lines)},
        bottom_line_star=np.array(star_of_line, dtype=np.int32),
        level_starts=np.array([band.start for band in bands], dtype=np.int64),
        levels=np.array([band.level for band in bands], dtype=np.int32),
        ranking_bounds=policy.ranking_bounds,
    )


def _star_order(policy: Policy) -> tuple[int, ...]:
    """Return every star after those it requires; the check has refused circles."""
    index = {star.code: position for position, star in enumerate(policy.stars)}
    order: list[int] = []

    def place(star: int) -> None:
        if star not in order:
            for rule in policy.star_prerequisites:
                if index[rule.star] == star:
                    place(index[rule.requires])
            order.append(star)

    for star in range(len(policy.stars)):
        place(star)
    return tuple(order)
