"""The cells of one xlsx sheet, as a stream.

Written here and not taken from a library, because the fast ones lay a sheet out as a rectangle
before they give its first row: two cells far apart, in a file of 5 KB, make them ask for
gigabytes and end the process. Nor do they tell a formula from a number.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from shared.errors import Text
from shared.sheets import cells, parts
from shared.sheets.archive import Archive
from shared.sheets.problems import too_blank, too_large
from shared.sheets.rows import CellFault, Limits, Row, column_of, letters, unseen

_DIGITS = "0123456789"
_LAST_COLUMN = 16_384
_MOST_MERGED = 1_000


@dataclass
class Merged:
    """Merged areas of a sheet, known once its rows are read; all are counted, many are kept."""

    faults: list[CellFault]
    count: int = 0

    def add(self, area: str) -> None:
        """Take an area such as `A5:A9`."""
        self.count += 1
        if len(self.faults) < _MOST_MERGED:
            first = area.partition(":")[0]
            name = first.rstrip(_DIGITS)
            self.faults.append(CellFault(int(first[len(name) :]), column_of(name), cells.MERGED))


class SheetParser:
    """Takes tags of a sheet and makes rows of them."""

    def __init__(
        self, texts: list[str], dates: Collection[int], limits: Limits, *, since_1904: bool
    ) -> None:
        """Know the workbook's texts and which of its styles are dates."""
        self.rows: list[Row] = []
        self.merged = Merged([])
        self._texts, self._dates, self._limits = texts, dates, limits
        self._since_1904 = since_1904
        self._columns: dict[str, int] = {}
        self._number = 0
        self._given: dict[str, str] = {}
        self._cells: dict[int, str] = {}
        self._faults: list[CellFault] = []
        self._parts: list[str] = []
        self._formula = self._taking = self._sounding = False
        self._hollow = self._blanks = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Begin a row, a cell or what a cell holds."""
        if tag == "c":
            if "r" not in given:
                given["r"] = self._following()
            self._given = given
        elif tag == "v" or tag == "t":  # noqa: PLR1714 -- met a million times: no set is faster
            self._taking = not self._sounding
        elif tag == "row":
            self._number = int(given.get("r", self._number + 1))
            self._given = {}
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._sounding = True
        elif tag == "mergeCell":
            self.merged.add(given["ref"])

    def text(self, data: str) -> None:
        """Take what a value or a text holds."""
        if self._taking:
            self._parts.append(data)

    def end(self, tag: str) -> None:
        """End a value, a cell or a row."""
        if tag == "c":
            if self._parts or self._formula:
                self._end_cell("".join(self._parts))
                self._parts, self._formula = [], False
            else:
                self._hollow += 1
        elif tag == "v" or tag == "t":  # noqa: PLR1714 -- likewise
            self._taking = False
        elif tag == "rPh":
            self._sounding = False
        elif tag == "row":
            if self._cells:
                self._end_row()
            else:
                self._count_blank()
            self._hollow = 0

    def _following(self) -> str:
        """Return where a cell stands that does not say it: after the one before."""
        before = self._given.get("r")
        return letters(column_of(before.rstrip(_DIGITS)) + 1) if before else "A"

    def _place(self) -> int:
        name = self._given["r"].rstrip(_DIGITS)
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = column_of(name)
            if not 0 <= column < _LAST_COLUMN:
                raise ValueError(name)
        return column

    def _end_cell(self, stored: str) -> None:
        column = self._place()
        text, wrong = self._read(stored)
        if self._formula:
            wrong = cells.FORMULA
        if not wrong and not text.strip():
            return
        if column >= self._limits.columns:
            raise too_large(
                f"第 {self._number} 行的 {letters(column)} 列有内容，"
                f"超出 {self._limits.columns} 列的上限",
                f"Row {self._number} has more than {self._limits.columns} columns",
                self._limits.columns,
            )
        self._cells[column] = text
        wrong = wrong or unseen(text)
        if wrong is not None:
            self._faults.append(CellFault(self._number, column, wrong))

    def _read(self, stored: str) -> tuple[str, Text | None]:
        kind = self._given.get("t", "n")
        if kind == "s":
            return self._texts[int(stored)], None
        if kind == "n":
            if int(self._given.get("s", "0")) in self._dates:
                return cells.day(stored, since_1904=self._since_1904), None
            return cells.number(stored)
        if kind == "b":
            return ("TRUE" if stored.strip() == "1" else "FALSE"), None
        if kind == "e":
            return stored, cells.error(stored)
        return cells.plain(stored), None

    def _count_blank(self) -> None:
        """Take a row that was only coloured or framed: each costs as much time as a full one."""
        self._blanks += 1 + self._hollow
        if self._blanks > self._limits.blanks:
            raise too_blank(self._number, self._limits.blanks)

    def _end_row(self) -> None:
        row = [""] * (max(self._cells) + 1)
        for place, text in self._cells.items():
            row[place] = text
        self.rows.append(Row(self._number, tuple(row), tuple(self._faults)))
        self._cells, self._faults = {}, []


def read(
    archive: Archive, member: str, limits: Limits, *, since_1904: bool
) -> tuple[Iterator[Row], Merged]:
    """Give the rows of a sheet that hold something; the merged areas fill when they are read."""
    texts, dates = parts.shared_texts(archive, limits), parts.date_styles(archive)
    sheet = SheetParser(texts, dates, limits, since_1904=since_1904)

    def rows() -> Iterator[Row]:
        parser = parts.new_parser(sheet.start, sheet.end, sheet.text)
        for _ in parts.parse(parser, archive.stream(member)):
            yield from sheet.rows
            sheet.rows.clear()

    return rows(), sheet.merged
