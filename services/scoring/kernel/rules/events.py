"""Counts of events, each kind with its own points: deducted from full marks, or added up."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.rules.base import (
    LARGEST_COUNT,
    Longs,
    Measures,
    Rule,
    RuleFault,
    Slot,
)
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import Code, Frozen, Points, Rows, Title, unsaid
from shared.money import decimal_text


class Event(Frozen):
    """One kind of event: points for each, and the most that this kind can bring."""

    event: Code
    name: Title
    points: Points
    most_points: Points | None = Field(default=None, exclude_if=unsaid)


class Events(Rule):
    """每发生一次扣（加）若干分: each kind of event with its own points and cap.

    `deducts` starts from full marks and never goes below `floor_points`; `adds` starts from
    nothing and never goes above `max_points`. `unlisted` says what a kind of event means that
    is not mentioned.
    """

    kind: Literal["events"]
    effect: Literal["deducts", "adds"]
    floor_points: Points = Field(default=0, exclude_if=lambda points: points == 0)
    events: Annotated[Rows[Event], Field(min_length=1, max_length=50)]
    unlisted: Literal["zero", "error"]

    def slots(self, measures: Measures) -> tuple[Slot, ...]:  # noqa: ARG002 -- one face for all kinds
        """One count a kind of event."""
        unlisted = 0 if self.unlisted == "zero" else None
        return tuple(Slot(one.event, one.name, unit="次", unlisted=unlisted) for one in self.events)

    def points(self, values: Longs) -> Longs:
        """Return the capped sum, added or taken off full marks."""
        each = np.array([one.points for one in self.events], dtype=np.int64)[:, None]
        most = np.array([self._most(one) for one in self.events], dtype=np.int64)[:, None]
        moved: Longs = np.minimum(values * each, most).sum(axis=0)
        if self.effect == "adds":
            return np.minimum(moved, self.max_points)
        return np.maximum(self.max_points - moved, self.floor_points)

    def largest(self, measures: Measures) -> int:  # noqa: ARG002 -- one face for all kinds
        """Return a bound of the sum over all kinds of event."""
        return sum(LARGEST_COUNT * one.points for one in self.events) + self.max_points

    def faults(self, measures: Measures) -> Iterator[RuleFault]:  # noqa: ARG002 -- one face for all kinds
        """Kinds named twice, a floor that is no floor."""
        names = [one.event for one in self.events]
        for name in sorted({one for one in names if names.count(one) > 1}):
            yield RuleFault("duplicate_event", f"事项“{name}”重复")
        if self.floor_points > self.max_points:
            yield RuleFault("floor_above_maximum", "最低分高于满分")
        if self.effect == "adds" and self.floor_points:
            yield RuleFault("floor_without_deduction", "累加计分没有最低分，请去掉floor_points")
        top = sum(self._most(one) for one in self.events if one.points)
        if self.effect == "adds" and top < self.max_points:
            yield RuleFault(
                "rule_maximum",
                f"各事项最多{decimal_text(top)}分，达不到满分{decimal_text(self.max_points)}",
            )

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:  # noqa: ARG002 -- one face for all kinds
        """Say each kind that happened with its points."""
        verb = "扣" if self.effect == "deducts" else "计"
        parts = [self._part(one, values.get(one.event, 0), verb) for one in self.events]
        happened = "、".join(part for part in parts if part) or "没有发生"
        if self.effect == "deducts":
            start, floor = decimal_text(self.max_points), decimal_text(self.floor_points)
            return f"从{start}分起扣，扣到{floor}分为止：{happened}"
        return f"累加，最多{decimal_text(self.max_points)}分：{happened}"

    def _most(self, event: Event) -> int:
        return self.max_points if event.most_points is None else event.most_points

    def _part(self, event: Event, count: Value, verb: str) -> str:
        if not isinstance(count, int) or not count:
            return ""
        points = count * event.points
        capped = event.most_points is not None and points > event.most_points
        most = f"，以{decimal_text(self._most(event))}分为限" if capped else ""
        each = decimal_text(event.points)
        return f"{event.name}{count}次×{each}分，{verb}{decimal_text(points)}分{most}"
