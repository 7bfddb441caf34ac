"""A penalty for every percentage point short of, or beyond, a target."""

from collections.abc import Iterator, Mapping
from typing import Literal

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
from services.scoring.kernel.vocabulary import (
    NUMBER_DECIMALS,
    Code,
    Number,
    Points,
    number_text,
)
from shared.money import decimal_text

ONE: int = 10**NUMBER_DECIMALS


class PerPercentagePoint(Rule):
    """每低（高）1个百分点扣若干分, from full marks down to `floor_points`.

    `parts` of a percentage point count `proportional` (half up to 0.01 point), not at all
    (`whole`), or as a whole one (`started`: 不足1个百分点按1个百分点计).
    """

    kind: Literal["per_percentage_point"]
    measure: Code
    target: Number
    penalised: Literal["below", "above"]
    points_each: Points
    parts: Literal["proportional", "whole", "started"]
    floor_points: Points = Field(default=0, exclude_if=lambda points: points == 0)

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """The measure, in percent."""
        return (measured(measures[self.measure]),)

    def points(self, values: Longs) -> Longs:
        """Return full marks less the penalty, not below the floor."""
        short = self.target - values[0] if self.penalised == "below" else values[0] - self.target
        short = np.maximum(short, 0)
        if self.parts == "proportional":
            penalty = divided(short * self.points_each, ONE, "half_up")
        else:
            rounding: Literal["floor", "ceiling"] = "floor" if self.parts == "whole" else "ceiling"
            penalty = divided(short, ONE, rounding) * self.points_each
        points: Longs = np.maximum(self.max_points - penalty, self.floor_points)
        return points

    def largest(self, measures: Measures) -> int:
        """Return a bound of twice the product of distance and points."""
        measure = measures[self.measure]
        distance = abs(self.target) + max(abs(measure.minimum), abs(measure.maximum))
        return 2 * (distance * self.points_each + ONE) + self.max_points

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """A target outside the measure, a floor above the maximum."""
        yield from undeclared([self.measure], measures)
        if self.floor_points > self.max_points:
            yield RuleFault("floor_above_maximum", "最低分高于满分")
        measure = measures.get(self.measure)
        if measure is None:
            return
        yield from off_scale(measure, self.target, "目标值")
        if not measure.minimum <= self.target <= measure.maximum:
            yield RuleFault("target_unreachable", f"目标值{number_text(self.target)}不在指标范围内")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say the distance to the target and what each percentage point costs."""
        measure, value = measures[self.measure], values.get(self.measure)
        start = f"{told(measure, values)}，目标{number_text(self.target)}{measure.unit}"
        if not isinstance(value, int):
            return start
        short = self.target - value if self.penalised == "below" else value - self.target
        if short <= 0:
            return f"{start}，不扣分"
        parts = {
            "proportional": "按实际比例扣",
            "whole": "不足1个不计",
            "started": "不足1个按1个计",
        }
        side = "低" if self.penalised == "below" else "高"
        return (
            f"{start}，{side}{number_text(short)}个百分点，每个百分点扣"
            f"{decimal_text(self.points_each)}分，{parts[self.parts]}，"
            f"从{decimal_text(self.max_points)}分扣到{decimal_text(self.floor_points)}分为止"
        )
