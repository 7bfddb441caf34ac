"""Which stage's word counts, leaf by leaf: the last competent one."""

import numpy as np

from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import ABSENT, MISSING, NOT_APPLICABLE, Ints, Longs, Plan
from services.scoring.kernel.rules import Ranked


def counted_points(
    plan: Plan, layers: tuple[Ints | None, ...], size: int, facts: Ints | None = None
) -> Ints:
    """Return the counted points of every leaf, leaves x organizations (`MISSING` where none).

    A later stage replaces what stands; a `lowers` stage may only worsen the star: a lower
    score in base and bonus, a higher one in deduction. It never fills a gap on its own, and
    neither it nor anything it says touches what does not apply.
    """
    counted = facts
    for stage, layer in zip(plan.policy.stages, layers, strict=True):
        if layer is None:
            continue
        if stage.effect == "lowers":
            counted = None if counted is None else _worse(plan, counted, layer)
        else:
            counted = layer if counted is None else np.where(layer == MISSING, counted, layer)
    if counted is None:
        return np.full((len(plan.leaves), size), MISSING, dtype=np.int32)
    return counted


def _worse(plan: Plan, counted: Ints, layer: Ints) -> Ints:
    deduction = plan.is_deduction[:, None]
    worse = np.where(deduction, np.maximum(counted, layer), np.minimum(counted, layer))
    both = (counted >= 0) & (layer >= 0)
    return np.where(both, worse, counted)


def counted_values(
    plan: Plan, values: tuple[Longs | None, ...], facts: Longs | None, leaf: Leaf
) -> Longs:
    """Return the value by which a ranked leaf is ordered (`ABSENT` where none).

    A `lowers` stage counts where its value is worse than the one that stands.
    """
    rule, slot = leaf.rule, leaf.slots.start
    if not isinstance(rule, Ranked):
        message = "only ranked leaves are ordered by their value"
        raise TypeError(message)
    counted = np.array(ABSENT) if facts is None else facts[slot]
    for stage, layer in zip(plan.policy.stages, values, strict=True):
        if layer is None:
            continue
        said = layer[slot]
        takes = said != ABSENT
        if stage.effect == "lowers":
            worse = said < counted if rule.better == "higher" else said > counted
            takes = takes & (counted != ABSENT) & worse
        counted = np.where(takes, said, counted)
    return counted


def counting_stage(plan: Plan, given: dict[str, int], *, deduction: bool) -> str | None:
    """Return the stage whose points of one leaf count, of `given` stage → points; None if none.

    A `lowers` stage counts where it changed the score.
    """
    counting: str | None = None
    for stage in plan.policy.stages:
        if stage.code not in given:
            continue
        if stage.effect == "replaces":
            counting = stage.code
        elif counting is not None and NOT_APPLICABLE not in {given[stage.code], given[counting]}:
            change = given[stage.code] - given[counting]
            if (change > 0) if deduction else (change < 0):
                counting = stage.code
    return counting
