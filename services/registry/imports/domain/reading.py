"""From a file to lines: the header found, every cell where its column stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.imports.domain.columns import Column
from services.registry.imports.domain.faults import Faults
from shared.sheets import Row, Sheet, read_sheet

_CHOICES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as a spreadsheet shows it, and the cells by column."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Table:
    """The lines of a file and what is wrong with them so far."""

    lines: list[Line]
    faults: Faults


def read_table(content: bytes, name: str, columns: Sequence[Column]) -> Table:
    """Read a file; a problem of the whole file, and of its header, is raised at once.

    A column may be called by its Chinese title or by its key, and stand anywhere.
    """
    sheet = read_sheet(content, name)
    header = next(sheet.rows, None)
    places, faults = _header(header, columns)
    faults.require_none()
    lines = [_line(row, places, faults) for row in sheet.rows]
    _merged(sheet, places, faults)
    if not lines and not faults.count:
        faults.add(2, columns[0].key, "文件中没有数据行，请从第 2 行起填写", "there are no rows")
    return Table(lines, faults)


def _header(header: Row | None, columns: Sequence[Column]) -> tuple[dict[int, Column], Faults]:
    cells = [cell.strip().rstrip("*") for cell in header.cells] if header else []
    number = header.number if header else 1
    by_name = {name: each for each in columns for name in (each.title, each.key)}
    places: dict[int, Column] = {}
    titles: dict[str, str] = {}
    faults = Faults(titles)
    for place, cell in enumerate(cells):
        column = by_name.get(cell)
        if column is None and cell:
            wanted = "、".join(each.title for each in columns)
            zh = f"不认识的列，请删去或改成模板中的列名（{wanted}）"
            faults.add(number, cell, zh, "unknown column: see the template")
        elif column is not None and column.key in titles:
            faults.add(number, cell, "这一列出现了两次，请删去一列", "the column occurs twice")
        elif column is not None:
            places[place], titles[column.key] = column, cell
    for each in columns:
        if each.required and each.key not in titles:
            zh = "缺少这一列：首行应为列名，请用模板填写"
            faults.add(number, each.title, zh, "the column is missing: use the template")
    return places, faults


def _line(row: Row, places: dict[int, Column], faults: Faults) -> Line:
    bad = {fault.column for fault in row.faults}
    for fault in row.faults:
        if fault.column in places:
            faults.say(row.number, places[fault.column].key, fault.detail)
    cells: dict[str, str] = {}
    for place, text in enumerate(row.cells):
        column = places.get(place)
        if column is None and text.strip():
            zh = f"这一格（“{text[:20]}”）不在任何一列之下，请核对是否错列"
            faults.add(row.number, f"第 {place + 1} 列", zh, "a cell below no column")
        elif column is not None and place not in bad:
            cells[column.key] = _cell(row.number, column, text.strip(), faults)
    for place, column in places.items():
        filled = place < len(row.cells) and row.cells[place].strip()
        if column.required and place not in bad and not filled:
            faults.add(row.number, column.key, f"必填：{column.note}", "must be filled in")
    return Line(row.number, cells)


def _cell(row: int, column: Column, text: str, faults: Faults) -> str:
    """Return a cell as it is meant: of choices the code, whichever was written."""
    if not text or not column.choices or text in column.choices:
        return text
    for code, word in column.choices.items():
        if word == text:
            return str(code)
    if column.open:
        return text
    words = "、".join([*column.choices.values()][:_CHOICES_SHOWN])
    more = " 等" if len(column.choices) > _CHOICES_SHOWN else ""
    faults.add(row, column.key, f"“{text}”不在可选范围内，应为{words}{more}之一", "not a choice")
    return ""


def _merged(sheet: Sheet, places: dict[int, Column], faults: Faults) -> None:
    for fault in sheet.merged:
        column = places.get(fault.column)
        faults.say(fault.row, column.key if column else f"第 {fault.column + 1} 列", fault.detail)
