"""A compiled policy: the same rules as index tables and int arrays, ready to run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.check import check
from services.scoring.kernel.errors import PolicyError
from services.scoring.kernel.grammar import BLOCKS, BottomLine, Item, Policy

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# The score of an item that nobody scored: below every real score, never added up.
MISSING = -1


@dataclass(frozen=True)
class Blocks:
    """Where one star's items stand in the item axis: base, bonus and deduction in a row."""

    base: slice
    bonus: slice
    deduction: slice


@dataclass(frozen=True, eq=False)
class Plan:
    """What `evaluate` runs.

    Items are ordered star by star, in each star base, bonus, deduction, in each block as the
    policy has them. Bottom lines are ordered star by star.
    """

    policy: Policy
    policy_hash: str
    items: tuple[Item, ...]
    item_index: dict[str, int]
    item_star: Ints
    item_maximum: Ints
    is_deduction: Bools
    blocks: tuple[Blocks, ...]
    star_index: dict[str, int]
    stage_index: dict[str, int]
    bottom_lines: tuple[BottomLine, ...]
    bottom_line_index: dict[str, int]
    bottom_line_star: Ints
    level_of_stars: Ints


def compile_policy(policy: Policy) -> Plan:
    """Return the plan of a policy; raise `PolicyError` with every mistake `check` finds."""
    faults = check(policy)
    if faults:
        raise PolicyError(faults)
    items, blocks = _arrange_items(policy)
    bottom_lines = tuple(line for star in policy.stars for line in star.bottom_lines)
    star_of_item = {item.code: s for s, star in enumerate(policy.stars) for item in star.items}
    star_of_line = [s for s, star in enumerate(policy.stars) for _ in star.bottom_lines]
    return Plan(
        policy=policy,
        policy_hash=policy.hash,
        items=items,
        item_index={item.code: position for position, item in enumerate(items)},
        item_star=np.array([star_of_item[item.code] for item in items], dtype=np.int32),
        item_maximum=np.array([item.rule.max_points for item in items], dtype=np.int32),
        is_deduction=np.array([item.block == "deduction" for item in items], dtype=np.bool_),
        blocks=blocks,
        star_index={star.code: position for position, star in enumerate(policy.stars)},
        stage_index={stage.code: position for position, stage in enumerate(policy.stages)},
        bottom_lines=bottom_lines,
        bottom_line_index={line.code: position for position, line in enumerate(bottom_lines)},
        bottom_line_star=np.array(star_of_line, dtype=np.int32),
        level_of_stars=_levels(policy),
    )


def _arrange_items(policy: Policy) -> tuple[tuple[Item, ...], tuple[Blocks, ...]]:
    items: list[Item] = []
    spans: list[Blocks] = []
    for star in policy.stars:
        slices = []
        for block in BLOCKS:
            start = len(items)
            items += [item for item in star.items if item.block == block]
            slices.append(slice(start, len(items)))
        spans.append(Blocks(*slices))
    return tuple(items), tuple(spans)


def _levels(policy: Policy) -> Ints:
    """Return the level by number of stars, 0 to all of them."""
    counts = range(len(policy.stars) + 1)
    reached = [[b.level for b in policy.levels if b.min_stars <= count] for count in counts]
    return np.array([max(levels) for levels in reached], dtype=np.int32)
