"""How many points can be reached at best, in hundredths."""

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite
from services.scoring.kernel.stars import Star


def highest_base(star: Star) -> int:
    """Return the most base points that a star's items can bring."""
    return star.block_points("base")


def highest_total(policy: Policy, star: Star) -> int:
    """Return the most points of a star's total: base, bonus up to its cap, nothing taken off."""
    bonus = min(star.block_points("bonus"), policy.totals.bonus_cap_points)
    return max(highest_base(star) + bonus, policy.totals.floor_points)


def highest_sum(rule: Composite) -> int:
    """Return the most points that sub-items can bring under the inner caps.

    Exact where no sub-item stands under two caps, which is a fault of its own.
    """
    most = {part.code: part.rule.max_points for part in rule.parts}
    total = 0
    for cap in rule.caps:
        total += min(sum(most.pop(code, 0) for code in cap.parts), cap.most_points)
    return total + sum(most.values())


def unreachable_stars(policy: Policy) -> frozenset[str]:
    """Return the stars that no organization can be awarded: a line, a group, or what they need."""
    lost = {star.code for star in policy.stars if not _within_reach(policy, star)}
    while True:
        more = {rule.star for rule in policy.star_prerequisites if rule.requires in lost} - lost
        if not more:
            return frozenset(lost)
        lost |= more


def _within_reach(policy: Policy, star: Star) -> bool:
    base, total = highest_base(star), highest_total(policy, star)
    lines = all(
        line.minimum <= (base if line.measure == "base" else total) for line in policy.lines
    )
    most = {item.code: item.rule.max_points for item in star.items}
    groups = all(
        group.minimum <= sum(most.get(code, 0) for code in group.items) for group in star.groups
    )
    return lines and groups
