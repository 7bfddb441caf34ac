"""From stars or totals to levels: bands, prerequisites, bottom lines, strikes, quotas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.scoring.kernel.admission import admitted, order_key, refilled
from services.scoring.kernel.awards import Awards
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.plan import Bools, Ints, Plan
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.stars import LowersLevel
from services.scoring.kernel.sums import Sums


@dataclass(frozen=True, eq=False)
class Whole:
    """What an organization has in all, whose stars are `awarded` (stars x organizations).

    `measures` are the number of these stars and, of the sums over the stars applied for, those
    that something goes by. `placed` is how the stars stood at the notice.
    """

    awarded: Bools
    placed: Bools
    measures: Mapping[str, Ints]


@dataclass(frozen=True, eq=False)
class Levels:
    """One level an organization, and whether a quota kept it from a higher one."""

    level: Ints
    cut: Bools


def whole_of(plan: Plan, awards: Awards, sums: Sums, applied: Bools) -> Whole:
    """Return stars held and the sums over the stars applied for that the plan asks for."""
    measures = {"stars": _number(awards.awarded)}
    points = {"total": sums.total, "base": sums.base, "bonus": sums.counted_bonus}
    counts = applied.astype(np.int32)
    for measure in plan.summed:
        measures[measure] = np.add.reduce(points[measure] * counts, axis=0, dtype=np.int32)
    return Whole(awards.awarded, awards.placed, measures)


def _number(stars: Bools) -> Ints:
    number: Ints = np.add.reduce(stars, axis=0, dtype=np.int32)
    return number


def settle(plan: Plan, inputs: Inputs, whole: Whole, hit: Bools) -> Levels:
    """Return the levels, the policy's rules applied in the order this module names them."""
    level = _level(plan, inputs, whole, hit)
    cut = np.zeros(level.shape, dtype=np.bool_)
    quotas = [quota for quota in plan.policy.quotas if quota.level is not None]
    if not quotas:
        return Levels(level, cut)
    at_notice = {**whole.measures, "stars": _number(whole.placed)}
    noticed = replace(whole, awarded=whole.placed, measures=at_notice)
    before = _level(plan, inputs, noticed, hit)
    for quota in sorted(quotas, key=lambda one: -(one.level or 0)):
        # A place that may be refilled is held as it was announced: by the stars of the notice.
        weighed = noticed if quota.refill == "next" else whole
        level, before, kept_out = _limit(plan, inputs, weighed, quota, (level, before))
        cut |= kept_out
    return Levels(level, cut)


def _level(plan: Plan, inputs: Inputs, whole: Whole, hit: Bools) -> Ints:
    if plan.level_of_stars is None:
        level = plan.level_at(whole.measures["total"])
    else:
        level = plan.level_of_stars.take(whole.measures["stars"])
    for rule in plan.policy.prerequisites:
        lacking = ~whole.awarded[plan.star_index[rule.star]] & (level >= rule.from_level)
        np.copyto(level, rule.otherwise_level, where=lacking)
    if plan.level_lines:
        level = _after_bottom_lines(plan, level, hit & inputs.assessed)
    fallen = np.minimum(level, plan.policy.procedure.determination.struck_level)
    np.copyto(level, fallen, where=inputs.struck)
    return level


def _after_bottom_lines(plan: Plan, level: Ints, hit: Bools) -> Ints:
    """Lower levels first, then cap them: a cap bars what stands above it, whatever lowered it."""
    down = np.zeros(level.shape, dtype=np.int64)
    cap = np.full(level.shape, plan.levels.max(), dtype=np.int32)
    for row, effect in plan.level_lines:
        if isinstance(effect, LowersLevel):
            down += np.where(hit[row], effect.by, 0)
        else:
            cap = np.where(hit[row], np.minimum(cap, np.int32(effect.level)), cap)
    declared = np.sort(plan.levels)
    position = np.searchsorted(declared, level)
    lowered: Ints = declared[np.maximum(position - down, 0)]
    return np.minimum(lowered, cap)


def _limit(
    plan: Plan, inputs: Inputs, whole: Whole, quota: Quota, levels: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Bools]:
    """Let those beyond the quota fall to the next lower level; return levels and who fell."""
    level, before = levels
    limited = quota.level or 0
    key = order_key(quota.order, whole.measures)
    group = inputs.county if quota.within == "county" else inputs.township
    at_notice = inputs.assessed & (before >= limited)
    then = admitted(quota, key, group, at_notice, inputs.assessed)
    now = then
    if quota.refill == "next" and inputs.let_in is not None:
        reached = inputs.assessed & (level >= limited)
        let_in = inputs.let_in[plan.policy.quotas.index(quota)]
        now = refilled(quota, key, group, reached & then, reached & let_in, inputs.assessed)
    lower = max((one for one in plan.levels.tolist() if one < limited), default=0)
    fell = (level >= limited) & ~now
    level = np.where(fell, np.int32(lower), level)
    before = np.where(at_notice & ~then, np.int32(lower), before)
    return level, before, fell
