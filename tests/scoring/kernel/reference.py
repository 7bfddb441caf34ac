"""The slow and obvious way: one branch after another, in `decimal`, straight from the policy.

Written against the policy document and the frozen inputs only, without the compiled plan, so
that it can disagree with the kernel.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    CountsAnswer,
    OrganizationInput,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.kernel.items import Composite, Item
from services.scoring.kernel.linkages import PerformancePay, StarPay
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.stars import BottomLine, CapsLevel, LowersLevel, Star
from services.scoring.kernel.vocabulary import Operator
from tests.scoring.kernel.reference_points import Sheet, assessed, county_points, group_of
from tests.scoring.kernel.reference_rules import AWAY, Points, counts_today, decimals, rounded


@dataclass
class StarResult:
    base: Decimal
    bonus: Decimal
    total: Decimal
    eligible: bool
    awarded: bool


@dataclass
class Verdict:
    assessed: bool
    stars: dict[str, StarResult]
    held: list[str]
    level: int


def compare(value: Decimal, operator: Operator, limit: Decimal) -> bool:
    return value > limit if operator == ">" else value >= limit


def item_points(item: Item, sheet: Sheet) -> Points:
    """Points of one item: of its sub-items with their caps, AWAY where it does not apply."""
    if not isinstance(item.rule, Composite):
        return sheet[item.code]
    parts = {part.code: sheet[part.code] for part in item.rule.parts}
    if AWAY in parts.values():
        return AWAY
    known = {code: points for code, points in parts.items() if isinstance(points, Decimal)}
    assert len(known) == len(parts), item.code
    total = Decimal(0)
    for cap in item.rule.caps:
        own = sum((known.pop(code) for code in cap.parts), Decimal(0))
        total += min(own, decimals(cap.most_points))
    return min(total + sum(known.values(), Decimal(0)), decimals(item.rule.max_points))


def brings(item: Item, sheet: Sheet) -> Decimal:
    points = item_points(item, sheet)
    if points == AWAY:
        return (
            decimals(item.rule.max_points)
            if item.when_not_applicable == "full_marks"
            else Decimal(0)
        )
    assert isinstance(points, Decimal), item.code
    return points


def block_sum(star: Star, block: str, sheet: Sheet) -> Decimal:
    own = [item for item in star.items if item.block == block]
    total = sum((brings(item, sheet) for item in own), Decimal(0))
    gone = [
        item
        for item in own
        if item_points(item, sheet) == AWAY and item.when_not_applicable == "renormalised"
    ]
    if not gone:
        return total
    whole = decimals(star.base_points)
    reachable = whole - sum((decimals(item.rule.max_points) for item in gone), Decimal(0))
    return rounded(total * whole / reachable, "half_up")


def hits(line: BottomLine, one: OrganizationInput) -> bool:
    answer = one.answers.get(line.code)
    if isinstance(answer, ReportedAnswer):
        return answer.hit
    if isinstance(answer, SanctionsAnswer):
        assert isinstance(line.rule, InInfluence)
        assert one.assessed_on is not None or not answer.sanctions
        return any(
            counts_today(
                line.rule.sanction(each.sanction).periods, each.decided_on, one.assessed_on
            )
            for each in answer.sanctions
            if one.assessed_on is not None
        )
    if isinstance(answer, CountsAnswer):
        assert isinstance(line.rule, CountsPerProblem)
        for problem in answer.problems:
            for limit in line.rule.limits:
                count = Decimal(problem.counts.get(limit.event, 0))
                if compare(count, limit.operator, Decimal(limit.count)):
                    return True
    return False


def star_result(policy: Policy, star: Star, one: OrganizationInput, sheet: Sheet) -> StarResult:
    base = block_sum(star, "base", sheet)
    bonus = min(block_sum(star, "bonus", sheet), decimals(policy.totals.bonus_cap_points))
    deduction = block_sum(star, "deduction", sheet)
    if policy.totals.deduction_cap_points is not None:
        deduction = min(deduction, decimals(policy.totals.deduction_cap_points))
    total = max(base + bonus - deduction, decimals(policy.totals.floor_points))
    measured = base - deduction if policy.totals.deductions_touch == "base" else base
    met = True
    for line in policy.lines:
        value = measured if line.measure == "base" else total
        met = met and compare(value, line.operator, decimals(line.points))
    for group in star.groups:
        items = [item for item in star.items if item.code in group.items]
        value = sum((brings(item, sheet) for item in items), Decimal(0))
        met = met and compare(value, group.operator, decimals(group.points))
    lost = any(hits(line, one) for line in star.bottom_lines if line.effect is None)
    return StarResult(base, bonus, total, eligible=met and not lost, awarded=False)


def judge_county(policy: Policy, organizations: list[OrganizationInput]) -> list[Verdict]:
    """Every organization's verdict, stars and levels, quotas among them."""
    results = []
    for one, sheet in zip(organizations, county_points(policy, organizations), strict=True):
        judged = assessed(policy, one)
        stars = {
            star.code: star_result(policy, star, one, sheet)
            for star in policy.stars
            if judged and star.code in one.applied
        }
        results.append(Verdict(assessed=judged, stars=stars, held=[], level=0))
    noticed = award(policy, organizations, results, at_notice=True, limits={})
    now = award(policy, organizations, results, at_notice=False, limits=noticed)
    for index, result in enumerate(results):
        result.held = [star.code for star in policy.stars if index in now[star.code]]
        for code, star in result.stars.items():
            star.awarded = code in result.held
    settle_levels(policy, organizations, results, noticed)
    return results


Holders = dict[str, set[int]]


def award(
    policy: Policy,
    organizations: list[OrganizationInput],
    results: list[Verdict],
    *,
    at_notice: bool,
    limits: Holders,
) -> Holders:
    """Star → who holds it, as it stood at the notice (what fell later still stood) or now."""
    holders: Holders = {}
    waiting = [star.code for star in policy.stars]
    while waiting:
        for code in waiting:
            needed = [rule.requires for rule in policy.star_prerequisites if rule.star == code]
            if all(star in holders for star in needed):
                break
        waiting.remove(code)
        own = set()
        for index, (one, result) in enumerate(zip(organizations, results, strict=True)):
            refusal = one.refusals.get(code)
            stood = refusal is None or (at_notice and refusal.by in {"finding", "change_case"})
            star = result.stars.get(code)
            if star is not None and star.eligible and stood:
                own.add(index)
        for star_code in needed:
            own &= holders[star_code]
        for quota in policy.quotas:
            if quota.star == code:
                keys = {index: star_order(quota, results[index].stars[code]) for index in own}
                if at_notice:
                    own = admit(policy, quota, organizations, keys)
                else:
                    own = still_within(policy, quota, organizations, keys, limits[code])
        holders[code] = own
    return holders


def still_within(
    policy: Policy,
    quota: Quota,
    organizations: list[OrganizationInput],
    keys: dict[int, tuple[Decimal, ...]],
    then: set[int],
) -> set[int]:
    """Who of these stood within the quota at the notice, and whom a meeting let in since."""
    stayed = then & keys.keys()
    if quota.refill == "none":
        return stayed
    come = {
        index: key
        for index, key in keys.items()
        if index not in stayed and quota.code in organizations[index].let_in
    }
    return stayed | admit(policy, quota, organizations, come, stayed)


def star_order(quota: Quota, star: StarResult) -> tuple[Decimal, ...]:
    measures = {"total": star.total, "base": star.base, "bonus": star.bonus}
    return tuple(measures[name] for name in quota.order)


def admit(
    policy: Policy,
    quota: Quota,
    organizations: list[OrganizationInput],
    keys: dict[int, tuple[Decimal, ...]],
    taken: Collection[int] = (),
) -> set[int]:
    """The best of each group: a candidate is in if those as good (or better) have places."""
    found = set()
    for index, key in keys.items():
        mine = group_of(organizations[index], quota.within)
        rivals = [k for i, k in keys.items() if group_of(organizations[i], quota.within) == mine]
        heads = [
            o for o in organizations if group_of(o, quota.within) == mine and assessed(policy, o)
        ]
        places: Decimal | int | None = quota.at_most
        if quota.percent is not None:
            share = Decimal(len(heads)) * quota.percent / 100
            places = rounded(share, quota.rounding, Decimal(1))
        assert places is not None
        places -= sum(group_of(organizations[i], quota.within) == mine for i in taken)
        before = sum(rival > key for rival in rivals)
        tied = sum(rival == key for rival in rivals)
        last = before + (tied if quota.tied == "none" else 1)
        if last <= places:
            found.add(index)
    return found


def settle_levels(
    policy: Policy,
    organizations: list[OrganizationInput],
    results: list[Verdict],
    noticed: Holders,
) -> None:
    for one, result in zip(organizations, results, strict=True):
        result.level = level_of(policy, one, result, result.held)
    before = [
        level_of(policy, one, result, [c for c in noticed if index in noticed[c]])
        for index, (one, result) in enumerate(zip(organizations, results, strict=True))
    ]
    levels = [band.level for band in policy.levels]
    quotas = [quota for quota in policy.quotas if quota.level is not None]
    for quota in sorted(quotas, key=lambda quota: quota.level or 0, reverse=True):
        limit = quota.level or 0
        lower = max([level for level in levels if level < limit], default=0)
        inside = [i for i, result in enumerate(results) if result.assessed]
        stars = [
            sum(i in own for own in noticed.values()) if quota.refill == "next" else len(one.held)
            for i, one in enumerate(results)
        ]
        keys = {i: whole_order(quota, results[i], stars[i]) for i in inside}
        then = admit(
            policy,
            quota,
            organizations,
            {i: keys[i] for i in inside if before[i] >= limit},
        )
        reached = {i: keys[i] for i in inside if results[i].level >= limit}
        now = still_within(policy, quota, organizations, reached, then)
        for index, result in enumerate(results):
            if result.level >= limit and index not in now:
                result.level = lower
            if index in inside and before[index] >= limit and index not in then:
                before[index] = lower


def whole_order(quota: Quota, result: Verdict, held: int) -> tuple[Decimal, ...]:
    stars = result.stars.values()
    measures = {
        "total": sum((star.total for star in stars), Decimal(0)),
        "base": sum((star.base for star in stars), Decimal(0)),
        "bonus": sum((star.bonus for star in stars), Decimal(0)),
        "stars": Decimal(held),
    }
    return tuple(measures[name] for name in quota.order)


def level_of(  # noqa: C901 -- as obvious as it is long
    policy: Policy, one: OrganizationInput, result: Verdict, held: list[str]
) -> int:
    total = sum((star.total for star in result.stars.values()), Decimal(0))
    level = 0
    for band in sorted(policy.levels, key=lambda band: band.start):
        if band.min_stars is None:
            reached = total >= decimals(band.start)
        else:
            reached = len(held) >= band.min_stars
        if reached:
            level = band.level
    for rule in policy.prerequisites:
        if rule.star not in held and level >= rule.from_level:
            level = min(level, rule.otherwise_level)
    lines = [line for star in policy.stars for line in star.bottom_lines]
    hit = [line for line in lines if result.assessed and hits(line, one)]
    order = sorted(band.level for band in policy.levels)
    for line in hit:
        if isinstance(line.effect, LowersLevel):
            level = order[max(order.index(level) - line.effect.by, 0)]
    for line in hit:
        if isinstance(line.effect, CapsLevel):
            level = min(level, line.effect.level)
    if one.listing_struck is not None:
        level = min(level, policy.procedure.determination.struck_level)
    return level


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
    return rounded(yuan * percent / 100, rounding)


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
