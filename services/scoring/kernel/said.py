"""What one stage says about one item: points, values, occurrences, or that it does not apply.

Points are ints of 0.01. Values are ints of 0.0001, whatever they count or measure, a condition
10000 (met) or 0; grades stand by their letter.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.vocabulary import Code, Day, Frozen, Rows

Reference = Annotated[str, Field(min_length=1, max_length=500)]
Hundredths = Annotated[int, Field(ge=0, le=10_000_000)]
Value = Annotated[int, Field(ge=-(10**15), le=10**15)] | Annotated[str, Field(max_length=16)]


class Values(Frozen):
    """What was counted or measured: one value for each slot of the item's rule."""

    values: dict[str, Value]


class Occurrence(Frozen):
    """One thing that happened: its kind, what identifies it, and the day of its decision."""

    event: Code
    reference: Reference
    decided_on: Day | None = None


class Occurrences(Frozen):
    """Everything that happened under an item; an empty list says that nothing did."""

    occurrences: Rows[Occurrence]


class NotApplicable(Frozen):
    """The item does not apply to this organization, and why."""

    not_applicable: Literal[True]
    reason: Reference


Said = Hundredths | Values | Occurrences | NotApplicable
