"""A simulation as a workbook: one sheet a question, each marked as a simulation.

Texts are written as texts, so that no name can become a formula. A cell's number is binary in
every spreadsheet: points and yuan go in as decimals with two places and are shown so.
"""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.scoring.simulations.schemas.simulations import SimulationView
from services.scoring.simulations.schemas.variants import NamedCount, PlaceCounts, VariantView

Cell = str | int | Decimal | None
# Above the header row stand the sheet's title and the mark.
_HEADER_ROW = 2


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, columns with their widths in letters, and rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]
    frozen_columns: int = 1


def workbook(view: SimulationView) -> bytes:
    """Return the xlsx file."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": view.title, "subject": view.mark, "category": "模拟"})
        formats = _Formats(book)
        for sheet in _sheets(view):
            _write(book.add_worksheet(f"模拟·{sheet.name}"), sheet, view, formats)
    return content.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        plain = {"border": 1, "valign": "top", "text_wrap": True}
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.mark: Format = book.add_format({"bold": True, "font_color": "#B00020"})
        self.header: Format = book.add_format({**plain, "bold": True, "bg_color": "#F2DCDB"})
        self.text: Format = book.add_format(plain)
        self.whole: Format = book.add_format({**plain, "num_format": "0"})
        self.decimal: Format = book.add_format({**plain, "num_format": "#,##0.00"})


def _write(page: Worksheet, sheet: Sheet, view: SimulationView, formats: _Formats) -> None:
    page.write_string(0, 0, f"{view.title} · {sheet.name}", formats.title)
    page.write_string(1, 0, f"{view.mark}（{view.cycle_title}）", formats.mark)
    for column, (name, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(_HEADER_ROW, column, name, formats.header)
    for number, row in enumerate(sheet.rows, _HEADER_ROW + 1):
        for column, value in enumerate(row):
            _cell(page, (number, column), value, formats)
    page.freeze_panes(_HEADER_ROW + 1, sheet.frozen_columns)
    page.autofilter(_HEADER_ROW, 0, _HEADER_ROW + len(sheet.rows), len(sheet.columns) - 1)
    page.repeat_rows(_HEADER_ROW)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_header(f'&C&"宋体"{view.mark}')
    page.set_footer(f"&L{view.mark}&R第&P页，共&N页")


def _cell(page: Worksheet, place: tuple[int, int], value: Cell, formats: _Formats) -> None:
    if value is None:
        page.write_blank(*place, None, formats.text)
    elif isinstance(value, str):
        page.write_string(*place, value, formats.text)
    else:
        style = formats.whole if isinstance(value, int) else formats.decimal
        page.write_number(*place, value, style)


def _sheets(view: SimulationView) -> Iterable[Sheet]:
    every = [view.base, *view.variants]
    return (
        _overview(every),
        _counts("星级分布", every, levels=True),
        _counts("各星数量", every, levels=False),
        _moves(view.variants),
        _nearest(every),
        _bill(every),
        _changes(view.variants),
    )


def _overview(every: Sequence[VariantView]) -> Sheet:
    rows = [
        (
            one.name,
            one.policy_title,
            one.county.assessed,
            "，".join(f"{each.name}{each.count}" for each in one.county.levels),
            one.county.rose,
            one.county.fell,
            _sum(one, "payable"),
            _sum(one, "unfunded"),
            _sum(one, "over"),
            "\n".join(
                [*(["有底线标准尚未答复，结果可能变化。"] if one.provisional else []), *one.notes]
            ),
        )
        for one in every
    ]
    columns = (
        ("方案", 20),
        ("依据的方案", 26),
        ("参评支部数", 11),
        ("星级分布", 40),
        ("上升", 8),
        ("下降", 8),
        ("一年应付（元）", 17),
        ("无资金来源（元）", 17),
        ("超上限（元）", 17),
        ("说明", 60),
    )
    return Sheet("总览", columns, rows)


def _counts(name: str, every: Sequence[VariantView], *, levels: bool) -> Sheet:
    codes: dict[str, str] = {}
    for one in every:
        codes |= {
            each.code: each.name
            for each in _of(one.county, levels=levels)
            if each.code not in codes
        }
    rows = []
    for one in every:
        for place in (one.county, *one.townships):
            counts = {each.code: each for each in _of(place, levels=levels)}
            numbers = [counts[code].count if code in counts else None for code in codes]
            row: list[Cell] = [one.name, place.name, place.assessed, place.not_assessed]
            rows.append([*row, *numbers, place.rose, place.fell])
    columns = [
        ("方案", 20),
        ("范围", 20),
        ("参评", 8),
        ("未参评", 8),
        *((each, 12) for each in codes.values()),
        ("上升", 8),
        ("下降", 8),
    ]
    return Sheet(name, columns, rows, frozen_columns=2)


def _of(place: PlaceCounts, *, levels: bool) -> Sequence[NamedCount]:
    return place.levels if levels else place.stars


def _moves(variants: Sequence[VariantView]) -> Sheet:
    rows = [
        (
            one.name,
            each.township_name,
            each.name,
            each.direction_name,
            each.from_level_name,
            each.to_level_name,
            "、".join(each.won),
            "、".join(each.lost),
            "；".join(each.clauses),
            each.sentence,
        )
        for one in variants
        for each in one.moves
    ]
    columns = (
        ("方案", 20),
        ("乡镇", 16),
        ("支部", 24),
        ("变化", 12),
        ("现行星级", 10),
        ("模拟星级", 10),
        ("新得的星", 22),
        ("失去的星", 22),
        ("依据条款", 30),
        ("说明", 70),
    )
    return Sheet("升降名单", columns, rows, frozen_columns=3)


def _nearest(every: Sequence[VariantView]) -> Sheet:
    rows = [
        (
            one.name,
            each.township_name,
            each.name,
            each.star_name,
            Decimal(each.short),
            "、".join(each.lines),
            "；".join(each.clauses),
            "、".join(f"{item.name}{item.room}" for item in each.items),
            each.sentence,
        )
        for one in every
        for each in one.nearest
    ]
    columns = (
        ("方案", 20),
        ("乡镇", 16),
        ("支部", 24),
        ("星", 14),
        ("差多少分", 10),
        ("未达到的分数线", 18),
        ("依据条款", 26),
        ("可争取的评分项及分值", 44),
        ("说明", 70),
    )
    return Sheet("最接近达标", columns, rows, frozen_columns=3)


def _bill(every: Sequence[VariantView]) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for one in every:
        for line in one.bill or ():
            amounts = (
                line.total,
                line.payable,
                line.unfunded,
                line.ceiling,
                line.over,
                line.change,
            )
            numbers = [None if each is None else Decimal(each) for each in amounts]
            rows.append([one.name, line.name, one.months, *numbers, None])
        if one.bill is None:
            facts = "；".join(f"{each.name}{each.sentence}" for each in one.missing_facts)
            rows.append([one.name, *[None] * 8, f"缺少数据，不能计算：{facts}"])
    columns = (
        ("方案", 20),
        ("支付方", 16),
        ("发放月数", 9),
        ("应得合计（元）", 18),
        ("应付（元）", 18),
        ("无资金来源（元）", 18),
        ("上限（元）", 18),
        ("超上限（元）", 18),
        ("应付较现行方案（元）", 20),
        ("说明", 50),
    )
    return Sheet("账单", columns, rows, frozen_columns=2)


def _changes(variants: Sequence[VariantView]) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for one in variants:
        rows += [[one.name, each.path, _text(each.to)] for each in one.changes]
        if not one.changes:
            rows.append([one.name, None, f"{one.policy_title}（第{one.edition}版）"])
    columns = (("方案", 20), ("改动的位置", 60), ("新的值", 60))
    return Sheet("方案改动", columns, rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sum(one: VariantView, name: str) -> Decimal | None:
    if one.bill is None:
        return None
    return sum((Decimal(getattr(line, name)) for line in one.bill), Decimal(0))
