"""The text of an xlsx cell from what the file stores: as typed, never as a float prints it."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from shared.errors import Text

# A spreadsheet keeps this many digits of a number; the rest have become zeros on typing.
DIGITS = 15
# Days are counted from here, and dates before March 1900 are off by one for all spreadsheets.
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet's dates have no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 -- likewise
_FIRST_DAY = 61
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

TOO_LONG = Text(
    f"数字超过 {DIGITS} 位，表格软件已把后面的位数改成 0，请先把该列设为“文本”格式再重新填写",
    f"a spreadsheet keeps {DIGITS} digits of a number: make the column text and type it again",
)
FORMULA = Text(
    "是公式，请复制后用“选择性粘贴—数值”换成结果",
    "is a formula: paste its value instead",
)
MERGED = Text(
    "是合并单元格，请取消合并并逐格填写",
    "is a merged cell: unmerge it and fill in every cell",
)
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


def is_date_format(code: str) -> bool:
    """Whether a number format shows a day or a time of day."""
    bare = _QUOTED.sub("", code).lower()
    return any(sign in bare for sign in "ymdhs") and "general" not in bare


def error(shown: str) -> Text:
    """Return what is wrong with a cell that shows `#N/A` and the like."""
    return Text(f"是错误值 {shown}，请改正或清空", f"holds the error {shown}")


def plain(text: str) -> str:
    """Return a stored text with its escaped signs put back."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def number(stored: str) -> tuple[str, Text | None]:
    """Return a stored number as it was typed, and what is wrong with it.

    Numbers are rounded to the digits a spreadsheet shows, so that 0.1 + 0.2 reads 0.3.
    """
    if len(stored) <= DIGITS and stored.isdigit() and stored.isascii():
        return stored, None
    try:
        value = Decimal(stored)
        if not value.is_finite() or abs(value.adjusted()) > 2 * DIGITS:
            return stored, None
    except InvalidOperation:
        return stored, None
    if value.adjusted() >= DIGITS:
        return format(value.to_integral_value(), "f"), TOO_LONG
    rounded = round(value, DIGITS - 1 - value.adjusted()) if value else Decimal()
    text = format(rounded, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text), None


def day(stored: str, *, since_1904: bool) -> str:
    """Return a stored date as `2024-01-15`, with its time of day if it has one."""
    try:
        days = float(stored)
        if not since_1904 and days < _FIRST_DAY:
            return number(stored)[0]
        seconds = round(days * 86_400)
        moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return stored
    return moment.date().isoformat() if seconds % 86_400 == 0 else moment.isoformat(" ")


def dates_of(formats: dict[int, str], used: list[int]) -> Collection[int]:
    """Return which of the cell styles show dates; `used` is each style's number format."""
    own = {code for code, text in formats.items() if is_date_format(text)}
    return {
        style
        for style, code in enumerate(used)
        if code in own or (code in BUILT_IN_DATES and code not in formats)
    }
