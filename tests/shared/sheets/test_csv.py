"""What is read from comma separated files, in the encodings people's machines write."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets import Format, Limits, SheetTooLarge, SheetUnreadable, read_sheet
from shared.sheets.shield import shielded, unshielded

TEXT = "code,name\n410724000000,获嘉县\n\n,,\n410724100000,城关镇\n"
ROWS = [(1, ("code", "name")), (2, ("410724000000", "获嘉县")), (5, ("410724100000", "城关镇"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_found_and_said(encoding: str) -> None:
    sheet = read_sheet(TEXT.encode(encoding), "区划.csv")
    assert (sheet.format, sheet.encoding, sheet.name) == (Format.CSV, encoding, None)
    assert [(row.number, row.cells) for row in sheet.rows] == ROWS


def test_gbk_is_a_part_of_gb18030() -> None:
    assert read_sheet(TEXT.encode("gbk"), "区划.csv").encoding == "gb18030"


def test_rare_signs_beyond_gbk_are_kept() -> None:
    sheet = read_sheet("name\n𠮷村㛃\n".encode("gb18030"), "区划.csv")
    assert [row.cells for row in sheet.rows][1] == ("𠮷村㛃",)


def test_a_damaged_utf8_is_not_taken_for_gb18030() -> None:
    content = TEXT.encode() * 50 + b"410724,\xe8\x8e\n" + TEXT.encode() * 50
    with pytest.raises(SheetUnreadable) as met:
        read_sheet(content, "区划.csv")
    assert met.value.faults[0].pointer == "row 251"


def test_what_is_in_no_encoding_is_refused_with_its_row() -> None:
    with pytest.raises(SheetUnreadable) as met:
        read_sheet(b"code\n\xff\xff\xff\n", "区划.csv")
    assert met.value.faults[0].pointer == "row 2"


def test_utf16_is_refused_with_what_to_do() -> None:
    with pytest.raises(SheetUnreadable) as met:
        read_sheet(TEXT.encode("utf-16"), "区划.csv")
    assert "CSV UTF-8" in met.value.detail.zh


@pytest.mark.parametrize("text", ['a,b\n1,"x\n2,y\n', 'a,b\n"x"y,2\n', 'a\n"' + "x" * 200_000])
def test_broken_quotes_name_their_row(text: str) -> None:
    with pytest.raises(SheetUnreadable) as met:
        list(read_sheet(text.encode(), "区划.csv").rows)
    assert met.value.faults[0].pointer == "row 2"


def test_hidden_signs_are_named_and_visible_ones_are_not() -> None:
    content = "a\u3000b,\u200b零宽,\x00,两\t格\n".encode()
    row = next(iter(read_sheet(content, "区划.csv").rows))
    assert [fault.column for fault in row.faults] == [1, 2]
    assert "U+200B" in row.faults[0].detail.zh


def test_blank_rows_are_trimmed_however_many() -> None:
    content = b"code\n" + b",,,\n" * 1_200_000 + b"x\n"
    assert [row.number for row in read_sheet(content, "区划.csv").rows] == [1, 1_200_002]


def test_a_row_too_wide_is_refused_unless_the_rest_is_blank() -> None:
    limits = Limits(columns=3)
    assert len(list(read_sheet(b"a,b,c,,,,\n", "区划.csv", limits=limits).rows)) == 1
    with pytest.raises(SheetTooLarge):
        list(read_sheet(b"a,b,c,d\n", "区划.csv", limits=limits).rows)


@given(st.text())
def test_shielding_is_undone_exactly(text: str) -> None:
    assert unshielded(shielded(text)) == text
    assert not shielded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Cn", "Co"]), min_size=1))
def test_what_is_written_shielded_reads_back(text: str) -> None:
    target = StringIO()
    csv.writer(target).writerow(["x", shielded(text)])
    rows = list(read_sheet(target.getvalue().encode("utf-8-sig"), "区划.csv").rows)
    assert rows[0].cells == ("x", text)
