"""From the number of stars, or the total, to the level: every rule that moved it."""

from services.scoring.kernel.certificate import (
    LevelEffectCheck,
    LevelVerdict,
    PrerequisiteCheck,
)
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.inputs import LetIn, OrganizationInput
from services.scoring.kernel.plan import Plan


def level_verdict(plan: Plan, outcome: Outcome, one: OrganizationInput, index: int) -> LevelVerdict:
    """Return how the level came about."""
    count = int(outcome.star_count[index])
    total = int((outcome.total[:, index] * outcome.applied[:, index]).sum())
    measure = total if plan.policy.levels_by_points else count
    band = max(
        (one for one in plan.policy.levels if one.start <= measure), key=lambda one: one.start
    )
    level, checks = band.level, []
    for rule in plan.policy.prerequisites:
        held = bool(outcome.awarded[plan.star_index[rule.star], index])
        if not held and level >= rule.from_level:
            level = rule.otherwise_level
        checks.append(
            PrerequisiteCheck(
                star=rule.star,
                clause=rule.clause,
                from_level=rule.from_level,
                held=held,
                level=level,
            )
        )
    return LevelVerdict(
        star_count=count,
        level_by_stars=band.level,
        clause=band.clause,
        prerequisites=tuple(checks),
        listing_struck=one.listing_struck,
        level=int(outcome.level[index]),
        total=total if plan.policy.levels_by_points else None,
        effects=tuple(
            LevelEffectCheck(bottom_line=line.code, clause=line.clause, effect=line.effect)
            for row, line in enumerate(plan.bottom_lines)
            if line.effect is not None and outcome.hit[row, index]
        ),
        quota=_level_quota(plan, outcome, index),
        refill=_refill(plan, outcome, one, index),
    )


def _refill(plan: Plan, outcome: Outcome, one: OrganizationInput, index: int) -> LetIn | None:
    """Return the decision that let it into a place of its level that others left, the highest."""
    held = [
        quota
        for quota in plan.policy.quotas
        if quota.level is not None
        and quota.level <= outcome.level[index]
        and quota.code in one.let_in
        and one.let_in[quota.code].left
    ]
    return one.let_in[max(held, key=lambda quota: quota.level or 0).code] if held else None


def _level_quota(plan: Plan, outcome: Outcome, index: int) -> str | None:
    """Return the quota that kept from a higher level: the lowest one above the level held."""
    if not outcome.level_cut[index]:
        return None
    above = [
        quota
        for quota in plan.policy.quotas
        if quota.level is not None and quota.level > outcome.level[index]
    ]
    return min(above, key=lambda quota: quota.level or 0).code
