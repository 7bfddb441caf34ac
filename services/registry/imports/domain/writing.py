"""Tables that are sent to people: written row by row, so that a province fits in little memory.

Every cell is text: what a clerk sees is what comes back, codes keep their zeros, and nothing is
taken for a formula.
"""

import csv
from collections.abc import Iterable, Sequence
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, Protocol

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.registry.imports.domain.columns import Column
from shared.sheets import letters, shielded

_LAST_ROW = 200_000
_NOTES = "填写说明"
_CHOICES = "选项"


class Form(StrEnum):
    """What a table is sent as."""

    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}


class Writer(Protocol):
    """Takes the rows of one table; the file is complete when it is closed."""

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows below those before; cells in the order of the columns."""

    def close(self) -> None:
        """Complete the file."""


def writer(form: Form, file: IO[bytes], title: str, columns: Sequence[Column]) -> Writer:
    """Begin a table in a file with the header that the import expects."""
    if form is Form.CSV:
        return _Csv(file, columns)
    return _Xlsx(file, title, columns)


class _Csv:
    """UTF-8 with the mark by which spreadsheets know it."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._columns = columns
        self._text = TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._csv = csv.writer(self._text)
        self._csv.writerow([column.title for column in columns])

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            self._csv.writerow([shielded(cell) for cell in _said(row, self._columns)])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class _Xlsx:
    """A workbook with drop-downs for choices and a sheet that says how to fill it in."""

    def __init__(self, file: IO[bytes], title: str, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._book: Workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
        self._sheet: Worksheet = self._book.add_worksheet(title)
        text = self._book.add_format({"num_format": "@"})
        bold = {"bold": True, "num_format": "@", "bottom": 1}
        heads = {
            True: self._book.add_format(bold | {"bg_color": "#F8CBAD"}),
            False: self._book.add_format(bold),
        }
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width, text)
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column.title, heads[column.required])
        self._text = text
        self._row = 1
        if any(column.note for column in columns):
            self._explain()

    def _explain(self) -> None:
        notes = self._book.add_worksheet(_NOTES)
        notes.set_column(0, 0, 20)
        notes.set_column(1, 1, 8)
        notes.set_column(2, 2, 90)
        for place, said in enumerate(("列", "必填", "怎样填写")):
            notes.write_string(0, place, said)
        for row, column in enumerate(self._columns, 1):
            notes.write_string(row, 0, column.title)
            notes.write_string(row, 1, "是" if column.required else "")
            notes.write_string(row, 2, column.note)
        self._offer()

    def _offer(self) -> None:
        """Put the choices on a hidden sheet, since a drop-down itself holds 255 characters."""
        offered = [each for each in self._columns if each.choices]
        if not offered:
            return
        hidden = self._book.add_worksheet(_CHOICES)
        hidden.hide()
        most = max(len(each.choices) for each in offered)
        words = [[*each.choices.values()] for each in offered]
        for row in range(most):
            for place, mine in enumerate(words):
                if row < len(mine):
                    hidden.write_string(row, place, mine[row])
        for place, column in enumerate(offered):
            name, last = letters(place), len(column.choices)
            at = self._columns.index(column)
            rule = {
                "validate": "list",
                "source": f"='{_CHOICES}'!${name}$1:${name}${last}",
                "error_title": column.title,
                "error_message": "请从下拉框中选择",
                "error_type": "warning" if column.open else "stop",
            }
            self._sheet.data_validation(1, at, _LAST_ROW, at, rule)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            for place, cell in enumerate(_said(row, self._columns)):
                if cell:
                    self._sheet.write_string(self._row, place, cell, self._text)
            self._row += 1

    def close(self) -> None:
        self._book.close()


def _said(row: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return a row as people read it: of choices the word."""
    return [column.choices.get(cell, cell) for cell, column in zip(row, columns, strict=True)]
