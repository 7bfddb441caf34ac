"""How a bottom line is hit: a yes, a count within one problem, a sanction still in force."""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.rules.influence import InfluencePeriod
from services.scoring.kernel.vocabulary import Code, Count, Frozen, Operator, Rows, Title


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


class Sanction(Frozen):
    """One kind of penalty, with its influence period by date of decision."""

    sanction: Code
    name: Title
    periods: Annotated[Rows[InfluencePeriod], Field(min_length=1)]


class InInfluence(Frozen):
    """影响期未满: any listed sanction decided by the day of assessment and not yet run out."""

    kind: Literal["in_influence"]
    sanctions: Annotated[Rows[Sanction], Field(min_length=1, max_length=50)]

    def sanction(self, code: str) -> Sanction:
        """Return the sanction of this code; KeyError when the rule has none."""
        return {one.sanction: one for one in self.sanctions}[code]


BottomLineRule = Annotated[Reported | CountsPerProblem | InInfluence, Field(discriminator="kind")]
