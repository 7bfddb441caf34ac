"""Rule kinds: how an item earns points and how a bottom line is hit.

Every kind is one model with its own `kind`; a further kind is a further model in the union.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.vocabulary import (
    Code,
    Count,
    Frozen,
    Operator,
    Points,
    Rows,
    Title,
)


class Awarded(Frozen):
    """Points that an assessor awards, 0 to `max_points`, at most two decimals.

    In the deduction block the points are how much is taken off, stored as a positive number.
    """

    kind: Literal["awarded"]
    max_points: Points


class Reported(Frozen):
    """The source office answers yes or no; yes hits the bottom line."""

    kind: Literal["reported"]


class EventLimit(Frozen):
    """One kind of event and the number of it, in one problem, that hits the bottom line."""

    event: Code
    name: Title
    operator: Operator
    count: Count

    @property
    def minimum(self) -> int:
        """The smallest count that hits: integers make `>` a `>=` one higher."""
        return self.count + (self.operator == ">")


class CountsPerProblem(Frozen):
    """Numbers per problem, each kind of event with its own limit.

    A problem hits when any of its counts reaches its limit. Counts are never summed across
    problems. `unlisted` says what a kind of event means that a problem does not mention.
    """

    kind: Literal["counts_per_problem"]
    limits: Annotated[Rows[EventLimit], Field(min_length=1)]
    unlisted: Literal["zero", "error"]


BottomLineRule = Annotated[Reported | CountsPerProblem, Field(discriminator="kind")]
