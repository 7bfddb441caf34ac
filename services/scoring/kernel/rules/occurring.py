"""Things that happened, each by its reference: counted once, while their influence lasts."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.rules import influence
from services.scoring.kernel.rules.base import Longs, Measures, Rule, RuleFault, Slot
from services.scoring.kernel.rules.influence import InfluencePeriod
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import Code, Frozen, Points, Rows, Title, unsaid
from shared.money import decimal_text

LARGEST_LIST = 1_000


class Occasion(Frozen):
    """One kind of thing that may happen, its points, and how long it counts (always, if unsaid).

    A kind with periods needs the day of each decision.
    """

    event: Code
    name: Title
    points: Points
    periods: Rows[InfluencePeriod] = Field(default=(), exclude_if=unsaid)


class Occurring(Rule):
    """同一事项只计一次、取最高: every occurrence has a reference; equal references are one event.

    `same_event: highest` counts an event once, at its highest points, within the item or
    (`across: policy`) within all such items of the policy; of equals the first item has it.
    `each` counts every row. The sum is capped at `max_points`.
    """

    kind: Literal["occurring"]
    events: Annotated[Rows[Occasion], Field(min_length=1, max_length=50)]
    same_event: Literal["highest", "each"]
    across: Literal["item", "policy"]

    def slots(self, measures: Measures) -> tuple[Slot, ...]:  # noqa: ARG002 -- one face for all kinds
        """None: what is said is a list."""
        return ()

    def points(self, values: Longs) -> Longs:
        """Return the capped sum; `values` is what the occurrences that count add up to."""
        capped: Longs = values[0].clip(max=self.max_points)
        return capped

    def largest(self, measures: Measures) -> int:  # noqa: ARG002 -- one face for all kinds
        """Return a bound of the sum of a whole list."""
        return LARGEST_LIST * max(one.points for one in self.events)

    def faults(self, measures: Measures) -> Iterator[RuleFault]:  # noqa: ARG002 -- one face for all kinds
        """Kinds named twice, periods out of order, `across` without `highest`."""
        codes = [one.event for one in self.events]
        for code in sorted({one for one in codes if codes.count(one) > 1}):
            yield RuleFault("duplicate_event", f"事项“{code}”重复")
        for one in self.events:
            yield from influence.faults(one.periods, one.name)
        if self.same_event == "each" and self.across == "policy":
            yield RuleFault("across_each", "逐次计分时across应为item")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:  # noqa: ARG002 -- one face for all kinds
        """Say how occurrences are counted; the certificate lists them."""
        once = "同一事项只计一次、取最高" if self.same_event == "highest" else "逐次计分"
        wide = "（各评分项之间也不重复）" if self.across == "policy" else ""
        return f"{once}{wide}，最多{decimal_text(self.max_points)}分"

    def occasion(self, event: str) -> Occasion:
        """Return the kind of this code; KeyError when the rule has none."""
        return {one.event: one for one in self.events}[event]
