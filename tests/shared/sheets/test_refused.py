"""Files that are no table, or that would do harm if they were unpacked."""

import random
import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Problem
from shared.sheets import Limits, SheetTooLarge, SheetUnreadable, read_sheet
from shared.sheets.archive import Archive
from tests.shared.sheets.books import archive, by_hand, table

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BLANKS = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "name", "hint"),
    [
        (b"code,name\n", "区划.xlsx", "内容却不是"),
        (OLD, "区划.xls", ".xls"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "区划.xlsx", "密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "区划.xls", "网页"),
        (b"%PDF-1.7", "区划.pdf", "PDF"),
        (archive({"a.txt": "b"}), "区划.xlsx", "不是 xlsx 工作簿"),
        (archive({"xl/workbook.bin": "b"}), "区划.xlsb", ".xlsb"),
        (archive({"xl/workbook.xml": "<workbook>"}), "区划.xlsx", "损坏"),
        (archive({"xl/workbook.xml": "<workbook/>"}), "区划.xlsx", "工作表"),
        (archive({"a": "b" * 999}, zipfile.ZIP_LZMA), "区划.xlsx", "损坏"),
        (table([["a"]])[:-40], "区划.xlsx", "损坏"),
        (b"PK\x03\x04" + bytes(100), "区划.xlsx", "损坏"),
    ],
)
def test_the_reason_is_said(content: bytes, name: str, hint: str) -> None:
    with pytest.raises(SheetUnreadable) as met:
        list(read_sheet(content, name).rows)
    assert hint in met.value.detail.zh


def test_a_member_behind_a_password_is_said_to_be_one() -> None:
    content = bytearray(archive({"xl/workbook.xml": "x"}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SheetUnreadable, match="password"):
        read_sheet(bytes(content), "区划.xlsx")


def test_a_file_over_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(SheetTooLarge) as met:
        read_sheet(b"x" * 11, "区划.csv", limits=Limits(file=10))
    assert met.value.extra == {"limit": 10}


def test_a_declared_bomb_is_refused_before_it_is_unpacked() -> None:
    content = by_hand(bytes(20_000_000))
    assert len(content) < 40_000
    with pytest.raises(SheetTooLarge):
        read_sheet(content, "区划.xlsx")


def test_a_large_file_of_ordinary_density_is_limited_as_well() -> None:
    noise = random.Random(1).randbytes(200_000)
    with pytest.raises(SheetTooLarge):
        read_sheet(archive({"a": noise}), "区划.xlsx", limits=Limits(unpacked=100_000))


def test_a_bomb_that_lies_about_its_size_does_not_get_far() -> None:
    honest = by_hand(BLANKS + " " * 3_000_000 + "</sheetData></worksheet>")
    content = bytearray(honest)
    with zipfile.ZipFile(BytesIO(honest)) as opened:
        size = opened.getinfo("xl/worksheets/sheet1.xml").file_size
    place = content.rindex(struct.pack("<L", size))
    content[place : place + 4] = struct.pack("<L", 200)
    limits = Limits(unpacked=1_000)
    with pytest.raises(SheetUnreadable):
        list(read_sheet(bytes(content), "区划.xlsx", limits=limits).rows)


def test_what_really_comes_out_is_counted() -> None:
    opened = Archive(archive({"a": b"x" * 200_000}), Limits(unpacked=300_000))
    assert sum(map(len, opened.stream("a"))) == 200_000
    with pytest.raises(SheetTooLarge):
        list(opened.stream("a"))


def test_too_many_members_are_refused() -> None:
    with pytest.raises(SheetTooLarge):
        read_sheet(archive({str(n): "" for n in range(11)}), "a.xlsx", limits=Limits(members=10))


def test_entities_are_refused() -> None:
    sheet = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(SheetUnreadable):
        list(read_sheet(by_hand(sheet), "区划.xlsx").rows)


SOUND = table([["code", "name"], [410724000000, "获嘉县"], [410724100000, "城关镇"]])


@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused_but_never_more(place: int, noise: bytes) -> None:
    content = SOUND[:place] + noise + SOUND[place + len(noise) :]
    try:
        rows = list(read_sheet(content, "区划.xlsx").rows)
    except Problem:
        return
    assert len(rows) <= 3


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="s"><v>99</v></c>',
        '<c r="1A"><v>9</v></c>',
        '<c r="ZZZZZZ1"><v>9</v></c>',
        '<c r="A1" s="x"><v>9</v></c>',
        "<c><v>9</c>",
    ],
)
def test_senseless_cells_are_damage(cell: str) -> None:
    sheet = f"<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>"
    with pytest.raises(SheetUnreadable):
        list(read_sheet(by_hand(sheet), "区划.xlsx").rows)
