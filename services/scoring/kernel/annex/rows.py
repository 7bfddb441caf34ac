"""What one entry of a parameter cell says, kind by kind: each can be written and read."""

import re
from typing import Any, Protocol

from services.scoring.kernel.annex.cells import DECIMAL, WHOLE, Listed, Reference
from services.scoring.kernel.annex.names import Names, code_of
from services.scoring.kernel.annex.signs import (
    COMMA,
    Entry,
    UnreadableError,
    bracketed,
    number,
    plain,
    quoted,
    shortest,
    split,
)

Content = dict[str, Any]


class Row(Protocol):
    """One row of a list inside a rule, as an entry."""

    example: str

    def write(self, row: Content, names: Names) -> str:
        """Return the entry's text."""

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the row; UnreadableError says what to write."""


def named(name: str, code: str) -> str:
    """Return `名称[code]`."""
    return f"{quoted(name)}[{code}]"


def named_from(raw: str, key: str) -> Content:
    """Read `名称[code]`; without a code it is made from how the name is spoken."""
    name, code = bracketed(raw, "[［", "]］")
    return {key: plain(code) if code else code_of(plain(name), set()), "name": plain(name)}


def right(entry: Entry, example: str) -> str:
    """Return the right side of an entry that must have one."""
    if not entry.right:
        raise UnreadableError(f"“{entry.left}”后面缺少“=”和内容，例如：{example}")
    return entry.right


class NamedRow:
    """`名称[code]`, without a right side."""

    example = "有活动场所[room]"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return name and code."""
        return named(row["name"], row["code"])

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return name and code."""
        if entry.right is not None:
            raise UnreadableError(f"“{entry.left}”后面不写“=”，例如：{self.example}")
        return named_from(entry.left, "code")


class EventRow:
    """`迟报[late]=0.5，最多2`."""

    example = "迟报[late]=0.5，最多2"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return the points of each and the most of all."""
        most = row.get("most_points")
        tail = "" if most is None else f"，最多{shortest(most)}"
        return f"{named(row['name'], row['event'])}={shortest(row['points'])}{tail}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the event."""
        points, *tail = split(right(entry, self.example), COMMA)
        found = named_from(entry.left, "event") | {"points": number(points.removeprefix("每次"))}
        if tail:
            found["most_points"] = number(tail[0].removeprefix("最多"))
        return found


class FromRow:
    """`3以上=5`: from so much on, so many points."""

    example = "3以上=5"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return start and points."""
        return f"{row['from_value']}以上={shortest(row['points'])}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the step."""
        points = number(right(entry, self.example))
        return {"from_value": number(entry.left.removesuffix("以上")), "points": points}


class PlaceRow:
    """`前3名=8`: up to this place."""

    example = "前3名=8"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return place and points."""
        return f"前{row['up_to']}名={shortest(row['points'])}"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the place."""
        place = entry.left.removeprefix("前").removeprefix("第").removesuffix("名")
        return {
            "up_to": WHOLE.read(place, names),
            "points": number(right(entry, self.example)),
        }


class GradeRow:
    """`好=10`: a grade and its points."""

    example = "好=10"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return grade and points."""
        return f"{quoted(row['grade'])}={shortest(row['points'])}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the grade."""
        return {"grade": plain(entry.left), "points": number(right(entry, self.example))}


class CapRow:
    """`甲、丙=最多14（条款）`: an inner cap of sub-items."""

    example = "甲、丙=最多14（条款）"
    _parts = Listed(Reference("part", inside=True))

    def write(self, row: Content, names: Names) -> str:
        """Return the parts, the most and the clause."""
        most = shortest(row["most_points"])
        return f"{self._parts.write(row['parts'], names)}=最多{most}（{quoted(row['clause'])}）"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the cap."""
        most, clause = bracketed(right(entry, self.example), "（(", "）)")
        found: Content = {"parts": self._parts.read(entry.left, names)}
        found["most_points"] = number(most.removeprefix("最多"))
        return found | ({} if clause is None else {"clause": plain(clause)})


class LimitRow:
    """`赴县集访[county_group_visit]=2以上`: a count within one problem."""

    example = "赴县集访[county_group_visit]=2以上"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return the event and its limit."""
        strict = row["operator"] == ">"
        limit = f"超过{row['count']}" if strict else f"{row['count']}以上"
        return f"{named(row['name'], row['event'])}={limit}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the limit."""
        found = re.fullmatch(r"(超过)?(\d{1,7})次?(以上)?", plain(right(entry, self.example)))
        if not found or bool(found[1]) == bool(found[3]):
            raise UnreadableError(f"“{entry.right}”请写成“2以上”（含2）或“超过2”（不含2）")
        limit = {"operator": ">" if found[1] else ">=", "count": int(found[2])}
        return named_from(entry.left, "event") | limit


class LevelRow:
    """`3级=3000`: something for exactly a level, or from it on (`3级起=100`)."""

    def __init__(self, key: str, value: str, *, onwards: bool, whole: bool = False) -> None:
        """Take the names of both sides in the document."""
        self._key, self._value = key, value
        self._suffix = "级起" if onwards else "级"
        self._codec = WHOLE if whole else DECIMAL
        self.example = f"3{self._suffix}=100"

    def write(self, row: Content, names: Names) -> str:
        """Return level and value."""
        return f"{row[self._key]}{self._suffix}={self._codec.write(row[self._value], names)}"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return level and value."""
        level = WHOLE.read(entry.left.removesuffix("起").removesuffix("级"), names)
        value = self._codec.read(right(entry, self.example), names)
        return {self._key: level, self._value: value}


class RateRow:
    """`主任、副书记=200`: yuan a month and star for these posts."""

    example = "主任、副书记=200"
    _posts = Listed(Reference("post", inside=True))

    def write(self, row: Content, names: Names) -> str:
        """Return posts and amount."""
        return f"{self._posts.write(row['posts'], names)}={shortest(row['amount'])}"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the rate."""
        amount = number(right(entry, self.example))
        return {"posts": self._posts.read(entry.left, names), "amount": amount}


class RightRow:
    """`评先评优[commendation]=3级起`: what is open from a level on."""

    example = "评先评优[commendation]=3级起"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return name and level."""
        return f"{named(row['name'], row['code'])}={row['from_level']}级起"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the right."""
        level = right(entry, self.example).removesuffix("起").removesuffix("级")
        return named_from(entry.left, "code") | {"from_level": WHOLE.read(level, names)}
