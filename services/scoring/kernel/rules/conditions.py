"""All or nothing: full marks when every condition is met."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.rules.base import Longs, Measures, Rule, RuleFault, Slot
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import Named, Rows


class AllOrNothing(Rule):
    """全部达到得满分，否则不得分: every condition counts as met (1) or not (0)."""

    kind: Literal["all_or_nothing"]
    conditions: Annotated[Rows[Named], Field(min_length=1, max_length=50)]

    def slots(self, measures: Measures) -> tuple[Slot, ...]:  # noqa: ARG002 -- one face for all kinds
        """One flag a condition."""
        return tuple(Slot(one.code, one.name, maximum=1) for one in self.conditions)

    def points(self, values: Longs) -> Longs:
        """Return full marks where all conditions are met."""
        met = (values > 0).all(axis=0)
        return np.where(met, np.int64(self.max_points), np.int64(0))

    def largest(self, measures: Measures) -> int:  # noqa: ARG002 -- one face for all kinds
        """Return the most points."""
        return self.max_points

    def faults(self, measures: Measures) -> Iterator[RuleFault]:  # noqa: ARG002 -- one face for all kinds
        """Conditions named twice."""
        codes = [one.code for one in self.conditions]
        for code in sorted({one for one in codes if codes.count(one) > 1}):
            yield RuleFault("duplicate_condition", f"条件“{code}”重复")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:  # noqa: ARG002 -- one face for all kinds
        """Say which conditions are not met."""
        lacking = [one.name for one in self.conditions if not values.get(one.code)]
        if not lacking:
            return "各项条件全部达到"
        return f"全部达到才得分，未达到：{'、'.join(lacking)}"
