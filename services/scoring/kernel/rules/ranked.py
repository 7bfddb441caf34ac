"""Points by the place among the organizations of a county or township."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.rules.base import (
    Longs,
    Measures,
    Rule,
    RuleFault,
    Slot,
    measured,
    told,
    undeclared,
)
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import Code, Frozen, Points, Rows
from shared.money import decimal_text

GROUP_NAMES = {"county": "全县", "township": "本乡镇"}


class Place(Frozen):
    """Up to this place, so many points."""

    up_to: Annotated[int, Field(ge=1, le=1_000_000)]
    points: Points


class Ranked(Rule):
    """按排名计分: places within the group, equals share the better place.

    `places` in order; whoever comes after the last one gets `otherwise_points`. Only
    organizations that are assessed and have a value are ranked.
    """

    kind: Literal["ranked"]
    measure: Code
    better: Literal["higher", "lower"]
    within: Literal["county", "township"]
    places: Annotated[Rows[Place], Field(min_length=1, max_length=100)]
    otherwise_points: Points

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """The measure."""
        return (measured(measures[self.measure]),)

    def points(self, values: Longs) -> Longs:
        """Return the points of each place; `values` are places from 1, not the measure."""
        bounds = np.array([place.up_to for place in self.places], dtype=np.int64)
        points = [*(place.points for place in self.places), self.otherwise_points]
        table = np.array(points, dtype=np.int64)
        found: Longs = table[np.searchsorted(bounds, values[0], side="left")]
        return found

    def largest(self, measures: Measures) -> int:
        """Return the largest value ordered."""
        return max(abs(measures[self.measure].maximum), self.max_points)

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """Places out of order, or a maximum that no place gives."""
        yield from undeclared([self.measure], measures)
        for earlier, later in pairwise(self.places):
            if later.up_to <= earlier.up_to:
                yield RuleFault("places_order", f"名次{later.up_to}应大于前一行")
            if later.points > earlier.points:
                yield RuleFault("places_points", f"第{later.up_to}名的分数高于前面的名次")
        top = max((self.otherwise_points, *(place.points for place in self.places)))
        if top != self.max_points:
            yield RuleFault(
                "rule_maximum",
                f"名次最高{decimal_text(top)}分，与满分{decimal_text(self.max_points)}不符",
            )

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say the value; the place is said where it is known."""
        order = "由高到低" if self.better == "higher" else "由低到高"
        return f"{told(measures[self.measure], values)}，在{GROUP_NAMES[self.within]}{order}排名"
