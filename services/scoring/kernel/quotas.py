"""名额: how many at most may hold a star or a level, and who comes first."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.scoring.kernel.rounding import divided
from services.scoring.kernel.vocabulary import (
    Clause,
    Code,
    Count,
    Frozen,
    Level,
    Percent,
    Rounding,
    Rows,
    Title,
    unsaid,
)

OrderMeasure = Literal["total", "base", "bonus", "stars"]


class Quota(Frozen):
    """At most so many of a county (or of each township) may hold a star, or a level and above.

    Either `at_most` or `percent` of the assessed, rounded as declared. The best by `order`
    come first; a tie across the cap admits `none` or `all` of the tied. A place whose holder lost
    it after the notice stays empty with `refill: none`; with `next` the next one comes in, once a
    meeting has let it in (`OrganizationInput.let_in`).
    Who is cut from a level holds the next lower one.
    """

    code: Code
    name: Title
    clause: Clause
    star: Code | None = Field(default=None, exclude_if=unsaid)
    level: Level | None = Field(default=None, exclude_if=unsaid)
    within: Literal["county", "township"]
    at_most: Count | None = Field(default=None, exclude_if=lambda value: value is None)
    percent: Percent | None = Field(default=None, exclude_if=lambda value: value is None)
    rounding: Rounding
    order: Annotated[Rows[OrderMeasure], Field(min_length=1)]
    tied: Literal["none", "all"]
    refill: Literal["none", "next"]

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.star is None) == (self.level is None):
            message = "star和level请填写其中一项 (give either star or level)"
            raise ValueError(message)
        if (self.at_most is None) == (self.percent is None):
            message = "at_most和percent请填写其中一项 (give either at_most or percent)"
            raise ValueError(message)
        return self

    def places(self, assessed: int) -> int:
        """Return how many places there are among so many assessed organizations."""
        if self.percent is None:
            return self.at_most or 0
        return divided(assessed * self.percent, 100, self.rounding)
