"""From the text of a cell to a day or an exact number; what is wrong is said in words."""

import re
from datetime import date
from unicodedata import normalize
from uuid import UUID

from shared.errors import Text

_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?: 00:00:00)?")
_SHORT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")
_FIRST_YEAR = 1900
_LETTERS = {"O": "0", "I": "1", "L": "1"}


def day_of(text: str) -> date | Text:
    """Return the day that a cell names, or what is wrong with it."""
    found = _DAY.fullmatch(text) or _SHORT_DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return Text(f"“{text}”没有这一天，请核对后写作 2024-01-15", "no such day")
    if day is None or day.year < _FIRST_YEAR:
        return _unlike(text, "日期，请写作 2024-01-15", "a day, as 2024-01-15")
    return day


def number_of(text: str, decimals: int) -> int | Text:
    """Return an exact number in units of 10^-`decimals`, or what is wrong with the cell."""
    found = _NUMBER.fullmatch(text.replace(",", ""))
    if found is None:
        return _unlike(text, "数字，请只填半角数字和小数点", "a number")
    whole, rest = found[1], (found[2] or "").rstrip("0")
    if len(rest) > decimals:
        most = f"最多 {decimals} 位小数" if decimals else "应为整数"
        return Text(f"“{text}”{most}，请核对单位后改正", f"at most {decimals} decimals")
    return int(whole + rest.ljust(decimals, "0"))


def id_of(text: str) -> UUID | None:
    """Return the id that a text is, or None where it is a label of the sender's own."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


def _unlike(text: str, zh: str, en: str) -> Text:
    plain = normalize("NFKC", text)
    if plain != text and plain.isascii():
        return Text(f"“{text}”含全角字符，请改成半角的 {plain}", f"full-width: {plain} is meant")
    for place, sign in enumerate(text, 1):
        if sign.upper() in _LETTERS and any(each.isdigit() for each in text):
            digit = _LETTERS[sign.upper()]
            said = f"“{text}”第 {place} 个字符是字母 {sign}，疑为数字 {digit}，请核对后改正"
            return Text(said, f"sign {place} is the letter {sign}: probably {digit}")
    return Text(f"“{text}”不是{zh}", f"not {en}")
