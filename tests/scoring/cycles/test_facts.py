"""How registry's values are fitted to the measures of a policy, without a database."""

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.cycles.domain import FactsUnfit, fact_codes, facts_day, fitted, missing_facts
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import domain as policies
from shared.contracts.registry import FactValue
from tests.scoring.results import annex

BRANCH = UUID(int=1)


@cache
def policy(decimals: int = 2, minimum: str = "-5", maximum: str = "100") -> Policy:
    content = json.loads(annex.text())
    content["measures"][0] |= {"fact": "growth", "decimals": decimals}
    content["measures"][0] |= {"minimum": minimum, "maximum": maximum}
    return policies.read(json.dumps(content, ensure_ascii=False))


def told(value: int, decimals: int, *, current: bool = True, unit: str = "%") -> FactValue:
    return FactValue(
        organization_id=BRANCH,
        code="growth",
        value=value,
        valid_from=date(2026, 1, 1),
        source="统计年报",
        generated=True,
        unit=unit,
        decimals=decimals,
        current=current,
        derived=False,
        entry_id=None,
        filled_by=None,
        filled_at=None,
    )


@given(st.integers(-1_000_000, 1_000_000), st.integers(0, 4), st.integers(0, 4))
def test_a_value_is_taken_exactly_or_not_at_all(value: int, had: int, wanted: int) -> None:
    number = Decimal(value).scaleb(-had)
    exact = number == round(number, wanted)
    if exact and -5 <= number <= 100:
        found = fitted(policy(wanted), [told(value, had)])
        assert found == {BRANCH: {"growth": int(number.scaleb(wanted))}}
    else:
        with pytest.raises(FactsUnfit) as refused:
            fitted(policy(wanted), [told(value, had)])
        assert [each.pointer for each in refused.value.faults] == [f"{BRANCH}/growth"]


def test_another_unit_is_refused_and_what_is_outdated_is_unknown() -> None:
    with pytest.raises(FactsUnfit):
        fitted(policy(), [told(5, 0, unit="万元")])
    outdated = fitted(policy(), [told(5, 0, current=False)])
    assert outdated == {}
    assert missing_facts(policy(), [BRANCH], outdated) == ((BRANCH, "growth"),)
    assert fact_codes(policy()) == ("growth",)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_no_value_after_the_assessed_year_counts(today: date) -> None:
    day = facts_day(2026, today)
    assert day == min(today, date(2027, 1, 1) - timedelta(days=1))
