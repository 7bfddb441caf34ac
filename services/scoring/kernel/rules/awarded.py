"""Points that an assessor awards."""

from collections.abc import Iterator, Mapping
from typing import Literal

from services.scoring.kernel.rules.base import Longs, Measures, Rule, RuleFault, Slot
from services.scoring.kernel.said import Value


class Awarded(Rule):
    """Points that an assessor awards, 0 to `max_points`, at most two decimals.

    In the deduction block the points are how much is taken off, stored as a positive number.
    """

    kind: Literal["awarded"]

    def slots(self, measures: Measures) -> tuple[Slot, ...]:  # noqa: ARG002 -- one face for all kinds
        """Nothing but the points themselves."""
        return ()

    def points(self, values: Longs) -> Longs:
        """Return what was awarded (the points are their own values)."""
        awarded: Longs = values[0]
        return awarded

    def largest(self, measures: Measures) -> int:  # noqa: ARG002 -- one face for all kinds
        """Return the most points."""
        return self.max_points

    def faults(self, measures: Measures) -> Iterator[RuleFault]:  # noqa: ARG002 -- one face for all kinds
        """Nothing can be wrong beyond the fields."""
        yield from ()

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:  # noqa: ARG002 -- one face for all kinds
        """Say that an assessor judged."""
        return "由评审人评定"
