"""What is due of party life and what was held, without a database."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.life.domain.periods import Span, label, number, periods
from services.registry.life.domain.rhythm import (
    EVERY,
    Duty,
    Kind,
    Month,
    Rhythm,
    attendance,
    kept_share,
    rhythms,
)

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
ALWAYS = Duty(Span(date(2000, 1, 1)))
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


def spans(first: date, length: int | None) -> Span:
    return Span(first, None if length is None else first + timedelta(days=length))


closed = st.builds(spans, DAYS, st.integers(0, 900))
open_or_closed = st.builds(spans, DAYS, st.none() | st.integers(0, 900))


def days_in(span: Span) -> set[date]:
    last = span.last or date(2032, 1, 1)
    return {span.first + timedelta(days=n) for n in range((last - span.first).days + 1)}


def by_kind(found: list[Rhythm]) -> dict[Kind, Rhythm]:
    return {each.kind: each for each in found}


def held(kind: Kind, *firsts: str) -> list[Month]:
    return [Month(kind, date.fromisoformat(f"{each}-01"), 1, 9, 10) for each in firsts]


@given(st.sampled_from([1, 3, 12]), closed)
def test_periods_are_whole_and_complete(months: int, within: Span) -> None:
    found = periods(months, within)
    days = days_in(within)
    assert all(days_in(each) <= days for each in found)
    # A day of the question that is in no period belongs to one that the question cuts.
    inside = set().union(*map(days_in, found)) if found else set()
    for day in days - inside:
        assert not whole(day, months) <= days


def whole(day: date, months: int) -> set[date]:
    """All days of the month, quarter or year that a day belongs to."""
    start = (day.month - 1) // months * months + 1
    months_of = range(start, start + months)
    return {
        date(day.year, month, one)
        for month in months_of
        for one in range(1, calendar.monthrange(day.year, month)[1] + 1)
    }


@given(closed, open_or_closed, st.sampled_from(Kind), st.lists(open_or_closed, max_size=2))
def test_a_period_is_due_when_the_duty_stood_on_each_of_its_days(
    question: Span, lifetime: Span, kind: Kind, spared: list[Span]
) -> None:
    duty = Duty(lifetime, tuple((kind, span) for span in spared))
    free = days_in(lifetime) - set().union(set(), *map(days_in, spared))
    expected = [each for each in periods(EVERY[kind], question) if days_in(each) <= free]
    found = by_kind(rhythms(question, duty, []))[kind]
    assert found.due == len(expected)
    assert found.held == 0
    assert list(found.missing) == [label(each, EVERY[kind]) for each in expected]


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.integers(1, 12), st.integers(1, 3)), max_size=30)
)
def test_what_is_due_was_held_or_is_missing(meetings: list[tuple[Kind, int, int]]) -> None:
    months = [Month(kind, date(2026, m, 1), n, n * 8, n * 10) for kind, m, n in meetings]
    found = rhythms(YEAR, ALWAYS, months)
    assert [each.kind for each in found] == list(Kind)
    for each in found:
        mine = [m for m in months if m.kind is each.kind]
        assert each.held + len(each.missing) == each.due == 12 // EVERY[each.kind]
        assert each.meetings == sum(m.meetings for m in mine)
        assert each.held == len({number(m.first, EVERY[each.kind]) for m in mine})
    share = kept_share(found)
    assert share is not None
    assert 0 <= share <= 10_000
    assert (share == 10_000) == (not any(each.missing for each in found))
    assert attendance(found) == (8_000 if meetings else None)


@given(closed, open_or_closed)
def test_more_meetings_never_make_it_worse(question: Span, lifetime: Span) -> None:
    before = rhythms(question, Duty(lifetime), [])
    month = Month(Kind.PARTY_DAY, date(2026, 5, 1), 1, 1, 1)
    after = rhythms(question, Duty(lifetime), [month])
    for old, new in zip(before, after, strict=True):
        assert new.due == old.due
        assert new.held >= old.held


def test_a_year_of_a_branch() -> None:
    months = [f"2026-{n:02}" for n in range(1, 13)]
    meetings = [
        *held(Kind.MEMBERS_MEETING, "2026-01", "2026-06", "2026-12"),
        *held(Kind.COMMITTEE_MEETING, *months[:11]),
        *held(Kind.LIFE_MEETING, "2026-12"),
    ]
    found = by_kind(rhythms(YEAR, ALWAYS, meetings))
    assert found[Kind.MEMBERS_MEETING].missing == ("2026-Q3",)
    assert found[Kind.COMMITTEE_MEETING].missing == ("2026-12",)
    assert found[Kind.LIFE_MEETING].missing == ()
    assert found[Kind.MEMBER_APPRAISAL].missing == ("2026",)
    assert found[Kind.GROUP_MEETING].held == 0


@pytest.mark.parametrize(
    ("founded", "dissolved", "months", "quarters", "years"),
    [
        ("2026-01-01", None, 12, 4, 1),
        ("2026-01-02", None, 11, 3, 0),
        ("2026-02-15", None, 10, 3, 0),
        ("2000-01-01", "2026-06-30", 6, 2, 0),
        ("2000-01-01", "2026-06-29", 5, 1, 0),
        ("2026-03-10", "2026-04-20", 0, 0, 0),
    ],
)
def test_half_periods_of_founding_and_dissolution_are_not_due(
    founded: str, dissolved: str | None, months: int, quarters: int, years: int
) -> None:
    last = date.fromisoformat(dissolved) if dissolved else None
    duty = Duty(Span(date.fromisoformat(founded), last))
    found = by_kind(rhythms(YEAR, duty, held(Kind.COMMITTEE_MEETING, "2026-03")))
    assert found[Kind.COMMITTEE_MEETING].due == months
    assert found[Kind.LECTURE].due == quarters
    assert found[Kind.LIFE_MEETING].due == years
    assert found[Kind.COMMITTEE_MEETING].meetings == 1


def test_a_share_of_nothing_is_no_number() -> None:
    week = Span(date(2026, 3, 2), date(2026, 3, 8))
    assert kept_share(rhythms(week, ALWAYS, held(Kind.LECTURE, "2026-03"))) is None
