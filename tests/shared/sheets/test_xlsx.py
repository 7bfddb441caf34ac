"""What is read from workbooks: the text of every cell as it was typed."""

import string
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from shared.sheets import Format, Limits, SheetTooLarge, SheetUnreadable, letters, read_sheet
from shared.sheets.rows import column_of
from tests.shared.sheets.books import book, by_hand, table

USUAL = Limits()
NOON = datetime(2024, 1, 15, 12, tzinfo=UTC).replace(tzinfo=None)


def cells(
    content: bytes, sheet: str | None = None, limits: Limits = USUAL
) -> list[tuple[str, ...]]:
    return [row.cells for row in read_sheet(content, "表.xlsx", sheet=sheet, limits=limits).rows]


def test_rows_come_with_the_numbers_a_spreadsheet_shows() -> None:
    content = table([["code", "name"], [], [None, None], ["410724", "获嘉县"]])
    sheet = read_sheet(content, "表.xlsx")
    rows = list(sheet.rows)
    assert (sheet.format, sheet.name, sheet.encoding) == (Format.XLSX, "Sheet1", None)
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("code", "name")),
        (4, ("410724", "获嘉县")),
    ]


def test_numbers_read_as_they_were_typed() -> None:
    typed = [[410724000000, 2000.1, 0.1 + 0.2, -3.50, 0, 1e-7, True, 1234567.891]]
    assert cells(table(typed)) == [
        ("410724000000", "2000.1", "0.3", "-3.5", "0", "0.0000001", "TRUE", "1234567.891")
    ]


def test_a_code_that_lost_its_last_digits_is_named() -> None:
    row = next(iter(read_sheet(table([[None, 914107241234567890]]), "表.xlsx").rows))
    assert row.faults[0].named(["code", "credit_code"]).pointer == "row 1, column credit_code"
    assert "15" in row.faults[0].detail.zh
    assert row.faults[0].named([]).pointer == "row 1, column B"


def test_dates_read_as_dates_whatever_their_format() -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        for place, code in enumerate(["yyyy-mm-dd", "yyyy年m月d日", "d/m/yy", "[$-804]mmm-yy"]):
            sheet.write_datetime(
                0, place, NOON.replace(hour=0), workbook.add_format({"num_format": code})
            )
        sheet.write_number(0, 4, 45306, workbook.add_format({"num_format": 14}))
        sheet.write_number(0, 5, 45306.5, workbook.add_format({"num_format": 22}))
        sheet.write_number(0, 6, 45306, workbook.add_format({"num_format": '0"day"'}))

    day = "2024-01-15"
    assert cells(book(fill)) == [(day, day, day, day, day, f"{day} 12:00:00", "45306")]


def test_days_counted_from_1904() -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"date_1904": True}) as workbook:
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        workbook.add_worksheet().write_datetime(0, 0, NOON, style)
    assert cells(target.getvalue()) == [("2024-01-15 12:00:00",)]


def test_a_formula_is_named_even_where_it_shows_a_value() -> None:
    content = book(lambda _, sheet: sheet.write_formula(6, 1, "=1+1", None, 2))
    row = next(iter(read_sheet(content, "表.xlsx").rows))
    assert row.cells == ("", "2")
    assert [(fault.row, fault.column) for fault in row.faults] == [(7, 1)]
    assert "公式" in row.faults[0].detail.zh


def test_an_error_value_is_named() -> None:
    cell = '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
    content = by_hand(f"<worksheet><sheetData>{cell}</sheetData></worksheet>")
    row = next(iter(read_sheet(content, "表.xlsx").rows))
    assert "#N/A" in row.faults[0].detail.zh


def test_merged_cells_are_named_when_the_rows_are_read() -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A5:B9", "城关镇")

    sheet = read_sheet(book(fill), "表.xlsx")
    assert [row.cells for row in sheet.rows] == [("城关镇",)]
    assert [(fault.row, fault.column) for fault in sheet.merged] == [(5, 0)]
    assert sheet.merged_count == 1


def test_rich_text_is_one_text_without_its_sounds() -> None:
    shared = (
        "<sst><si><r><t>获</t></r><r><t>嘉</t></r><rPh><t>huò</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_</t></si></sst>"
    )
    sheet = (
        '<worksheet><sheetData><row><c t="s"><v>0</v></c><c s="0"/><c t="s"><v>1</v></c>'
        '<c t="inlineStr"><is><t>直接</t></is></c></row></sheetData></worksheet>'
    )
    content = by_hand(sheet, **{"xl/sharedStrings.xml": shared})
    assert cells(content) == [("获嘉", "", "a\rb_", "直接")]


def test_tags_with_a_prefix_are_read_too() -> None:
    sheet = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="3"><x:c r="C3" t="str"><x:v>y</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert cells(by_hand(sheet)) == [("", "", "y")]


def test_a_sheet_is_chosen_by_name_else_the_first_visible_one() -> None:
    def fill(workbook: xlsxwriter.Workbook, _: Worksheet) -> None:
        hidden, shown, other = (workbook.add_worksheet(name) for name in ("隐", "显", "他"))
        for sheet in (hidden, shown, other):
            sheet.write_string(0, 0, sheet.name)
        hidden.hide()
        shown.activate()
        workbook.worksheets()[0].hide()

    content = book(fill)
    assert cells(content) == [("显",)]
    assert cells(content, sheet="他") == [("他",)]
    with pytest.raises(SheetUnreadable, match="no such sheet"):
        cells(content, sheet="无")


def test_two_cells_far_apart_cost_nothing() -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 0, "近")
        sheet.write(1_048_575, 40, "远")

    rows = list(read_sheet(book(fill), "表.xlsx").rows)
    assert [row.number for row in rows] == [1, 1_048_576]
    assert len(rows[1].cells) == 41


def test_a_cell_out_of_bounds_is_refused() -> None:
    content = book(lambda _, sheet: sheet.write(3, 16_000, "远"))
    with pytest.raises(SheetTooLarge) as met:
        cells(content)
    assert "第 4 行的 WQK 列" in met.value.detail.zh


def test_rows_that_were_only_formatted_are_refused_early() -> None:
    blank = '<row><c r="A1" s="1"/><c r="B1" s="1"/></row>' * 2_000
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{blank}'
    # Cut off below: what comes after the limit is not even looked at.
    with pytest.raises(SheetTooLarge) as met:
        cells(by_hand(sheet), limits=Limits(blanks=3_000))
    assert "到第 1002 行为止" in met.value.detail.zh
    assert "删除行" in met.value.detail.zh


def test_blank_cells_beside_content_are_no_blank_rows() -> None:
    row = '<row><c r="A1"><v>1</v></c>' + '<c r="B1" s="1"/>' * 9 + "</row>"
    sheet = f"<worksheet><sheetData>{row * 50}</sheetData></worksheet>"
    assert len(cells(by_hand(sheet), limits=Limits(blanks=1))) == 50


def test_many_blank_rows_are_trimmed() -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 150_000))
    sheet = (
        f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{blank}'
        '<row r="1200000"><c r="A1200000"><v>2</v></c></row></sheetData></worksheet>'
    )
    found = [(row.number, row.cells) for row in read_sheet(by_hand(sheet), "表.xlsx").rows]
    assert found == [(1, ("1",)), (1_200_000, ("2",))]


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=1), Limits(cell=2)])
def test_limits_hold_while_rows_are_read(limits: Limits) -> None:
    with pytest.raises(SheetTooLarge):
        cells(table([["a", "bcd"], ["c", "d"]]), limits=limits)


def test_shared_texts_are_limited() -> None:
    with pytest.raises(SheetTooLarge):
        cells(table([["一" * 60, "二" * 60]]), limits=Limits(strings=100))


@given(st.integers(0, 16_383))
def test_letters_lead_back_to_their_column(column: int) -> None:
    assert column_of(letters(column)) == column


def test_letters_are_those_of_a_spreadsheet() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


_text = st.text(string.ascii_letters + "县镇村１-_.=" + " ", max_size=8)
_number = st.integers(-(10**14), 10**14)
_day = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(st.lists(st.lists(st.one_of(_text, _number, st.none()), max_size=4), max_size=6))
def test_another_reader_finds_the_same(rows: list[list[object]]) -> None:
    content = table(rows)
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    theirs = [
        [str(int(cell) if isinstance(cell, float) else cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    expected = []
    for number, row in enumerate(theirs, 1):
        while row and not row[-1].strip():
            row.pop()
        if row:
            blanked = tuple(cell if cell.strip() else "" for cell in row)
            expected.append((number, blanked))
    found = [(row.number, row.cells) for row in read_sheet(content, "表.xlsx").rows]
    assert found == expected


@given(_day)
def test_every_day_reads_back(day: date) -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        sheet.write_datetime(0, 0, moment, style)

    assert cells(book(fill)) == [(day.isoformat(),)]
