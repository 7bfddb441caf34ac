"""Hours in a year against a target, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain.tallying import PersonYear, Total
from shared.tables import new_id


@given(st.lists(st.integers(0, 100), max_size=20), st.integers(1, 60))
def test_everybody_is_counted_once(hours: list[int], target: int) -> None:
    total = Total()
    for each in hours:
        found = PersonYear(new_id(), "甲", (), each, 0, target)
        assert found.met == (found.missing == 0)
        assert found.hours + found.missing == max(each, target)
        total.add(found)
    assert total.people == total.met + total.short + total.none == len(hours)
    assert total.none == hours.count(0)
    assert total.met == sum(each >= target for each in hours)
    assert total.hours == sum(hours)
