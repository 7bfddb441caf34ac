"""A compiled policy: the same rules as index tables and int arrays, ready to run."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.check import check
from services.scoring.kernel.errors import PolicyError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import WhenMissing
from services.scoring.kernel.layout import Leaf, StarPlan, arrange
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import Awarded, CountsPerProblem
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.stars import BottomLine, LevelEffect

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
    points; `star_order` has every star after those it requires. What follows from these is worked
    out once, when it is first asked for: what a policy does not use then costs an evaluation
    nothing.
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
    level_starts: Longs
    levels: Ints
    ranking_bounds: tuple[int, ...]

    @cached_property
    def fillings(self) -> tuple[tuple[int, WhenMissing], ...]:
        """The rows of leaves that say what stands for missing points."""
        said = ((row, leaf.item.when_missing) for row, leaf in enumerate(self.leaves))
        return tuple((row, rule) for row, rule in said if rule is not None)

    @cached_property
    def problem_lines(self) -> tuple[tuple[int, CountsPerProblem], ...]:
        """The rows of bottom lines that are judged from counted problems."""
        rules = ((row, line.rule) for row, line in enumerate(self.bottom_lines))
        return tuple((row, rule) for row, rule in rules if isinstance(rule, CountsPerProblem))

    @cached_property
    def star_lines(self) -> Longs:
        """The rows of bottom lines that take a star, one column a star.

        Columns are filled up with the row after the last line.
        """
        index = self.bottom_line_index
        taking = [
            [index[line.code] for line in star.bottom_lines if line.effect is None]
            for star in self.policy.stars
        ]
        rows = list(zip_longest(*taking, fillvalue=len(index)))
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(taking))

    @cached_property
    def level_lines(self) -> tuple[tuple[int, LevelEffect], ...]:
        """The rows of bottom lines that take from the level instead."""
        effects = ((row, line.effect) for row, line in enumerate(self.bottom_lines))
        return tuple((row, effect) for row, effect in effects if effect is not None)

    @cached_property
    def level_of_stars(self) -> Ints | None:
        """The level that each number of stars gives; None where levels go by points."""
        if self.policy.levels_by_points:
            return None
        return self.level_at(np.arange(len(self.stars) + 1, dtype=np.int32))

    def level_at(self, measure: Ints) -> Ints:
        """Return the level of the band in which each number of stars, or of points, lies."""
        return self.levels[self.level_starts.searchsorted(measure, side="right") - 1]

    @cached_property
    def summed(self) -> frozenset[str]:
        """The sums over the stars applied for by which levels, their quotas or ranks go."""
        policy = self.policy
        by_points = ("total",) if policy.levels_by_points else ()
        orders = (quota.order for quota in policy.quotas if quota.level is not None)
        used = {*policy.ranking.by, *by_points, *chain.from_iterable(orders)}
        return frozenset(used & {"total", "base", "bonus"})

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
