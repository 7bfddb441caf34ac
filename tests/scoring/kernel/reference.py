"""The slow and obvious way: one branch after another, in `decimal`, straight from the policy.

Written against the policy document and the frozen inputs only, without the compiled plan, so
that it can disagree with the kernel.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from services.scoring.kernel.grammar import Item, Policy, Star
from services.scoring.kernel.inputs import CountsAnswer, OrganizationInput, ReportedAnswer
from services.scoring.kernel.linkages import PerformancePay, StarPay
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.kernel.vocabulary import Operator

CENT = Decimal("0.01")


@dataclass
class StarResult:
    base: Decimal
    total: Decimal
    eligible: bool
    awarded: bool


@dataclass
class Verdict:
    assessed: bool
    stars: dict[str, StarResult]
    held: list[str]
    level: int


def decimals(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def compare(value: Decimal, operator: Operator, limit: Decimal) -> bool:
    return value > limit if operator == ">" else value >= limit


def last_score(policy: Policy, item: Item, one: OrganizationInput) -> Decimal | None:
    value: Decimal | None = None
    for stage in policy.stages:
        given = one.scores.get(stage.code, {}).get(item.code)
        if given is None:
            continue
        if stage.effect == "replaces":
            value = decimals(given)
        elif value is not None and item.block == "deduction":
            value = max(value, decimals(given))
        elif value is not None:
            value = min(value, decimals(given))
    return value


def block_sum(policy: Policy, star: Star, block: str, one: OrganizationInput) -> Decimal:
    total = Decimal(0)
    for item in star.items:
        if item.block == block:
            score = last_score(policy, item, one)
            assert score is not None, item.code
            total += score
    return total


def bottom_line_hit(star: Star, one: OrganizationInput) -> bool:
    for line in star.bottom_lines:
        answer = one.answers.get(line.code)
        if isinstance(answer, ReportedAnswer) and answer.hit:
            return True
        if isinstance(answer, CountsAnswer):
            assert isinstance(line.rule, CountsPerProblem)
            for problem in answer.problems:
                for limit in line.rule.limits:
                    count = Decimal(problem.counts.get(limit.event, 0))
                    if compare(count, limit.operator, Decimal(limit.count)):
                        return True
    return False


def star_result(policy: Policy, star: Star, one: OrganizationInput) -> StarResult:
    base = block_sum(policy, star, "base", one)
    bonus = min(block_sum(policy, star, "bonus", one), decimals(policy.totals.bonus_cap_points))
    deduction = block_sum(policy, star, "deduction", one)
    total = max(base + bonus - deduction, decimals(policy.totals.floor_points))
    measured = base - deduction if policy.totals.deductions_touch == "base" else base
    eligible = not bottom_line_hit(star, one)
    for line in policy.lines:
        value = measured if line.measure == "base" else total
        if not compare(value, line.operator, decimals(line.points)):
            eligible = False
    return StarResult(base, total, eligible, eligible and star.code not in one.refusals)


def verdict(policy: Policy, one: OrganizationInput) -> Verdict:
    scope = policy.applies_to
    if not (one.in_snapshot and one.kind in scope.kinds and one.sector in scope.sectors):
        return Verdict(assessed=False, stars={}, held=[], level=0)
    stars = {
        star.code: star_result(policy, star, one)
        for star in policy.stars
        if star.code in one.applied
    }
    held = [code for code, result in stars.items() if result.awarded]
    level = 0
    for band in sorted(policy.levels, key=lambda band: band.min_stars):
        if len(held) >= band.min_stars:
            level = band.level
    for rule in policy.prerequisites:
        if rule.star not in held and level >= rule.from_level:
            level = min(level, rule.otherwise_level)
    if one.listing_struck is not None:
        level = min(level, policy.procedure.determination.struck_level)
    return Verdict(assessed=True, stars=stars, held=held, level=level)


def ranking_values(policy: Policy, result: Verdict) -> tuple[Decimal, ...]:
    measures = {
        "level": Decimal(result.level),
        "stars": Decimal(len(result.held)),
        "total": sum((star.total for star in result.stars.values()), Decimal(0)),
        "base": sum((star.base for star in result.stars.values()), Decimal(0)),
    }
    return tuple(measures[name] for name in policy.ranking.by)


def ranks(policy: Policy, results: list[Verdict], groups: list[str]) -> list[int]:
    found = []
    for mine, group in zip(results, groups, strict=True):
        if not mine.assessed:
            found.append(0)
            continue
        own = ranking_values(policy, mine)
        better = [
            other
            for other, where in zip(results, groups, strict=True)
            if other.assessed and where == group and ranking_values(policy, other) > own
        ]
        found.append(1 + len(better))
    return found


def percent_of(yuan: Decimal, percent: int, rounding: str) -> Decimal:
    how = {"half_up": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}[rounding]
    return (yuan * percent / 100).quantize(CENT, rounding=how)


def performance_pay(rule: PerformancePay, result: Verdict, pay_fen: int) -> Decimal:
    part = percent_of(decimals(pay_fen), rule.share_percent, rule.rounding)
    percent = rule.not_assessed_percent
    if result.assessed:
        for row in sorted(rule.paid, key=lambda row: row.from_level):
            if result.level >= row.from_level:
                percent = row.percent
    return percent_of(part, percent, rule.rounding)


def star_pay(rule: StarPay, result: Verdict, post: str) -> Decimal:
    if not result.assessed or result.level < rule.from_level:
        return Decimal(0)
    rate = next(row.amount for row in rule.rates if post in row.posts)
    return decimals(rate) * len(result.held)
