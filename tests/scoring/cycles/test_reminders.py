"""Who owes something is told before its last day, once, and nobody else is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.cycles.domain import Debt, Duty, is_near, near, notices, recorded
from services.scoring.cycles.domain.reminder import AFTERWARDS, DUTY_NAMES
from shared.caller import Role
from shared.tables import new_id
from shared.workdays import Calendar
from tests.scoring.simulations.trying import cycle

CALENDAR = Calendar()
DAYS = st.dates(date(2026, 1, 5), date(2026, 11, 30))
ORGANIZATIONS = [new_id() for _ in range(3)]
DEBTS = st.builds(
    Debt,
    st.sampled_from(Duty),
    st.sampled_from(["a", "b"]),
    st.sampled_from([date(2026, 3, 16), date(2026, 3, 17)]),
    st.sampled_from([Role.VILLAGE, Role.DEPARTMENT]),
    st.sampled_from(ORGANIZATIONS),
    st.sampled_from([None, "petition_bureau"]),
)


@given(DAYS, st.integers(1, 5), st.integers(0, 30))
def test_the_last_working_days_are_near_and_no_others(due: date, days: int, before: int) -> None:
    today = due - timedelta(days=before)
    # Counted the other way round: the working days still to come, one by one.
    left, day = 0, today
    while day < due:
        day += timedelta(days=1)
        left += CALENDAR.is_working(day)
    assert is_near(due, today, days, CALENDAR) == (left <= days)
    assert is_near(due, due, days, CALENDAR)
    assert not is_near(due, due + timedelta(days=1), days, CALENDAR)


def test_two_working_days_before_a_monday_lie_before_the_weekend() -> None:
    monday = date(2026, 3, 16)
    assert not is_near(monday, date(2026, 3, 11), 2, CALENDAR)
    assert is_near(monday, date(2026, 3, 12), 2, CALENDAR)


@given(st.lists(DEBTS, max_size=12))
def test_a_notice_tells_every_debt_and_no_other(debts: list[Debt]) -> None:
    told = {
        (each.duty, each.due_on, each.role, each.department, organization)
        for each in notices(cycle(), debts)
        for organization in each.organization_ids
    }
    assert told == {
        (each.duty.value, each.due_on, each.role.value, each.department, each.organization_id)
        for each in debts
    }
    events = notices(cycle(), debts)
    assert len({(e.duty, e.due_on, e.role, e.department) for e in events}) == len(events)
    assert len(near(debts, date(2026, 3, 16), 1, CALENDAR)) == len(debts)
    assert len(str(recorded(debts)).split("'duty'")) == len(debts) + 1


def test_every_duty_says_what_to_do_and_what_comes_after() -> None:
    assert set(DUTY_NAMES) == set(AFTERWARDS) == set(Duty)
