"""The rules of tables without a database: cells, headers, order, and what is written comes back."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.divisions.domain import ImportRejected
from services.registry.imports.domain.cells import day_of, number_of
from services.registry.imports.domain.columns import columns_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.organizations.lines import Row
from services.registry.imports.domain.organizations.order import parents_first
from services.registry.imports.domain.reading import read_table
from services.registry.imports.domain.writing import Form, writer
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import Text
from shared.sheets import SheetUnreadable

FORMS = (
    "{0}-{1:02}-{2:02}",
    "{0}/{1}/{2}",
    "{0}.{1}.{2}",
    "{0}年{1}月{2}日",
    "{0}{1:02}{2:02}",
)
DAYS = st.dates(date(1900, 3, 1), date(2100, 1, 1))


@given(DAYS)
def test_a_day_is_read_however_people_write_it(day: date) -> None:
    for form in FORMS:
        assert day_of(form.format(day.year, day.month, day.day)) == day


@pytest.mark.parametrize("text", ["2026-02-30", "1-2-3", "昨天", "2026-13-01", "20260", "０"])
def test_what_is_no_day_says_what_to_write(text: str) -> None:
    assert isinstance(day_of(text), Text)


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_a_number_is_exact_to_its_last_decimal(value: int, decimals: int) -> None:
    whole, rest = divmod(value, 10**decimals)
    shown = f"{whole:,}.{rest:0{decimals}d}" if decimals else f"{whole:,}"
    assert number_of(shown, decimals) == value


@given(st.text(max_size=12), st.integers(0, 4))
def test_no_text_breaks_a_number(text: str, decimals: int) -> None:
    found = number_of(text, decimals)
    assert isinstance(found, Text) or found >= 0


cell = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
words = st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=6)


@pytest.mark.parametrize("form", list(Form))
@given(words)
def test_what_is_written_is_read_back_to_the_letter(
    form: Form, rows: list[tuple[str, str, str]]
) -> None:
    columns = columns_of(Kind.DIVISIONS)
    written = [(code, name, "village", parent) for code, name, parent in rows]
    file = BytesIO()
    made = writer(form, file, "区划", columns)
    made.write(written)
    made.close()
    table = read_table(file.getvalue(), f"区划.{form.value}", columns)
    assert table.faults.count == 0
    keys = [column.key for column in columns]
    assert [tuple(line[key] for key in keys) for line in table.lines] == written


def row(place: int, code: str, parent: str | None) -> Row:
    return Row(
        place,
        code,
        parent,
        "某支部",
        "某",
        OrganizationKind.BRANCH,
        Sector.RURAL,
        Tier.VILLAGE,
        date(2020, 1, 1),
        None,
        None,
        None,
    )


codes = st.sampled_from("ABCDEFGH")


@given(st.dictionaries(codes, st.none() | codes, max_size=8))
def test_parents_stand_before_their_children_and_circles_are_named(
    parents: dict[str, str | None],
) -> None:
    faults = Faults({})
    rows = [row(n, code, parent) for n, (code, parent) in enumerate(parents.items(), 2)]
    ordered = [each.code for each in parents_first(rows, faults)]
    for code in ordered:
        parent = parents[code]
        assert parent not in parents or ordered.index(parent) < ordered.index(code)
    circled = {code for code in parents if in_circle(code, parents)}
    named = {rows[place - 2].code for place, _, _ in faults.found}
    assert named == circled
    assert not circled & set(ordered)
    assert set(parents) - set(ordered) == {code for code in parents if leads_to(code, parents)}


def walk(code: str, parents: dict[str, str | None]) -> list[str]:
    seen: list[str] = []
    above: str | None = parents[code]
    while above in parents and above not in seen:
        seen.append(above)
        above = parents[above]
    return seen


def in_circle(code: str, parents: dict[str, str | None]) -> bool:
    return code in walk(code, parents)


def leads_to(code: str, parents: dict[str, str | None]) -> bool:
    return any(in_circle(each, parents) for each in [code, *walk(code, parents)])


def test_a_long_chain_is_ordered_in_no_time() -> None:
    rows = [row(n, str(n), str(n + 1)) for n in range(100_000)]
    assert len(parents_first(rows, Faults({}))) == 100_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    columns = columns_of(Kind.ORGANIZATIONS)
    with pytest.raises((ImportRejected, SheetUnreadable)):
        read_table(content, "", columns).faults.require_none()


def test_dates_count_from_the_day_they_name() -> None:
    assert day_of("2026-01-01 00:00:00") == date(2025, 12, 31) + timedelta(days=1)
