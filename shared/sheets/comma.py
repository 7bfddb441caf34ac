"""Comma separated tables: which encoding they are in, and their rows."""

import codecs
import csv
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from shared.sheets.problems import unreadable
from shared.sheets.rows import CellFault, Limits, Row, unseen
from shared.sheets.shield import unshielded

_CHUNK = 65_536
_SAMPLE = 1_000_000
# Less than one in five of the signs beyond ASCII broken: a damaged UTF-8, not another encoding.
_MOSTLY_GOOD = 4
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(content: bytes) -> str:
    """Return `utf-8-sig`, `utf-8` or `gb18030`; SheetUnreadable when it is none of them."""
    if content.startswith(_WIDE):
        raise unreadable(
            "文件是 UTF-16 编码，请另存为“CSV UTF-8”或 .xlsx 后上传",
            "The file is UTF-16: save it as CSV UTF-8 or .xlsx",
        )
    if content.startswith(codecs.BOM_UTF8):
        return _required(content, "utf-8-sig")
    if _broken_at(content, "utf-8") is None:
        return "utf-8"
    if _nearly_utf8(content):
        return _required(content, "utf-8")
    return _required(content, "gb18030")


def _required(content: bytes, encoding: str) -> str:
    place = _broken_at(content, encoding)
    if place is None:
        return encoding
    row = content.count(b"\n", 0, place) + 1
    raise unreadable(
        f"第 {row} 行附近有不能识别的字节，请另存为“CSV UTF-8”或 .xlsx 后上传",
        f"Bytes near row {row} are in no known encoding: save it as CSV UTF-8 or .xlsx",
        row=row,
    )


def _broken_at(content: bytes, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    place = 0
    try:
        for place in range(0, len(content), _CHUNK):
            decoder.decode(content[place : place + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return min(place + error.start, len(content))
    return None


def _nearly_utf8(content: bytes) -> bool:
    text = content[:_SAMPLE].decode("utf-8", errors="replace")
    beyond = sum(not sign.isascii() for sign in text)
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return beyond - broken > _MOSTLY_GOOD * broken


def read(content: bytes, encoding: str, limits: Limits) -> Iterator[Row]:
    """Give the rows that hold something; a row's number is the one a spreadsheet shows."""
    text = TextIOWrapper(BytesIO(content), encoding, newline="")
    reader = csv.reader(text, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cells) and any(cell.strip() for cell in cells):
                yield _row(number, cells, limits)
    except csv.Error as error:
        raise unreadable(
            f"第 {number + 1} 行不是有效的 CSV（常见原因是缺少右引号），"
            "请用表格软件另存为 .xlsx 后上传",
            f"Row {number + 1} is not CSV: {error}",
            row=number + 1,
        ) from error


def _row(number: int, cells: list[str], limits: Limits) -> Row:
    while len(cells) > limits.columns and not cells[-1].strip():
        cells.pop()
    faults = tuple(
        CellFault(number, place, wrong)
        for place, cell in enumerate(cells)
        if (wrong := unseen(cell)) is not None
    )
    return Row(number, tuple(unshielded(cell) for cell in cells), faults)
