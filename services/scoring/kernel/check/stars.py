"""Stars: declared sums, lines that can be reached, groups, and stars that need each other."""

from collections.abc import Iterator

from services.scoring.kernel.check.codes import repeated
from services.scoring.kernel.check.reach import highest_base, highest_total, unreachable_stars
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.stars import ItemGroup, Star
from shared.money import decimal_text


def star_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with each star as a whole, then with what stars ask of each other."""
    departments = {one.code for one in policy.departments}
    for index, star in enumerate(policy.stars):
        where = f"stars.{index}"
        if star.department not in departments:
            yield PolicyFault(
                "unknown_department", where, star.clause, f"没有声明部门“{star.department}”"
            )
        base = highest_base(star)
        if base != star.base_points:
            zh = f"基本分各项合计{decimal_text(base)}，应为{decimal_text(star.base_points)}"
            yield PolicyFault("base_sum", where, star.clause, zh)
        yield from _lines(policy, star, where)
        for number, group in enumerate(star.groups):
            yield from _group(star, group, f"{where}.groups.{number}")
    yield from _prerequisites(policy)


def _lines(policy: Policy, star: Star, where: str) -> Iterator[PolicyFault]:
    for line in policy.lines:
        base = line.measure == "base"
        most = highest_base(star) if base else highest_total(policy, star)
        if most < line.minimum:
            zh = f"{star.name}最高{decimal_text(most)}分，达不到{line.name}，没有组织能得这颗星"
            yield PolicyFault("line_unreachable", where, line.clause, zh)


def _group(star: Star, group: ItemGroup, where: str) -> Iterator[PolicyFault]:
    own = {item.code: item for item in star.items}
    for code in group.items:
        if code not in own:
            zh = f"“{group.name}”中的评分项“{code}”不属于{star.name}"
            yield PolicyFault("unknown_item", where, group.clause, zh)
        elif own[code].block == "deduction":
            zh = f"“{group.name}”中的“{own[code].name}”是扣分项，不能计入小组得分"
            yield PolicyFault("group_deduction", where, group.clause, zh)
    for code in repeated(group.items):
        zh = f"“{group.name}”中的评分项“{code}”重复"
        yield PolicyFault("duplicate_code", where, group.clause, zh)
    most = sum(own[code].rule.max_points for code in {*group.items} if code in own)
    if most < group.minimum:
        line = decimal_text(group.points)
        zh = f"“{group.name}”各项最高{decimal_text(most)}分，达不到{line}分的小组线"
        yield PolicyFault("group_unreachable", where, group.clause, zh)


def _prerequisites(policy: Policy) -> Iterator[PolicyFault]:
    names = {star.code: star.name for star in policy.stars}
    lost = unreachable_stars(policy)
    for index, rule in enumerate(policy.star_prerequisites):
        where = f"star_prerequisites.{index}"
        for code in (rule.star, rule.requires):
            if code not in names:
                yield PolicyFault("unknown_star", where, rule.clause, f"没有声明星“{code}”")
        if rule.requires in lost and rule.requires in names:
            zh = f"作为前提的{names[rule.requires]}没有组织能得"
            yield PolicyFault("star_unreachable", where, rule.clause, zh)
        circle = _circle(policy, rule.star, rule.requires)
        if circle:
            shown = "→".join(names.get(code, code) for code in circle)
            yield PolicyFault("prerequisite_circle", where, rule.clause, f"星的前提成环：{shown}")


def _circle(policy: Policy, star: str, requires: str) -> tuple[str, ...]:
    """Return the way from `star` over `requires` back to `star`; empty where there is none."""
    ways: list[tuple[str, ...]] = [(star, requires)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == star:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [
                (*way, one.requires) for one in policy.star_prerequisites if one.star == way[-1]
            ]
    return ()
