"""How notices write dates and numbers, and which numbers they must never hold.

Clause: 公示 (ID and bank numbers never appear); GB/T 9704-2012 (dates without leading zeros).
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from shared.errors import Fault, Invalid, Text

_NUMERALS = "〇一二三四五六七八九"
# 15 to 19 digits in a row, the last of 18 perhaps an X: ID numbers old and new, bank cards.
_SOLID = re.compile(r"(?<![0-9A-Za-z])(?:\d{15,19}|\d{17}[Xx])(?![0-9A-Za-z])")
# The same written in groups, as they are printed: 6228 4800 …, 410724 19900101 0017.
_GROUPED = re.compile(
    r"(?<!\d)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?"
    r"|\d{6}([ -])\d{8}\2\d{3}[\dXx])(?!\d)"
)


class PersonalNumber(Invalid):
    """A notice text holds what looks like an ID or bank card number."""

    slug = "personal-number-in-notice"
    title = Text("公示内容不得含有证件或银行卡号", "ID and bank numbers never appear in a notice")


def full_date(day: date) -> str:
    """Return a date in full, without leading zeros: 2026年5月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def level_name(level: int) -> str:
    """Return a level as people say it: 五星."""
    return f"{_NUMERALS[level]}星"


def holds_personal_number(text: str) -> bool:
    """Whether a text holds an ID number or a bank card number, also in full-width digits."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_SOLID.search(plain) or _GROUPED.search(plain))


def refuse_personal_numbers(texts: Mapping[str, str]) -> None:
    """Raise PersonalNumber with a fault for each text (by pointer) that holds one."""
    text = Text("含有疑似身份证号或银行卡号", "holds what looks like an ID or bank card number")
    faults = tuple(
        Fault(where, text) for where, said in texts.items() if holds_personal_number(said)
    )
    if faults:
        raise PersonalNumber(
            "公示内容中出现疑似身份证号或银行卡号，请删去后再保存或发布。",
            "A text holds what looks like an ID or bank card number: remove it first.",
            faults=faults,
        )
