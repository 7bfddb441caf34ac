"""The rules of a divisions file, without a database."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.divisions import domain
from services.registry.divisions.domain import ImportRejected, Level, Line
from shared.errors import Fault
from shared.sheets import SheetUnreadable

HEADER = "code,name,level,parent_code\n"
GOOD = (
    HEADER
    + "410000000000,河南省,province,100000000000\n"
    + "410700000000,新乡市,city,410000000000\n"
    + "410724000000,获嘉县,county,410700000000\n"
    + "410724100000,城关镇,town,410724000000\n"
    + "410724100201,四街村村委会,village,410724100000\n"
)


def faults(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ImportRejected) as caught:
        domain.check(domain.read_lines(content), {})
    return [(fault.pointer, fault.detail.zh) for fault in caught.value.faults]


def places(text: str) -> list[str]:
    return [pointer for pointer, _ in faults(text.encode())]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_usual_encodings_are_read(encoding: str) -> None:
    lines = domain.read_lines(GOOD.encode(encoding))
    domain.check(lines, {})
    assert [line.name for line in lines][2:4] == ["获嘉县", "城关镇"]
    assert [line.row for line in lines] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("410724100202,东关村村委会,village,", "row 7, column parent_code"),
        ("410724100202,东关村村委会,village,410724199000", "row 7, column parent_code"),
        ("410724100202,东关村村委会,village,410724000000", "row 7, column parent_code"),
        ("410724100201,东关村村委会,village,410724100000", "row 7, column code"),
        ("41072410020,东关村村委会,village,410724100000", "row 7, column code"),
        ("４10724100202,东关村村委会,village,410724100000", "row 7, column code"),
        ("41072410O202,东关村村委会,village,410724100000", "row 7, column code"),
        ("410724100202,,village,410724100000", "row 7, column name"),
        ("410724100202,东关村村委会,hamlet,410724100000", "row 7, column level"),
        ("420000000000,湖北省,province,410000000000", "row 7, column parent_code"),
    ],
)
def test_each_fault_is_named_by_row_and_column(row: str, place: str) -> None:
    assert places(GOOD + row + "\n") == [place]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("４10724100202", "“４10724100202”含全角数字，请改成半角的 410724100202"),
        ("41072410O202", "“41072410O202”第 9 位是字母 O，疑为数字 0，请核对后改正"),
        ("4107241002", "“4107241002”有 10 位，代码应为 12 位，不足的在末尾补 0"),
        ("获嘉", "“获嘉”不是 12 位数字代码，请用半角数字补足 12 位"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(code: str, said: str) -> None:
    row = f"{code},东关村村委会,village,410724100000\n"
    assert faults((GOOD + row).encode()) == [("row 7, column code", said)]


def test_all_faults_come_at_once() -> None:
    text = GOOD + "1,甲,village,410724100000\n410724100203,乙,village,9\n"
    assert places(text) == ["row 7, column code", "row 8, column parent_code"]


@pytest.mark.parametrize(
    "content",
    [b"", b"code;name\n", HEADER.encode(), (HEADER + "1,2,3\n").encode()],
)
def test_what_is_no_such_table_is_refused(content: bytes) -> None:
    assert faults(content)


def test_many_faults_are_counted_and_the_first_thousand_shown() -> None:
    text = HEADER + "".join(f"{n},甲,village,9\n" for n in range(2_000))
    with pytest.raises(ImportRejected) as caught:
        domain.check(domain.read_lines(text.encode()), {})
    assert caught.value.extra["fault_count"] == 4_000
    assert len(caught.value.faults) == 1_000


def test_a_stored_division_keeps_its_level() -> None:
    lines = domain.read_lines(GOOD.encode())
    with pytest.raises(ImportRejected) as caught:
        domain.check(lines, {"410724100201": Level.TOWN})
    assert caught.value.faults[0].pointer == "row 6, column level"


def test_parents_come_before_children() -> None:
    lines = domain.read_lines(GOOD.encode())
    assert domain.top_down(reversed(lines)) == lines


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@given(st.lists(st.tuples(cells, cells, cells, cells), max_size=8))
def test_whatever_stands_in_the_cells_the_answer_is_faults_or_lines(
    rows: list[tuple[str, str, str, str]],
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([tuple(HEADER.strip().split(",")), *rows])
    faults, lines = read(out.getvalue().encode())
    assert bool(faults) != bool(lines)
    assert all(fault.pointer.startswith("row ") for fault in faults)
    assert {line.level for line in lines} <= {"province"}


def read(content: bytes) -> tuple[tuple[Fault, ...], list[Line]]:
    try:
        lines = domain.read_lines(content)
        domain.check(lines, {})
    except (ImportRejected, SheetUnreadable) as problem:
        return problem.faults, []
    return (), lines


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises((ImportRejected, SheetUnreadable)):
        domain.check(domain.read_lines(content), {})
