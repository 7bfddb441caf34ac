"""Items: their rules, their sub-items, and what stands in for a score that is not there."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.scoring.kernel.check.codes import repeated
from services.scoring.kernel.check.reach import highest_sum
from services.scoring.kernel.check.sizes import LARGEST_NUMBER
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite, DefaultPoints, Item, Part, PeerAverage
from services.scoring.kernel.rules import LeafRule, Ranked
from services.scoring.kernel.rules.base import Measures
from services.scoring.kernel.stars import Star
from shared.money import decimal_text


@dataclass(frozen=True)
class _Place:
    """One item or sub-item of the document, for the faults that are found in it."""

    where: str
    of: Item | Part

    def fault(self, code: str, zh: str) -> PolicyFault:
        return PolicyFault(code, self.where, self.of.clause, f"“{self.of.name}”{zh}")


def item_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with measures, items and sub-items, in the order of the document."""
    yield from _measures(policy)
    measures = {one.code: one for one in policy.measures}
    for s, star in enumerate(policy.stars):
        for n, item in enumerate(star.items):
            place = _Place(f"stars.{s}.items.{n}", item)
            if isinstance(item.rule, Composite):
                yield from _composite(item.rule, place, measures)
            else:
                yield from _rule(item.rule, place, measures)
            yield from _department(policy, item, place)
            yield from _scope(policy, item, place)
            yield from _absence(item, place)
        yield from _always_something(star, f"stars.{s}")


def _measures(policy: Policy) -> Iterator[PolicyFault]:
    decimals: dict[str, int] = {}
    for index, measure in enumerate(policy.measures):
        where = f"measures.{index}"
        if measure.minimum > measure.maximum:
            zh = f"指标“{measure.name}”的最小值大于最大值"
            yield PolicyFault("measure_range", where, "", zh)
        known = decimals.setdefault(measure.fact or measure.code, measure.decimals)
        if known != measure.decimals:
            zh = f"指标“{measure.name}”与取自同一基础数据的另一指标小数位数不同，请统一"
            yield PolicyFault("fact_decimals", where, "", zh)


def _rule(rule: LeafRule, place: _Place, measures: Measures) -> Iterator[PolicyFault]:
    found = list(rule.faults(measures))
    for one in found:
        yield place.fault(one.code, f"：{one.zh}")
    known = all(one.code != "unknown_measure" for one in found)
    if known and rule.largest(measures) >= LARGEST_NUMBER:
        zh = "的算式可能超出能够精确计算的范围，请减小分值、目标或指标范围"
        yield place.fault("overflow", zh)


def _composite(rule: Composite, place: _Place, measures: Measures) -> Iterator[PolicyFault]:
    for p, part in enumerate(rule.parts):
        yield from _rule(part.rule, _Place(f"{place.where}.rule.parts.{p}", part), measures)
    parts, most = sum(part.rule.max_points for part in rule.parts), rule.max_points
    exact = rule.sum == "adds_up"
    if parts < most or (exact and parts != most):
        said = f"各分项合计{decimal_text(parts)}分，满分{decimal_text(most)}分"
        yield place.fault("parts_sum", f"{said}，应当相等" if exact else f"{said}，达不到满分")
    elif highest_sum(rule) < most:
        best = decimal_text(highest_sum(rule))
        yield place.fault(
            "caps_below_maximum", f"受分项上限限制最多{best}分，达不到满分{decimal_text(most)}分"
        )
    yield from _caps(rule, place)


def _caps(rule: Composite, place: _Place) -> Iterator[PolicyFault]:
    own = {part.code for part in rule.parts}
    for index, cap in enumerate(rule.caps):
        where = f"{place.where}.rule.caps.{index}"
        for code in cap.parts:
            if code not in own:
                yield PolicyFault("unknown_part", where, cap.clause, f"没有分项“{code}”")
    for code in repeated(code for cap in rule.caps for code in cap.parts):
        yield place.fault("part_in_two_caps", f"的分项“{code}”受两个上限限制，请合并")


def _department(policy: Policy, item: Item, place: _Place) -> Iterator[PolicyFault]:
    if item.department is not None and all(
        one.code != item.department for one in policy.departments
    ):
        yield place.fault("unknown_department", f"的责任部门“{item.department}”没有声明")


def _scope(policy: Policy, item: Item, place: _Place) -> Iterator[PolicyFault]:
    if item.only is None:
        return
    for codes, judged in (
        (item.only.kinds, policy.applies_to.kinds),
        (item.only.sectors, policy.applies_to.sectors),
    ):
        for code in codes:
            if code not in judged:
                yield place.fault("scope_outside", f"只适用于“{code}”，而方案不评这类组织")
    if item.when_not_applicable is None:
        yield place.fault("only_without_rule", "不适用于所有组织，请写明不适用时怎样计分")
    if len(item.only.organizations) == 1 and _compares(item):
        yield place.fault("group_of_one", "只适用于一个组织，无从排名或求平均")


def _compares(item: Item) -> bool:
    """Whether an item's points come from other organizations' values."""
    rules = item.rule.parts if isinstance(item.rule, Composite) else (item,)
    ranked = any(isinstance(one.rule, Ranked) for one in rules)
    return ranked or isinstance(item.when_missing, PeerAverage)


def _absence(item: Item, place: _Place) -> Iterator[PolicyFault]:
    if isinstance(item.when_missing, DefaultPoints):
        if item.when_missing.points > item.rule.max_points:
            yield place.fault("default_above_maximum", "缺项时的分数高于满分")
        if isinstance(item.rule, Composite):
            yield place.fault(
                "default_on_composite", "由分项组成，缺项请在分项中处理，不能整项给分"
            )
    absent = item.when_not_applicable
    if absent == "renormalised" and item.block != "base":
        yield place.fault("renormalised_outside_base", "不是基本分，不适用时不能重新折算")
    if absent == "left_out" and item.block == "base":
        yield place.fault("left_out_of_base", "是基本分，不适用时应重新折算或计满分")
    if absent == "full_marks" and item.block == "deduction":
        yield place.fault("full_deduction", "是扣分项，不适用时不能按满分扣")


def _always_something(star: Star, where: str) -> Iterator[PolicyFault]:
    base = [item for item in star.items if item.block == "base"]
    if base and all(item.when_not_applicable == "renormalised" for item in base):
        zh = f"{star.name}的基本分各项都可能不适用，至少要有一项适用于所有组织，否则无从折算"
        yield PolicyFault("nothing_to_renormalise", where, star.clause, zh)
