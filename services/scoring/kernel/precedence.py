"""Which stage's score counts, item by item: the last competent one."""

import numpy as np

from services.scoring.kernel.plan import MISSING, Ints, Plan


def counted_scores(plan: Plan, scores: tuple[Ints | None, ...], size: int) -> Ints:
    """Return the counted score of every item, items x organizations (`MISSING` where none).

    A later stage replaces what stands; a `lowers` stage may only worsen the star: a lower
    score in base and bonus, a higher one in deduction. It never fills a gap on its own.
    """
    counted: Ints | None = None
    for stage, layer in zip(plan.policy.stages, scores, strict=True):
        if layer is None:
            continue
        if stage.effect == "lowers":
            counted = None if counted is None else _worse(plan, counted, layer)
        else:
            counted = layer if counted is None else np.where(layer == MISSING, counted, layer)
    if counted is None:
        return np.full((len(plan.items), size), MISSING, dtype=np.int32)
    return counted


def _worse(plan: Plan, counted: Ints, layer: Ints) -> Ints:
    deduction = plan.is_deduction[:, None]
    worse = np.where(deduction, np.maximum(counted, layer), np.minimum(counted, layer))
    both = (counted != MISSING) & (layer != MISSING)
    return np.where(both, worse, counted)


def counting_stage(plan: Plan, given: dict[str, int], *, deduction: bool) -> str | None:
    """Return the stage whose score of one item counts, of `given` stage → score; None if none.

    A `lowers` stage counts where it changed the score.
    """
    counting: str | None = None
    for stage in plan.policy.stages:
        if stage.code not in given:
            continue
        if stage.effect == "replaces":
            counting = stage.code
        elif counting is not None:
            change = given[stage.code] - given[counting]
            if (change > 0) if deduction else (change < 0):
                counting = stage.code
    return counting
