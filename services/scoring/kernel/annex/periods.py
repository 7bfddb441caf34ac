"""Rows with influence periods (影响期), and intervals of measures."""

import re

from services.scoring.kernel.annex.cells import Reference
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.rows import Content, named, named_from, right
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


def _period(row: Content) -> str:
    return f"{row['decided_from']}起{row['months']}个月（{quoted(row['clause'])}）"


def _period_from(raw: str) -> Content:
    length, clause = bracketed(raw, "（(", "）)")
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)起(\d{1,4})个月", plain(length))
    if not found or clause is None:
        raise UnreadableError(f"“{raw}”请写成：2024-01-01起18个月（条款）")
    return {"decided_from": found[1], "months": int(found[2]), "clause": plain(clause)}


class OccasionRow:
    """`省级表彰[provincial]=4，2024-01-01起18个月（条款）`."""

    example = "省级表彰[provincial]=4"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return points and periods."""
        tail = [_period(one) for one in row.get("periods", ())]
        return f"{named(row['name'], row['event'])}={'，'.join([shortest(row['points']), *tail])}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the occasion."""
        points, *tail = split(right(entry, self.example), COMMA)
        found = named_from(entry.left, "event") | {"points": number(points)}
        return found | ({"periods": [_period_from(one) for one in tail]} if tail else {})


class SanctionRow:
    """`严重警告[serious_warning]=2024-01-01起18个月（条款）`."""

    example = "严重警告[serious_warning]=2024-01-01起18个月（条款）"

    def write(self, row: Content, names: Names) -> str:  # noqa: ARG002 -- one face for all
        """Return the periods."""
        periods = "，".join(_period(one) for one in row["periods"])
        return f"{named(row['name'], row['sanction'])}={periods}"

    def read(self, entry: Entry, names: Names) -> Content:  # noqa: ARG002 -- one face for all
        """Return the sanction."""
        periods = [_period_from(one) for one in split(right(entry, self.example), COMMA)]
        return named_from(entry.left, "sanction") | {"periods": periods}


class BandRow:
    """`到会率：70以上、不满80 或 收入：5以上=6`; without a measure, the one named before.

    `不满70` alone begins at the lowest value of its measure.
    """

    example = "70以上、不满80=6"
    _measure = Reference("measure", inside=True)
    _shape = re.compile(r"(?:(-?[\d.]+)以上)?[、，,]?(?:不满(-?[\d.]+))?")

    def write(self, row: Content, names: Names) -> str:
        """Return the intervals and their points."""
        shown = " 或 ".join(self._interval(one, names) for one in row["any_of"])
        return f"{shown}={shortest(row['points'])}"

    def read(self, entry: Entry, names: Names) -> Content:
        """Return the band."""
        points = number(right(entry, self.example))
        own = [self._interval_from(one, names) for one in split(entry.left, "或")]
        return {"points": points, "any_of": own}

    def _interval(self, row: Content, names: Names) -> str:
        below = f"、不满{row['below']}" if "below" in row else ""
        return f"{self._measure.write(row['measure'], names)}：{row['from_value']}以上{below}"

    def _interval_from(self, raw: str, names: Names) -> Content:
        *measure, range_ = split(raw, "：:")
        found = self._shape.fullmatch(range_)
        if not found or not any(found.groups()) or len(measure) > 1:
            raise UnreadableError(f"“{raw}”请写成：70以上、不满80（前面可加“指标：”）")
        own: Content = {"measure": self._measure.read(measure[0], names)} if measure else {}
        own["from_value"] = found[1]
        return own | ({} if found[2] is None else {"below": found[2]})
