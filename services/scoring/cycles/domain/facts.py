"""基础数据 that a policy's measures read: known once in registry, never entered again.

Clause: 一数一源 (a fact is filled in once and feeds every item that reads it).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scoring.cycles.domain.cycle import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.vocabulary import number_text
from shared.contracts.registry import FactDemand, FactValue
from shared.errors import Conflict, Fault, Text

# Organization → code → an int of 10^-decimals of the measure that reads it.
Facts = Mapping[UUID, Mapping[str, int]]
# So many faults are named one by one; more would not be read.
_NAMED = 100
# Registry takes titles of this length.
_LONGEST_TITLE = 100


@dataclass(frozen=True)
class Refreshed:
    """How many organizations' values changed, and which of them still lack which facts."""

    as_of: date
    changed: int
    missing: tuple[tuple[UUID, str], ...]


class FactsUnfit(Conflict):
    """Values of registry lie outside what the policy's measures allow."""

    slug = "facts-unfit"
    title = Text("基础数据与方案不符", "Facts do not fit the policy")


def fact_codes(policy: Policy) -> tuple[str, ...]:
    """Return the codes that the policy's measures read, each once."""
    return tuple(sorted({each.fact for each in policy.measures if each.fact is not None}))


def facts_day(year: int, today: date) -> date:
    """Return the day whose values count: today, but never a day after the assessed year."""
    return min(today, date(year, 12, 31))


def fitted(policy: Policy, values: Iterable[FactValue]) -> Facts:
    """Return the values as the measures read them; FactsUnfit names every one that does not fit.

    What is no longer current counts as unknown: absent is never zero, and neither is outdated.
    """
    measures = {each.fact: each for each in policy.measures if each.fact is not None}
    found: dict[UUID, dict[str, int]] = {}
    faults = []
    for each in values:
        if not each.current:
            continue
        value = _as_read(measures[each.code], each)
        if value is None:
            faults.append(_fault(measures[each.code], each))
        else:
            found.setdefault(each.organization_id, {})[each.code] = value
    if faults:
        raise FactsUnfit(
            f"有{len(faults)}项基础数据的单位、范围或小数位数与方案不符，请在组织库更正后再办理。",
            f"{len(faults)} facts do not fit the policy's measures: correct them in registry.",
            faults=tuple(faults[:_NAMED]),
        )
    return found


def missing_facts(
    policy: Policy, organizations: Iterable[UUID], facts: Facts
) -> tuple[tuple[UUID, str], ...]:
    """Return every organization's codes that the policy reads and that are not known."""
    codes = fact_codes(policy)
    return tuple(
        (each, code) for each in organizations for code in codes if code not in facts.get(each, {})
    )


def demand_of(
    cycle: Cycle, policy: Policy, organization_ids: Iterable[UUID], today: date
) -> FactDemand:
    """Return what the cycle asks of its branches, so that registry can count the burden of it."""
    return FactDemand(
        organization_id=cycle.county_id,
        organization_ids=tuple(organization_ids),
        reference=f"cycle-{cycle.id}",
        title=cycle.title[:_LONGEST_TITLE],
        codes=fact_codes(policy),
        as_of=facts_day(cycle.year, today),
        due_on=cycle.apply_until if cycle.apply_until >= today else None,
    )


def _as_read(measure: Measure, known: FactValue) -> int | None:
    """Return an int of 10^-decimals of the measure; None where unit, decimals or range differ."""
    value, rest = divmod(known.value * 10**measure.decimals, 10**known.decimals)
    fits = measure.minimum <= measure.of_fact(value) <= measure.maximum
    return value if rest == 0 and fits and known.unit == measure.unit else None


def _fault(measure: Measure, known: FactValue) -> Fault:
    low, high, unit = number_text(measure.minimum), number_text(measure.maximum), measure.unit
    zh = f"“{measure.name}”应以{unit}为单位，在{low}到{high}之间，最多{measure.decimals}位小数"
    en = f"must lie between {low} and {high} {unit} with {measure.decimals} decimals"
    return Fault(f"{known.organization_id}/{known.code}", Text(zh, en))
