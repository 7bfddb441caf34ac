"""Points in proportion to a target."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.rounding import divided
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
from services.scoring.kernel.vocabulary import Code, Number, Rounding, number_text
from shared.money import decimal_text


class Proportion(Rule):
    """按完成比例计分: full marks at the target, in proportion before it, never more.

    `higher`: value / target; `lower`: target / value, full marks up to the target.
    """

    kind: Literal["proportion"]
    measure: Code
    target: Annotated[Number, Field(gt=0)]
    better: Literal["higher", "lower"]
    rounding: Rounding

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """The measure."""
        return (measured(measures[self.measure]),)

    def points(self, values: Longs) -> Longs:
        """Return max x value / target, or max x target / value, rounded as declared."""
        value: Longs = np.maximum(values[0], 0)
        points: Longs
        if self.better == "higher":
            reached = np.minimum(value, self.target)
            points = divided(self.max_points * reached, self.target, self.rounding)
        else:
            whole = np.full_like(value, self.max_points * self.target)
            points = divided(whole, np.maximum(value, self.target), self.rounding)
        return points

    def largest(self, measures: Measures) -> int:
        """Return a bound of twice the product and the divisor."""
        return 2 * self.max_points * self.target + 2 * abs(measures[self.measure].maximum)

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """A target that the measure cannot reach."""
        yield from undeclared([self.measure], measures)
        measure = measures.get(self.measure)
        if measure is None:
            return
        yield from off_scale(measure, self.target, "目标值")
        if not measure.minimum <= self.target <= measure.maximum:
            yield RuleFault("target_unreachable", f"目标值{number_text(self.target)}不在指标范围内")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say value, target and the fraction of the maximum."""
        measure, value = measures[self.measure], values.get(self.measure)
        target, most = number_text(self.target), decimal_text(self.max_points)
        start = f"{told(measure, values)}，目标{target}{measure.unit}"
        if not isinstance(value, int):
            return start
        reached = value >= self.target if self.better == "higher" else value <= self.target
        if reached:
            return f"{start}，达到目标，得满分{most}"
        shown = number_text(max(value, 0))
        sum_ = f"{shown}÷{target}" if self.better == "higher" else f"{target}÷{shown}"
        return f"{start}，按比例{most}×{sum_}"
