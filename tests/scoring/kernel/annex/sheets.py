"""An annex as rows by sheet, to be changed as people would, and the workbook of it."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import xlsxwriter

from services.scoring.kernel.annex import read_annex, write_annex
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.spots import DocumentError
from shared.sheets import read_sheet, sheet_names

Rows = list[list[str]]
Book = dict[str, Rows]


def opened(policy: Policy) -> Book:
    """Return the rows of every sheet of the policy's annex, titles first."""
    content = write_annex(policy)
    return {sheet: _rows(content, sheet) for sheet in sheet_names(content, "a.xlsx")}


def _rows(content: bytes, sheet: str) -> Rows:
    rows = [list(row.cells) for row in read_sheet(content, "a.xlsx", sheet=sheet).rows]
    widest = max(len(row) for row in rows)
    return [[*row, *[""] * (widest - len(row))] for row in rows]


def workbook(book: Mapping[str, Sequence[Sequence[str]]], merged: str = "") -> bytes:
    """Return a workbook of these rows; text that begins with `=` is a formula."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        for name, rows in book.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if merged.startswith(f"{name}!"):
                sheet.merge_range(merged.partition("!")[2], "合并")
    return target.getvalue()


def at(book: Book, sheet: str, title: str) -> int:
    """Return the place of a column."""
    return book[sheet][0].index(title)


def faults(content: bytes) -> dict[tuple[str, int, int], str]:
    """Return every mistake of a workbook by sheet, row and column (from 1)."""
    found: dict[tuple[str, int, int], str] = {}
    try:
        read_annex(content, "附件.xlsx")
    except DocumentError as error:
        for fault in error.faults:
            at = (fault.spot.sheet, fault.spot.row, fault.spot.column)
            found[at] = f"{found.get(at, '')}{fault.zh}\n"
    return found
