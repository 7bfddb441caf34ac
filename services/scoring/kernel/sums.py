"""From the points of leaves to the totals of stars."""

from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.items import BLOCKS, Composite
from services.scoring.kernel.layout import BlockPlan, ItemPlan, StarPlan
from services.scoring.kernel.plan import NOT_APPLICABLE, Bools, Ints, Longs, Plan
from services.scoring.kernel.rounding import divided


@dataclass(frozen=True, eq=False)
class Sums:
    """The points of all stars, stars x organizations; `lines_met` only where applied for."""

    base: Ints
    bonus: Ints
    counted_bonus: Ints
    deduction: Ints
    counted_deduction: Ints
    total: Ints
    lines_met: Bools


def add_up(plan: Plan, points: Ints, applied: Bools) -> Sums:
    """Return the sums of every star from the counted points (leaves x organizations)."""
    totals = plan.policy.totals
    base, bonus, deduction = _blocks(plan, points)
    counted: Ints = np.minimum(bonus, totals.bonus_cap_points)
    taken = deduction
    if totals.deduction_cap_points is not None:
        taken = np.minimum(deduction, totals.deduction_cap_points)
    total = base + counted
    total -= taken
    np.maximum(total, totals.floor_points, out=total)
    tested = base if totals.deductions_touch == "total" else base - taken
    lines_met = applied.copy()
    for line in plan.policy.lines:
        lines_met &= (tested if line.measure == "base" else total) >= line.minimum
    for row, star in enumerate(plan.stars):
        for group, items in star.groups:
            reached = sum(item_points(item, points[item.span]) for item in items)
            lines_met[row] &= reached >= group.minimum
    return Sums(base, bonus, counted, deduction, taken, total, lines_met)


def _blocks(plan: Plan, points: Ints) -> tuple[Ints, Ints, Ints]:
    """Return base, bonus and deduction of every star, stars x organizations."""
    shape = (len(plan.stars), points.shape[1])
    base, bonus, deduction = (np.empty(shape, dtype=np.int32) for _ in BLOCKS)
    for row, star in enumerate(plan.stars):
        _base(star, points, base[row])
        _block(star.bonus, points, bonus[row])
        _block(star.deduction, points, deduction[row])
    return base, bonus, deduction


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
