"""The sheets of an annex as people sent them: rows by column title, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.scoring.kernel.annex import guide, settings, tables
from services.scoring.kernel.annex.tables import Column
from services.scoring.kernel.spots import DocumentFault, Spot
from shared.sheets import CellFault, Limits, Row, read_sheet, sheet_names

# An annex has a few hundred rows; the longest cell is what a spreadsheet can hold.
LIMITS = Limits(
    file=5_000_000,
    unpacked=40_000_000,
    strings=20_000_000,
    rows=5_000,
    columns=40,
    cell=32_767,
)
# Sheets that people keep for themselves begin with this.
REMARKS = "备注"
_TITLE_ROWS = 5
_TITLES = {settings.SHEET: settings.TITLES} | {one.sheet: one.titles for one in tables.TABLES}
_NEEDED = (settings.SHEET, *(one.sheet for one in tables.TABLES if one.needed))


@dataclass(frozen=True)
class Line:
    """One row: its cells by title, and where each stands."""

    spot: Spot
    cells: dict[str, str]
    spots: dict[str, Spot]

    def text(self, column: Column) -> str:
        """Return what a cell holds; "" where nothing, or where the sheet lacks the column."""
        return self.cells.get(column.title, "")

    def at(self, column: Column) -> Spot:
        """Return where a cell stands; where the sheet lacks the column, its row of titles."""
        return self.spots[column.title]


@dataclass
class Grid:
    """All sheets by name, and every fault that shows before anything is understood."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    faults: list[DocumentFault] = field(default_factory=list)

    def of(self, sheet: str) -> Sequence[Line]:
        """Return the rows of a sheet; none where it is missing."""
        return self.lines.get(sheet, ())

    def refuse(self, spot: Spot, zh: str) -> None:
        """Take one fault."""
        self.faults.append(DocumentFault(spot, "", zh))


def read_grid(content: bytes, name: str) -> Grid:
    """Return the sheets of a workbook; SheetUnreadable or SheetTooLarge when there are none."""
    grid = Grid()
    present = sheet_names(content, name, limits=LIMITS)
    for sheet in present:
        if sheet in _TITLES:
            _read(grid, content, name, sheet)
        elif sheet != guide.SHEET and not sheet.startswith(REMARKS):
            known = "、".join(_TITLES)
            zh = f"没有这样的工作表，可以是：{known}；自己的说明请放在名称以“{REMARKS}”开头的表里"
            grid.refuse(Spot(0, 0, sheet), zh)
    for sheet in _NEEDED:
        if sheet not in present:
            grid.refuse(Spot(0, 0, sheet), f"缺少工作表“{sheet}”，请按模板补上")
    return grid


def _read(grid: Grid, content: bytes, name: str, sheet: str) -> None:
    table = read_sheet(content, name, sheet=sheet, limits=LIMITS)
    rows = list(table.rows)
    for fault in (*table.merged, *(fault for row in rows for fault in row.faults)):
        grid.refuse(_spot(sheet, fault), f"这一格{fault.detail.zh}")
    titles = _TITLES[sheet]
    head = max(rows[:_TITLE_ROWS], key=lambda row: len({*row.cells} & {*titles}), default=None)
    if head is None or not {*head.cells} & {*titles}:
        grid.refuse(Spot(1, 0, sheet), f"缺少标题行：{'、'.join(titles)}")
        return
    places = _titles(grid, sheet, head, titles)
    below = (row for row in rows if row.number > head.number)
    grid.lines[sheet] = [_line(sheet, row, places, head.number, titles) for row in below]


def _spot(sheet: str, fault: CellFault) -> Spot:
    return Spot(fault.row, fault.column + 1, sheet)


def _titles(grid: Grid, sheet: str, head: Row, titles: Sequence[str]) -> dict[str, int]:
    """Return where each title stands; refuse missing, unknown and repeated ones."""
    places: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        title = cell.strip()
        if title in places:
            grid.refuse(Spot(head.number, place + 1, sheet), f"“{title}”列重复，请只留一列")
        elif title in titles:
            places[title] = place
        elif title:
            zh = f"没有“{title}”这一列，可以是：{'、'.join(titles)}"
            grid.refuse(Spot(head.number, place + 1, sheet), zh)
    for title in titles:
        if title not in places:
            grid.refuse(Spot(head.number, 0, sheet), f"缺少“{title}”列，没有内容也请保留标题")
    return places


def _line(sheet: str, row: Row, places: dict[str, int], head: int, titles: Sequence[str]) -> Line:
    cells = {title: _cell(row, place) for title, place in places.items()}
    spots = {
        title: Spot(row.number, places[title] + 1, sheet)
        if title in places
        else Spot(head, 0, sheet)
        for title in titles
    }
    return Line(Spot(row.number, 0, sheet), cells, spots)


def _cell(row: Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""
