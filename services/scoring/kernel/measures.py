"""指标: what a policy measures, once for all items that are judged by it."""

from typing import Annotated

from pydantic import Field

from services.scoring.kernel.vocabulary import NUMBER_DECIMALS, Named, Number, Title, unsaid

FactCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]


class Measure(Named):
    """A number with its unit and range; `decimals` is how many it may have when entered.

    With `fact` it is never entered: it is the organization's own fact of that code, an int of
    `10 ** -decimals`, so that one fact feeds every item, star and year.
    """

    unit: Title
    decimals: Annotated[int, Field(ge=0, le=NUMBER_DECIMALS)]
    minimum: Number
    maximum: Number
    fact: FactCode | None = Field(default=None, exclude_if=unsaid)

    def of_fact(self, value: int) -> int:
        """Return a fact's int of `10 ** -decimals` as an int of 0.0001."""
        return value * self.step

    @property
    def step(self) -> int:
        """The smallest difference that can be entered, in ints of 0.0001."""
        step: int = 10 ** (NUMBER_DECIMALS - self.decimals)
        return step
