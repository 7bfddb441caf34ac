"""What is wrong in a workbook: all of it at once, each with sheet, row and column."""

import pytest

from services.scoring.kernel.annex import read_annex
from services.scoring.kernel.annex.kinds import KINDS
from shared.sheets import SheetTooLarge, SheetUnreadable
from tests.scoring.kernel.annex.sheets import at, faults, opened, workbook
from tests.scoring.kernel.rich import rich

ITEMS = "评分项"


def test_an_exported_annex_has_no_mistake() -> None:
    assert faults(workbook(opened(rich()))) == {}


def test_every_mistake_is_named_at_once_with_its_cell() -> None:
    book = opened(rich())
    rows = book[ITEMS]
    most, kind, parameters = (at(book, ITEMS, name) for name in ("满分", "计分办法", "计分参数"))
    by_kind = {row[kind]: number for number, row in enumerate(rows)}
    rows[1][most] = "八分"
    rows[2][kind] = "看着给"
    rows[3][at(book, ITEMS, "责任部门")] = "没有这个部门"
    steps, bands, events = by_kind["阶梯计分"], by_kind["分档计分"], by_kind["按次计分"]
    rows[steps][parameters] = "不到=0\n1以上=3"
    rows[bands][parameters] += "\n很多=3"
    rows[events][parameters] += "\n方式=随便"
    book["星级"][1][0] = "三级"
    book["机构"][1][0] = "处室"
    found = faults(workbook(book))
    assert "请填写数字" in found[ITEMS, 2, most + 1] or "分" in found[ITEMS, 2, most + 1]
    assert "没有“看着给”这种办法" in found[ITEMS, 3, kind + 1]
    assert "没有“没有这个部门”" in found[ITEMS, 4, at(book, ITEMS, "责任部门") + 1]
    assert "“指标=…”：缺少" in found[ITEMS, steps + 1, parameters + 1]
    assert "请写成：70以上、不满80" in found[ITEMS, bands + 1, parameters + 1]
    assert found["星级", 2, 1] == "“三级”应为整数\n"
    assert "“处室”只能是：部门" in found["机构", 2, 1]
    assert (ITEMS, events + 1, parameters + 1) in found
    references = {where for where, zh in found.items() if zh.startswith("没有“组织部”")}
    assert len(found.keys() - references) == 8


def test_formulas_and_merged_cells_are_mistakes() -> None:
    book = opened(rich())
    most = at(book, ITEMS, "满分")
    book[ITEMS][1][most] = "=5+5"
    found = faults(workbook(book, merged="星级前提!A8:B9"))
    assert "是公式" in found[ITEMS, 2, most + 1]
    assert "是合并单元格" in found["星级前提", 8, 1]


def test_missing_columns_and_sheets_are_named_once() -> None:
    book = opened(rich())
    most = at(book, ITEMS, "满分")
    for row in book[ITEMS]:
        row[most : most + 1] = []
    book["评分"] = book.pop("小组线")
    del book["机构"]
    found = faults(workbook(book))
    assert "缺少“满分”列" in found[ITEMS, 1, 0]
    assert "没有这样的工作表" in found["评分", 0, 0]
    assert "缺少工作表“机构”" in found["机构", 0, 0]
    assert not [where for where in found if where[0] == ITEMS and where[1] > 1 and where[2] == 0]


def test_a_sheet_of_remarks_is_left_alone() -> None:
    book = opened(rich())
    book["备注（县里讨论）"] = [["第三项待定"]]
    assert faults(workbook(book)) == {}


def test_what_is_no_workbook_says_so() -> None:
    with pytest.raises(SheetUnreadable):
        read_annex(b"code: five_star", "附件.xlsx")
    with pytest.raises(SheetTooLarge):
        read_annex(b"PK\x03\x04" + b"0" * 6_000_000, "附件.xlsx")


def test_the_examples_of_the_guide_can_be_written_as_they_are() -> None:
    names = opened(rich())["填写说明"]
    examples = {row[3] for row in names if len(row) > 3}
    told = {form.row.example for forms in KINDS.values() for form in forms.values() if form.row}
    assert told <= examples
