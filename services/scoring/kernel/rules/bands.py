"""Half-open bands of one measure, or of several of which the better one counts."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules.base import (
    Longs,
    Measures,
    Rule,
    RuleFault,
    Slot,
    measured,
    off_scale,
    told,
    undeclared,
)
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import (
    Code,
    Frozen,
    Number,
    Points,
    Rows,
    number_text,
    unsaid,
)
from shared.money import decimal_text


class Interval(Frozen):
    """[from, below) of one measure; without `below` the band is open upwards, its end included.

    "以上" includes the number and "不满" excludes it: [from, below) says exactly that.
    """

    measure: Code
    from_value: Number
    below: Number | None = Field(default=None, exclude_if=unsaid)

    def text(self, unit: str = "") -> str:
        """Return the interval as people write it."""
        start = f"{number_text(self.from_value)}{unit}以上"
        return start if self.below is None else f"{start}、不满{number_text(self.below)}{unit}"


class Band(Frozen):
    """Points where any of these intervals holds the value of its measure."""

    points: Points
    any_of: Annotated[Rows[Interval], Field(min_length=1, max_length=10)]


class Bands(Rule):
    """分档计分: the first row counts that any of its measures falls into ("A或B")."""

    kind: Literal["bands"]
    rows: Annotated[Rows[Band], Field(min_length=1, max_length=50)]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of all rows, in order of appearance."""
        return tuple(dict.fromkeys(one.measure for row in self.rows for one in row.any_of))

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """Every measure of any row."""
        return tuple(measured(measures[code]) for code in self.measures)

    def points(self, values: Longs) -> Longs:
        """Return the points of the first row that holds."""
        places = {code: place for place, code in enumerate(self.measures)}
        found = np.zeros(values.shape[1], dtype=np.int64)
        for row in reversed(self.rows):
            holds = np.zeros(values.shape[1], dtype=np.bool_)
            for one in row.any_of:
                value = values[places[one.measure]]
                inside = value >= one.from_value
                holds |= inside if one.below is None else inside & (value < one.below)
            found = np.where(holds, np.int64(row.points), found)
        return found

    def largest(self, measures: Measures) -> int:
        """Return the largest value compared."""
        return max(self.max_points, *(abs(measures[code].maximum) for code in self.measures))

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """Gaps, overlaps, empty bands, and a maximum that no band gives."""
        yield from undeclared(self.measures, measures)
        top = max(row.points for row in self.rows)
        if top != self.max_points:
            yield RuleFault(
                "rule_maximum",
                f"各档最高{decimal_text(top)}分，与满分{decimal_text(self.max_points)}不符",
            )
        for code in self.measures:
            if code in measures:
                yield from self._tiling(measures[code])

    def _tiling(self, measure: Measure) -> Iterator[RuleFault]:
        """Yield what keeps a measure's intervals from covering its range exactly once."""
        own = sorted(
            (one for row in self.rows for one in row.any_of if one.measure == measure.code),
            key=lambda one: one.from_value,
        )
        for one in own:
            yield from off_scale(measure, one.from_value, "分档界限")
            if one.below is not None:
                yield from off_scale(measure, one.below, "分档界限")
                if one.below <= one.from_value:
                    yield RuleFault("band_empty", f"“{measure.name}”的一档{one.text()}是空的")
        if own[0].from_value > measure.minimum:
            start, end = number_text(measure.minimum), number_text(own[0].from_value)
            yield RuleFault("band_gap", f"“{measure.name}”从{start}到{end}没有对应的档")
        for lower, higher in pairwise(own):
            yield from self._between(measure, lower, higher)
        top = own[-1].below
        if top is not None and top <= measure.maximum:
            yield RuleFault("band_gap", f"“{measure.name}”{number_text(top)}以上没有对应的档")

    def _between(self, measure: Measure, lower: Interval, higher: Interval) -> Iterator[RuleFault]:
        if lower.below is None or lower.below > higher.from_value:
            yield RuleFault(
                "band_overlap", f"“{measure.name}”的{lower.text()}与{higher.text()}两档重叠"
            )
        elif lower.below < higher.from_value:
            start, end = number_text(lower.below), number_text(higher.from_value)
            yield RuleFault("band_gap", f"“{measure.name}”从{start}到{end}没有对应的档")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say every value and the band that counts."""
        said = "、".join(told(measures[code], values) for code in self.measures)
        for row in self.rows:
            for one in row.any_of:
                value = values.get(one.measure)
                if isinstance(value, int) and self._inside(one, value):
                    name, unit = measures[one.measure].name, measures[one.measure].unit
                    points = decimal_text(row.points)
                    return f"{said}，属于{name}{one.text(unit)}一档，得{points}分"
        return f"{said}，没有对应的档，得0.00分"

    def _inside(self, one: Interval, value: int) -> bool:
        return value >= one.from_value and (one.below is None or value < one.below)
