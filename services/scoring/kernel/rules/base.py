"""What every kind of rule can say of itself; each kind is a module beside this one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.measures import Measure
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import NUMBER_DECIMALS, Frozen, Points, number_text

Longs = npt.NDArray[np.int64]
Measures = Mapping[str, Measure]

LARGEST_COUNT = 1_000_000


@dataclass(frozen=True)
class Slot:
    """One value that a rule needs: a count, a measure, a grade or a condition.

    `choices` are the grades in their order; the kernel computes with a grade's position.
    `unlisted` is what a value left out means; None: leaving it out is an error. A `scaled`
    value is an int of 0.0001 and a multiple of `step`; others are counts. With `fact` it is
    never entered.
    """

    code: str
    name: str
    minimum: int = 0
    maximum: int = LARGEST_COUNT
    scaled: bool = False
    step: int = 1
    unit: str = ""
    choices: tuple[str, ...] = ()
    unlisted: int | None = None
    fact: str | None = None

    def own(self, value: int) -> int:
        """Return a value of 0.0001 in the scale the rule computes with: counts are whole."""
        return value if self.scaled else value // 10**NUMBER_DECIMALS


@dataclass(frozen=True)
class RuleFault:
    """A mistake inside one rule: a stable code and a sentence."""

    code: str
    zh: str


class Rule(Frozen):
    """How an item earns its points, 0 to `max_points`, from what a stage says.

    In the deduction block the points are how much is taken off, as a positive number.
    """

    max_points: Points

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """Return the values a stage must give, in the order `points` reads them."""
        raise NotImplementedError

    def points(self, values: Longs) -> Longs:
        """Return hundredths, one a column, from complete values (slots x organizations)."""
        raise NotImplementedError

    def largest(self, measures: Measures) -> int:
        """Return a bound of every number that `points` computes, for the overflow check."""
        raise NotImplementedError

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """Yield what no single field can show; measures that are not declared come first."""
        raise NotImplementedError

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Return in Chinese how the points come from the values."""
        raise NotImplementedError


def measured(measure: Measure) -> Slot:
    """Return the slot of a declared measure."""
    return Slot(
        code=measure.code,
        name=measure.name,
        minimum=measure.minimum,
        maximum=measure.maximum,
        scaled=True,
        step=measure.step,
        unit=measure.unit,
        fact=measure.fact,
    )


def undeclared(codes: Sequence[str], measures: Measures) -> Iterator[RuleFault]:
    """Yield a fault for every measure that the policy does not declare."""
    for code in codes:
        if code not in measures:
            yield RuleFault("unknown_measure", f"没有声明指标“{code}”")


def off_scale(measure: Measure, number: int, what: str) -> Iterator[RuleFault]:
    """Yield a fault where a threshold has more decimals than its measure can have."""
    if number % measure.step:
        yield RuleFault(
            "threshold_too_precise",
            f"{what}{number_text(number)}的小数位数多于指标“{measure.name}”的{measure.decimals}位",
        )


def told(measure: Measure, values: Mapping[str, Value]) -> str:
    """Return a measure with its value and unit; says so where it was not given."""
    value = values.get(measure.code)
    shown = f"{number_text(value)}{measure.unit}" if isinstance(value, int) else "未填写"
    return f"{measure.name}{shown}"
