"""Static checks of a policy: what no single field can show, with clause and place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import prod

from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import Linkage, PerformancePay, PerResident, StarPay
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.kernel.stars import Star
from shared.money import decimal_text

# Sums of points are int32, the sort key of a ranking is int64.
LARGEST_SUM = 2**31 - 1
LARGEST_KEY = 2**62


def check(policy: Policy) -> tuple[PolicyFault, ...]:
    """Return every mistake that would make a verdict wrong or impossible; empty if none."""
    faults = [*_duplicates(policy), *_levels(policy), *_prerequisites(policy), *_sizes(policy)]
    for index, star in enumerate(policy.stars):
        faults += _star(policy, star, f"stars.{index}")
    for index, linkage in enumerate(policy.linkages):
        faults += _linkage(policy, linkage, f"linkages.{index}")
    return tuple(faults)


def _duplicates(policy: Policy) -> Iterator[PolicyFault]:
    stars = policy.stars
    listed: dict[str, list[str]] = {
        "departments": [one.code for one in policy.departments],
        "source_offices": [one.code for one in policy.source_offices],
        "payers": [one.code for one in policy.payers],
        "posts": [one.code for one in policy.posts],
        "stages": [one.code for one in policy.stages],
        "stars": [one.code for one in stars],
        "items": [one.code for star in stars for one in star.items],
        "bottom_lines": [one.code for star in stars for one in star.bottom_lines],
        "lines": [one.code for one in policy.lines],
        "levels": [str(one.level) for one in policy.levels],
        "linkages": [one.code for one in policy.linkages],
        "ranking.by": list(policy.ranking.by),
    }
    for where, codes in listed.items():
        for code in _repeated(codes):
            yield PolicyFault("duplicate_code", where, "", f"代码“{code}”重复")


def _repeated(codes: Iterable[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


def _levels(policy: Policy) -> Iterator[PolicyFault]:
    bands = sorted(policy.levels, key=lambda band: band.level)
    if bands[0].start != 0:
        yield PolicyFault(
            "level_gap", "levels", bands[0].clause, "没有星的组织没有对应的星级（缺少0颗星的一级）"
        )
    for lower, higher in pairwise(bands):
        if higher.start <= lower.start:
            yield PolicyFault(
                "level_overlap",
                "levels",
                higher.clause,
                f"{higher.name}要求的星数不高于{lower.name}",
            )
    for band in bands:
        if not policy.levels_by_points and band.start > len(policy.stars):
            yield PolicyFault(
                "level_unreachable",
                "levels",
                band.clause,
                f"{band.name}要求{band.min_stars}颗星，方案只有{len(policy.stars)}颗",
            )
    struck = policy.procedure.determination
    if struck.struck_level not in {band.level for band in bands}:
        yield PolicyFault(
            "unknown_level",
            "procedure.determination.struck_level",
            struck.clause,
            f"没有星级{struck.struck_level}",
        )


def _prerequisites(policy: Policy) -> Iterator[PolicyFault]:
    levels = {band.level for band in policy.levels}
    stars = {star.code for star in policy.stars}
    for index, rule in enumerate(policy.prerequisites):
        where = f"prerequisites.{index}"
        if rule.star not in stars:
            yield PolicyFault("unknown_star", where, rule.clause, f"没有声明星“{rule.star}”")
        if not {rule.from_level, rule.otherwise_level} <= levels:
            yield PolicyFault("unknown_level", where, rule.clause, "引用了没有声明的星级")
        if rule.otherwise_level >= rule.from_level:
            yield PolicyFault(
                "prerequisite_order", where, rule.clause, "不满足前提时的星级应低于要求前提的星级"
            )


def _sizes(policy: Policy) -> Iterator[PolicyFault]:
    largest = sum(item.rule.max_points for star in policy.stars for item in star.items)
    if largest + policy.totals.bonus_cap_points > LARGEST_SUM:
        yield PolicyFault(
            "overflow", "stars", policy.totals.clause, "各项满分之和过大，无法精确计算"
        )
    if prod(policy.ranking_bounds) > LARGEST_KEY:
        yield PolicyFault("overflow", "ranking.by", policy.ranking.clause, "排名依据的取值范围过大")


def _star(policy: Policy, star: Star, where: str) -> Iterator[PolicyFault]:
    if star.department not in {one.code for one in policy.departments}:
        yield PolicyFault(
            "unknown_department", where, star.clause, f"没有声明部门“{star.department}”"
        )
    base = star.block_points("base")
    if base != star.base_points:
        yield PolicyFault(
            "base_sum",
            where,
            star.clause,
            f"基本分各项合计{decimal_text(base)}，应为{decimal_text(star.base_points)}",
        )
    bonus = min(star.block_points("bonus"), policy.totals.bonus_cap_points)
    for line in policy.lines:
        most = base if line.measure == "base" else base + bonus
        if most < line.minimum:
            yield PolicyFault(
                "line_unreachable",
                where,
                line.clause,
                f"{star.name}最高{decimal_text(most)}分，达不到{line.name}",
            )
    yield from _bottom_lines(policy, star, where)


def _bottom_lines(policy: Policy, star: Star, where: str) -> Iterator[PolicyFault]:
    offices = {one.code for one in policy.source_offices}
    for index, line in enumerate(star.bottom_lines):
        place = f"{where}.bottom_lines.{index}"
        if line.source_office not in offices:
            yield PolicyFault(
                "unknown_source_office", place, line.clause, f"没有声明部门“{line.source_office}”"
            )
        if not isinstance(line.rule, CountsPerProblem):
            continue
        for event in _repeated(limit.event for limit in line.rule.limits):
            yield PolicyFault("duplicate_code", place, line.clause, f"事项“{event}”重复")
        for limit in line.rule.limits:
            if limit.minimum == 0:
                yield PolicyFault(
                    "limit_always_hit", place, line.clause, f"“{limit.name}”0次也会触碰底线"
                )


def _linkage(policy: Policy, linkage: Linkage, where: str) -> Iterator[PolicyFault]:
    payer = getattr(linkage, "payer", None)
    if payer is not None and payer not in {one.code for one in policy.payers}:
        yield PolicyFault("unknown_payer", where, linkage.clause, f"没有声明支付方“{payer}”")
    missing = linkage.levels() - {band.level for band in policy.levels}
    if missing:
        numbers = "、".join(str(level) for level in sorted(missing))
        yield PolicyFault("unknown_level", where, linkage.clause, f"没有声明星级{numbers}")
    if isinstance(linkage, PerResident) and linkage.star not in {s.code for s in policy.stars}:
        yield PolicyFault("unknown_star", where, linkage.clause, f"没有声明星“{linkage.star}”")
    if isinstance(linkage, StarPay):
        yield from _rates(policy, linkage, where)
    if isinstance(linkage, PerformancePay) and not any(row.from_level == 0 for row in linkage.paid):
        yield PolicyFault("level_gap", where, linkage.clause, "没有写明从0级起的发放比例")


def _rates(policy: Policy, linkage: StarPay, where: str) -> Iterator[PolicyFault]:
    rated = [post for rate in linkage.rates for post in rate.posts]
    declared = {post.code for post in policy.posts}
    for post in _repeated(rated):
        yield PolicyFault("duplicate_code", where, linkage.clause, f"职务“{post}”有两个标准")
    for post in sorted(set(rated) - declared):
        yield PolicyFault("unknown_post", where, linkage.clause, f"没有声明职务“{post}”")
    for post in sorted(declared - set(rated)):
        yield PolicyFault("post_without_rate", where, linkage.clause, f"职务“{post}”没有标准")
