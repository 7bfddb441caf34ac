"""What one stage's word about one item is worth, in `decimal`, straight from the rule."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import count
from typing import Literal

from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import Item, Part
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import (
    AllOrNothing,
    Awarded,
    Bands,
    Events,
    Graded,
    LeafRule,
    Occurring,
    PerPercentagePoint,
    Proportion,
    Ranked,
    Steps,
)
from services.scoring.kernel.rules.influence import InfluencePeriod
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said, Values

ROUNDINGS = {"half_up": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}
CENT = Decimal("0.01")
AWAY: Literal["away"] = "away"
Points = Decimal | Literal["away"] | None


def decimals(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def number(value: int) -> Decimal:
    return Decimal(value) / 10_000


def rounded(value: Decimal, rounding: str, to: Decimal = CENT) -> Decimal:
    return value.quantize(to, rounding=ROUNDINGS[rounding])


def leaves_of(item: Item) -> list[Item | Part]:
    return [item] if item.rule.kind != "composite" else list(item.rule.parts)


def measured_value(
    measures: dict[str, Measure], code: str, word: Said | None, one: OrganizationInput
) -> Decimal | None:
    """The value of a measure: the organization's own fact, or what the stage entered."""
    measure = measures[code]
    if measure.fact is not None:
        fact = one.facts.get(measure.fact)
        return None if fact is None else Decimal(fact).scaleb(-measure.decimals)
    value = word.values.get(code) if isinstance(word, Values) else None
    return number(value) if isinstance(value, int) else None


def by_facts_alone(measures: dict[str, Measure], rule: LeafRule) -> bool:
    codes = [slot.code for slot in rule.slots(measures)]
    return bool(codes) and all(code in measures and measures[code].fact for code in codes)


def worth(  # noqa: C901, PLR0911 -- one case a kind
    measures: dict[str, Measure], rule: LeafRule, word: Said | None, one: OrganizationInput
) -> Points:
    """Points of a word (None: of facts alone); a ranked word is worth 0 until it has a place."""
    if isinstance(word, NotApplicable):
        return AWAY
    match rule:
        case Awarded():
            return decimals(word) if isinstance(word, int) else None
        case Occurring():
            return occurring(rule, word, one) if isinstance(word, Occurrences) else None
        case Events():
            return events(rule, word) if isinstance(word, Values) else None
        case AllOrNothing():
            return all_or_nothing(rule, word) if isinstance(word, Values) else None
        case Graded():
            return graded(measures, rule, word, one) if isinstance(word, Values) else None
        case Bands():
            values = {code: measured_value(measures, code, word, one) for code in rule.measures}
            known = {code: value for code, value in values.items() if value is not None}
            return bands(rule, known) if len(known) == len(values) else None
    value = measured_value(measures, rule.measure, word, one)
    if value is None:
        return None
    match rule:
        case Steps():
            return steps(rule, value)
        case Proportion():
            return proportion(rule, value)
        case PerPercentagePoint():
            return per_percentage_point(rule, value)
        case Ranked():
            return Decimal(0)


def events(rule: Events, word: Values) -> Decimal:
    moved = Decimal(0)
    for event in rule.events:
        times = word.values.get(event.event, 0)
        assert isinstance(times, int)
        own = number(times) * decimals(event.points)
        if event.most_points is not None:
            own = min(own, decimals(event.most_points))
        moved += own
    most = decimals(rule.max_points)
    if rule.effect == "adds":
        return min(moved, most)
    return max(most - moved, decimals(rule.floor_points))


def all_or_nothing(rule: AllOrNothing, word: Values) -> Decimal:
    for condition in rule.conditions:
        if word.values[condition.code] != 10_000:
            return Decimal(0)
    return decimals(rule.max_points)


def graded(
    measures: dict[str, Measure], rule: Graded, word: Values, one: OrganizationInput
) -> Points:
    points = next(decimals(row.points) for row in rule.grades if row.grade == word.values["grade"])
    if rule.load_factor is not None:
        factor = measured_value(measures, rule.load_factor, word, one)
        if factor is None:
            return None
        points = rounded(points * max(factor, Decimal(0)), rule.rounding)
    return min(points, decimals(rule.max_points))


def bands(rule: Bands, values: dict[str, Decimal]) -> Decimal:
    for row in rule.rows:
        for one in row.any_of:
            value = values[one.measure]
            if value >= number(one.from_value) and (one.below is None or value < number(one.below)):
                return decimals(row.points)
    return Decimal(0)


def steps(rule: Steps, value: Decimal) -> Decimal:
    points = decimals(rule.below_points)
    for step in rule.steps:
        if value >= number(step.from_value):
            points = decimals(step.points)
    return points


def proportion(rule: Proportion, value: Decimal) -> Decimal:
    most, target = decimals(rule.max_points), number(rule.target)
    value = max(value, Decimal(0))
    if rule.better == "higher":
        return most if value >= target else rounded(most * value / target, rule.rounding)
    return most if value <= target else rounded(most * target / value, rule.rounding)


def per_percentage_point(rule: PerPercentagePoint, value: Decimal) -> Decimal:
    target = number(rule.target)
    short = max(target - value if rule.penalised == "below" else value - target, Decimal(0))
    each = decimals(rule.points_each)
    if rule.parts == "proportional":
        penalty = rounded(short * each, "half_up")
    else:
        whole = rounded(short, "floor" if rule.parts == "whole" else "ceiling", Decimal(1))
        penalty = whole * each
    return max(decimals(rule.max_points) - penalty, decimals(rule.floor_points))


def anniversary(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for back in count():
        try:
            return date(year, month, day.day - back)
        except ValueError:
            continue
    raise AssertionError


def counts_today(periods: tuple[InfluencePeriod, ...], decided_on: date, today: date) -> bool:
    if decided_on > today:
        return False
    months = None
    for period in periods:
        if decided_on >= period.decided_from:
            months = period.months
    if not periods:
        return True
    return months is not None and today < anniversary(decided_on, months)


def in_force(rule: Occurring, each: Occurrence, one: OrganizationInput) -> bool:
    if each.decided_on is None or one.assessed_on is None:
        return not rule.occasion(each.event).periods
    return counts_today(rule.occasion(each.event).periods, each.decided_on, one.assessed_on)


def occurring(rule: Occurring, word: Occurrences, one: OrganizationInput) -> Decimal:
    """The worth of one list on its own."""
    best: dict[object, Decimal] = {}
    for place, each in enumerate(word.occurrences):
        if in_force(rule, each, one):
            key = each.reference if rule.same_event == "highest" else place
            points = decimals(rule.occasion(each.event).points)
            best[key] = max(points, best.get(key, points))
    return min(sum(best.values(), Decimal(0)), decimals(rule.max_points))
