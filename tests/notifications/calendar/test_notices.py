"""Uploaded calendar notices: editions, amendments, what they refuse and what they tell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.calendar import domain
from services.notifications.calendar.domain import CalendarNoticeInvalid, Draft, Notice, NoticeKind
from shared.contracts.notifications import CalendarDay
from shared.tables import new_id
from shared.workdays import Calendar
from tests.notifications.calendar.years import FREE_2027, off, work, yearly_2027

TODAY = date(2026, 11, 10)


def stored(draft: Draft, edition: int = 1) -> Notice:
    said = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    at = datetime(2026, 11, 10, tzinfo=UTC)
    return Notice(**said, id=new_id(), edition=edition, uploaded_by=None, uploaded_at=at)


def amendment(*days: CalendarDay, year: int = 2027) -> Draft:
    return Draft(year, NoticeKind.AMENDMENT, "调整", "国办发明电〔2026〕9号", TODAY, days)


def faults(draft: Draft) -> set[str]:
    with pytest.raises(CalendarNoticeInvalid) as caught:
        domain.check(draft, TODAY)
    return {fault.pointer for fault in caught.value.faults}


def test_a_loaded_year_is_known_and_no_longer_provisional() -> None:
    domain.check(yearly_2027(), TODAY)
    calendar = domain.calendar_of([stored(yearly_2027())])
    found = calendar.period(date(2026, 12, 28), 5)
    # 1 to 3 January are free and Sunday 27 December is a make-up day before the start.
    assert (found.last_day, found.provisional) == (date(2027, 1, 5), False)
    assert calendar.is_working(date(2026, 12, 27))


def test_a_new_yearly_edition_replaces_the_old_and_an_amendment_adds_to_it() -> None:
    first = stored(yearly_2027())
    moved = stored(amendment(off("2027-05-06", "劳动节"), work("2027-05-08", "劳动节")), 2)
    settled = domain.in_force([moved, first])
    assert not settled[date(2027, 5, 6)].working
    assert settled[date(2027, 10, 1)] == domain.in_force([first])[date(2027, 10, 1)]
    again = stored(replace(yearly_2027(), issued_on=TODAY), 3)
    assert domain.in_force([again, moved, first]) == domain.in_force([first])


def test_listeners_are_told_of_days_that_a_new_edition_dropped() -> None:
    first = stored(yearly_2027())
    moved = stored(amendment(off("2027-05-06", "劳动节")), 2)
    again = stored(yearly_2027(), 3)
    told = domain.overrides_after((moved, first), (again, moved, first))
    assert CalendarDay(day=date(2027, 5, 6), working=True, name="劳动节") in told


@given(st.lists(st.integers(0, 2), max_size=5))
def test_listeners_who_only_add_days_agree_with_the_calendar(kinds: list[int]) -> None:
    makers = (
        yearly_2027,
        lambda: amendment(off("2027-05-06", "劳动节")),
        lambda: amendment(work("2027-10-09", "国庆节"), off("2027-05-06", "劳动节")),
    )
    known: dict[date, bool] = {}
    notices: tuple[Notice, ...] = ()
    for edition, kind in enumerate(kinds, start=1):
        after = (stored(makers[kind](), edition), *notices)
        known |= {each.day: each.working for each in domain.overrides_after(notices, after)}
        notices = after
    calendar = domain.calendar_of(notices)
    days = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    listener = Calendar(known, domain.complete_years(notices))
    assert all(listener.is_working(day) == calendar.is_working(day) for day in days)


def test_every_wrong_place_is_named_at_once() -> None:
    days = (*FREE_2027, work("2027-03-01", "春节"), off("2028-03-01", "春节"), FREE_2027[0])
    draft = replace(yearly_2027(), days=days, issued_on=TODAY + timedelta(days=1))
    count = len(FREE_2027)
    assert faults(draft) == {
        "/body/issued_on",
        f"/body/days/{count}/working",
        f"/body/days/{count + 1}/day",
        f"/body/days/{count + 2}/day",
    }


def test_a_year_must_be_this_or_the_next_and_hold_every_holiday() -> None:
    assert faults(replace(yearly_2027(), year=2029)) >= {"/body/year"}
    without = tuple(day for day in FREE_2027 if "清明" not in day.name)
    assert faults(replace(yearly_2027(), days=without)) == {"/body/days"}


def test_an_amendment_may_turn_a_holiday_back_into_a_working_day() -> None:
    domain.check(amendment(work("2027-05-05", "劳动节")), TODAY)
