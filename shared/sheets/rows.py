"""Rows, what is wrong with their cells, and how large a table may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Fault, Text

_ALPHABET = 26


class Format(StrEnum):
    """What a table was sent as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Limits:
    """How large a table may be; sizes in bytes, `ratio` is unpacked to packed.

    The ratio counts from `small` on: little files of blanks pack well and harm nobody. `blanks`
    are rows of a workbook without content, and the formatted cells in them.
    """

    file: int = 32_000_000
    unpacked: int = 400_000_000
    strings: int = 100_000_000
    ratio: int = 200
    small: int = 10_000_000
    members: int = 2_000
    rows: int = 200_000
    blanks: int = 400_000
    columns: int = 100
    cell: int = 10_000


@dataclass(frozen=True)
class CellFault:
    """Why one cell cannot be used; `row` counts from 1 as a spreadsheet does, `column` from 0."""

    row: int
    column: int
    detail: Text

    def named(self, header: Sequence[str]) -> Fault:
        """Return it as a problem's fault, with the column's name where the header has one."""
        known = self.column < len(header) and header[self.column]
        name = header[self.column] if known else letters(self.column)
        return Fault(f"row {self.row}, column {name}", self.detail)


@dataclass(frozen=True)
class Row:
    """One row that holds something: every cell as text, "" where nothing was typed."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[CellFault, ...] = ()


def letters(column: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    name = ""
    place = column + 1
    while place:
        place, rest = divmod(place - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name


def column_of(name: str) -> int:
    """Return the place of a column from its letters; ValueError when they are none."""
    place = 0
    for sign in name:
        if not "A" <= sign <= "Z":
            raise ValueError(name)
        place = place * _ALPHABET + ord(sign) - ord("A") + 1
    return place - 1


def unseen(text: str) -> Text | None:
    """Return what is wrong with a text that hides signs nobody can see, or None.

    A line break, a tab and wide or non-breaking spaces are things people type.
    """
    if text.isprintable():
        return None
    hidden = next((each for each in text if not each.isprintable() and not each.isspace()), None)
    # The separators U+001C to U+001F count as space and can neither be seen nor typed.
    hidden = hidden or next((each for each in text if "\x1c" <= each <= "\x1f"), None)
    if hidden is None:
        return None
    sign = f"U+{ord(hidden):04X}"
    return Text(f"含有看不见的字符（{sign}），请删去后重新填写", f"contains the hidden sign {sign}")
