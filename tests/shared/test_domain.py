"""The pure parts: money, canonical bytes, working days, transitions, cursors."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.caller import SYSTEM, Role
from shared.canonical import canonical_json, content_hash
from shared.errors import Forbidden, Invalid, Text
from shared.money import decimal_text, hundredths
from shared.pagination import decode, encode
from shared.transitions import IllegalTransition, Machine, Transition
from shared.workdays import Calendar, OutsideCalendar
from tests.accounts import caller

DAYS = st.dates(date(2018, 1, 1), date(2026, 11, 30))


@given(st.integers(-(10**14), 10**14))
def test_hundredths_round_trip(value: int) -> None:
    assert hundredths(decimal_text(value)) == value


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_hundredths_accepts_exactly_what_has_two_decimals(value: Decimal) -> None:
    fits = value.is_finite() and abs(value) <= 10**12 and value * 100 == int(value * 100)
    if fits:
        assert Decimal(hundredths(value)) == value * 100
    else:
        with pytest.raises(ValueError, match=r"number|decimals|range"):
            hundredths(value)


@pytest.mark.parametrize("value", [True, None, "一百", "1e400", "1.005", "0x10", [], ""])
def test_hundredths_refuses_nonsense(value: object) -> None:
    with pytest.raises(ValueError, match=r"number|decimals|range"):
        hundredths(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_bytes_ignore_the_order_of_keys(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(backwards)
    assert content_hash(value) == content_hash(backwards)


def test_canonical_bytes_refuse_a_float_anywhere() -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": [1, {"b": 0.5}]})


@given(DAYS, st.integers(1, 40))
def test_a_period_holds_exactly_its_working_days(start: date, count: int) -> None:
    calendar = Calendar()
    period = calendar.period(start, count)
    assert period.first_day > start
    days = [start + timedelta(i) for i in range(1, (period.last_day - start).days + 1)]
    assert sum(calendar.is_working(day) for day in days) == count
    assert calendar.is_working(period.last_day)
    assert calendar.is_working(period.first_day)


@given(DAYS, st.integers(1, 20))
def test_counting_the_first_day_never_ends_later(start: date, count: int) -> None:
    calendar = Calendar()
    counted = calendar.period(start, count, first_day_counts=True)
    assert counted.last_day <= calendar.period(start, count).last_day


def test_national_day_2026_by_hand() -> None:
    # Published Wednesday 30 September; 1-7 October are off, Saturday the 10th is made up:
    # 8 Thu, 9 Fri, 10 Sat, 12 Mon, 13 Tue.
    period = Calendar().period(date(2026, 9, 30), 5)
    assert (period.first_day, period.last_day) == (date(2026, 10, 8), date(2026, 10, 13))
    assert not period.provisional


def test_a_year_without_a_notice_is_provisional_until_uploaded() -> None:
    start = date(2026, 12, 29)
    assert Calendar().period(start, 5).provisional
    loaded = Calendar({date(2027, 1, 1): False}, frozenset({2027}))
    period = loaded.period(start, 5)
    assert not period.provisional
    # 30 Wed, 31 Thu, (1 Jan off, weekend), 4 Mon, 5 Tue, 6 Wed
    assert period.last_day == date(2027, 1, 6)


@pytest.mark.parametrize("count", [0, -1, 367])
def test_a_senseless_length_is_refused(count: int) -> None:
    with pytest.raises(OutsideCalendar):
        Calendar().period(date(2026, 3, 2), count)


def test_the_end_of_time_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        Calendar().period(date(9999, 12, 30), 5)


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"


LAMP = Machine(
    Text("灯", "lamp"),
    {Lamp.OFF: "关", Lamp.ON: "开"},
    [
        Transition("switch_on", frozenset({Role.VILLAGE}), frozenset({Lamp.OFF}), Lamp.ON),
        Transition("sweep", frozenset({Role.SYSTEM}), frozenset({Lamp.ON}), Lamp.OFF),
    ],
)


def test_a_rule_moves_only_from_its_sources_and_for_its_role() -> None:
    village = caller(Role.VILLAGE)
    assert LAMP.fire("switch_on", Lamp.OFF, village) is Lamp.ON
    assert LAMP.verbs(Lamp.OFF, village) == ["switch_on"]
    with pytest.raises(IllegalTransition):
        LAMP.fire("switch_on", Lamp.ON, village)
    with pytest.raises(Forbidden):
        LAMP.fire("sweep", Lamp.ON, village)
    assert LAMP.fire("sweep", Lamp.ON, SYSTEM) is Lamp.OFF


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_cursors_round_trip(key: list[str]) -> None:
    assert decode(encode(key), len(key)) == key


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "W10", "eyJhIjoxfQ"])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode(cursor, 2)
