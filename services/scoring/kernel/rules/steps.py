"""Stepwise counts: the highest step that is reached gives the points."""

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
    off_scale,
    told,
    undeclared,
)
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import Code, Frozen, Number, Points, Rows, number_text
from shared.money import decimal_text


class Step(Frozen):
    """From so much on, so many points."""

    from_value: Number
    points: Points


class Steps(Rule):
    """阶梯计分: 1个得3分，3个以上得5分; below the first step `below_points`."""

    kind: Literal["steps"]
    measure: Code
    steps: Annotated[Rows[Step], Field(min_length=1, max_length=50)]
    below_points: Points

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """The measure."""
        return (measured(measures[self.measure]),)

    def points(self, values: Longs) -> Longs:
        """Return the points of the highest step reached."""
        bounds = np.array([step.from_value for step in self.steps], dtype=np.int64)
        points = [self.below_points, *(step.points for step in self.steps)]
        table = np.array(points, dtype=np.int64)
        found: Longs = table[np.searchsorted(bounds, values[0], side="right")]
        return found

    def largest(self, measures: Measures) -> int:
        """Return the largest value looked up."""
        return max(abs(measures[self.measure].maximum), self.max_points)

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """Steps out of order, above the maximum, or never reaching it."""
        yield from undeclared([self.measure], measures)
        for lower, higher in pairwise(self.steps):
            if higher.from_value <= lower.from_value:
                yield RuleFault("steps_order", f"阶梯{number_text(higher.from_value)}应大于前一级")
        top = max((self.below_points, *(step.points for step in self.steps)))
        if top != self.max_points:
            yield RuleFault(
                "rule_maximum",
                f"阶梯最高{decimal_text(top)}分，与满分{decimal_text(self.max_points)}不符",
            )
        if self.measure in measures:
            yield from self._reach(measures)

    def _reach(self, measures: Measures) -> Iterator[RuleFault]:
        measure = measures[self.measure]
        for step in self.steps:
            yield from off_scale(measure, step.from_value, "阶梯")
            if not measure.minimum <= step.from_value <= measure.maximum:
                shown = number_text(step.from_value)
                yield RuleFault("step_unreachable", f"阶梯{shown}不在指标范围内")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say the value and the step it reaches."""
        measure = measures[self.measure]
        value = values.get(self.measure)
        reached = [
            step for step in self.steps if isinstance(value, int) and value >= step.from_value
        ]
        if not reached:
            first = number_text(self.steps[0].from_value)
            points = decimal_text(self.below_points)
            return f"{told(measure, values)}，不到{first}{measure.unit}，得{points}分"
        step = reached[-1]
        return (
            f"{told(measure, values)}，达到{number_text(step.from_value)}{measure.unit}一级，"
            f"得{decimal_text(step.points)}分"
        )
