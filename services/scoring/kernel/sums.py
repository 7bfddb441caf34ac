"""From the points of leaves to the totals of stars."""

import numpy as np

from services.scoring.kernel.grammar import Totals
from services.scoring.kernel.items import Composite
from services.scoring.kernel.layout import BlockPlan, ItemPlan, StarPlan
from services.scoring.kernel.plan import NOT_APPLICABLE, Bools, Ints, Longs, Plan
from services.scoring.kernel.rounding import divided


class Sums:
    """The point arrays of all stars, stars x organizations; `lines_met` only where applied for."""

    def __init__(self, stars: int, size: int, applied: Bools) -> None:
        """Take room for so many stars and organizations."""
        self.base, self.bonus, self.counted_bonus, self.deduction, self.total = np.empty(
            (5, stars, size), dtype=np.int32
        )
        self.counted_deduction = self.deduction
        self.lines_met = applied.copy()


def add_up(plan: Plan, points: Ints, applied: Bools) -> Sums:
    """Return the sums of every star from the counted points (leaves x organizations)."""
    sums = Sums(len(plan.stars), points.shape[1], applied)
    for row, star in enumerate(plan.stars):
        _base(star, points, sums.base[row])
        _block(star.bonus, points, sums.bonus[row])
        _block(star.deduction, points, sums.deduction[row])
    _total(plan.policy.totals, sums)
    _hold_against_lines(plan, points, sums)
    return sums


def _total(totals: Totals, sums: Sums) -> None:
    if totals.deduction_cap_points is not None:
        sums.counted_deduction = np.minimum(sums.deduction, totals.deduction_cap_points)
    np.minimum(sums.bonus, totals.bonus_cap_points, out=sums.counted_bonus)
    np.add(sums.base, sums.counted_bonus, out=sums.total)
    sums.total -= sums.counted_deduction
    np.maximum(sums.total, totals.floor_points, out=sums.total)


def _hold_against_lines(plan: Plan, points: Ints, sums: Sums) -> None:
    base = sums.base
    if plan.policy.totals.deductions_touch == "base":
        base = base - sums.counted_deduction
    for line in plan.policy.lines:
        sums.lines_met &= (base if line.measure == "base" else sums.total) >= line.minimum
    for row, star in enumerate(plan.stars):
        for group, items in star.groups:
            reached = sum(item_points(item, points[item.span]) for item in items)
            sums.lines_met[row] &= reached >= group.minimum


def _block(block: BlockPlan, points: Ints, into: Ints) -> Ints:
    if block.plain:
        return np.add.reduce(points[block.span], axis=0, out=into)
    into[:] = 0
    for item in block.items:
        into += item_points(item, points[item.span])
    return into


def _base(star: StarPlan, points: Ints, into: Ints) -> Ints:
    """Return the base block, scaled up where some of its items do not apply."""
    base = _block(star.base, points, into)
    if star.base.plain:
        return base
    scaled = [item for item in star.base.items if item.item.when_not_applicable == "renormalised"]
    if scaled:
        away = np.zeros(base.shape, dtype=np.int64)
        for item in scaled:
            gone = points[item.span.start] == NOT_APPLICABLE
            away += np.where(gone, np.int64(item.item.rule.max_points), 0)
        base[:] = renormalised(star, base.astype(np.int64), away)
    return base


def renormalised(star: StarPlan, brought: Longs, away: Longs) -> Longs:
    """Return `brought` scaled to the whole base, half up, where `away` points do not apply."""
    whole = star.star.base_points
    reachable = np.maximum(whole - away, 1)
    scaled: Longs = np.where(away > 0, divided(brought * whole, reachable, "half_up"), brought)
    return scaled


def item_points(item: ItemPlan, rows: Ints) -> Ints:
    """Return the points of one item from those of its leaves (leaves x organizations).

    Where it does not apply it brings full marks if the policy says so, and else nothing.
    """
    rule = item.item.rule
    if isinstance(rule, Composite):
        points = np.minimum(_with_caps(item, rows), rule.max_points).astype(np.int32)
    else:
        points = rows[0]
    if item.item.when_not_applicable is None:
        return points
    instead = rule.max_points if item.item.when_not_applicable == "full_marks" else 0
    return np.where(rows[0] == NOT_APPLICABLE, np.int32(instead), points)


def _with_caps(item: ItemPlan, rows: Ints) -> Ints:
    """Add up sub-items, those that share a cap no higher than it."""
    capped = {row for rows_of_cap, _ in item.caps for row in rows_of_cap}
    free = [row for row in range(rows.shape[0]) if row not in capped]
    total: Ints = rows[free].sum(axis=0, dtype=np.int32)
    for rows_of_cap, most in item.caps:
        total += np.minimum(rows[list(rows_of_cap)].sum(axis=0, dtype=np.int32), most)
    return total
