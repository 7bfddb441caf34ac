"""The signs of a parameter cell: entries, their sides, lists, and signs meant literally.

A cell holds one entry a line (or separated by ；), most of them `左=右`. A backslash takes the
meaning from the sign after it, so that any name can be written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENTRY = "\n；;"
EQUALS = "=＝"
COMMA = "，,"
LIST = "、"
_SPECIAL = frozenset(r"\；;=＝，,、：:（）()[]［］或")


class UnreadableError(ValueError):
    """A cell cannot be understood; the sentence says what to write."""


@dataclass(frozen=True)
class Entry:
    """One entry of a cell, its signs still in place; `right` is None where there is no `=`."""

    left: str
    right: str | None


def quoted(text: str) -> str:
    """Return text in which no sign means anything."""
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in text)


def plain(raw: str) -> str:
    """Return what `quoted` was given."""
    return re.sub(r"\\(.)", r"\1", raw.strip())


def split(raw: str, signs: str) -> list[str]:
    """Split at these signs, except after a backslash; empty pieces are left out."""
    ends = [place for place, sign in _meant(raw) if sign in signs]
    starts = [0, *(place + 1 for place in ends)]
    pieces = [raw[start:end].strip() for start, end in zip(starts, [*ends, None], strict=True)]
    return [piece for piece in pieces if piece]


def entries(raw: str) -> list[Entry]:
    """Return the entries of a cell."""
    return [_entry(piece) for piece in split(raw, ENTRY)]


def bracketed(raw: str, opening: str, closing: str) -> tuple[str, str | None]:
    """Return what stands before a bracket at the end, and what stands in it (None: no bracket)."""
    meant = dict(_meant(raw))
    if meant.get(len(raw) - 1, "-") not in closing:
        return raw, None
    start = next((place for place, sign in meant.items() if sign in opening), None)
    return (raw, None) if start is None else (raw[:start].strip(), raw[start + 1 : -1].strip())


def _meant(raw: str) -> Iterator[tuple[int, str]]:
    """Yield place and sign of all that no backslash stands before."""
    literal = False
    for place, sign in enumerate(raw):
        if literal:
            literal = False
        elif sign == "\\":
            literal = True
        else:
            yield place, sign


def _entry(piece: str) -> Entry:
    for place, sign in _meant(piece):
        if sign in EQUALS:
            return Entry(piece[:place].strip(), piece[place + 1 :].strip())
    return Entry(piece, None)


def number(raw: str) -> str:
    """Return a number without the unit that people write behind it; other text as it is."""
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(?:分|元|次|级|月|%|％)?", plain(raw))
    return found[1] if found else plain(raw)


def shortest(decimal: object) -> str:
    """Return decimal text without zeros at its end: 20.00 is written 20."""
    text = str(decimal)
    return text.rstrip("0").rstrip(".") if "." in text else text
