"""Letter grades turned into points, times a load factor."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from services.scoring.kernel.rounding import divided
from services.scoring.kernel.rules.base import (
    Longs,
    Measures,
    Rule,
    RuleFault,
    Slot,
    measured,
    undeclared,
)
from services.scoring.kernel.said import Value
from services.scoring.kernel.vocabulary import (
    NUMBER_DECIMALS,
    Code,
    Frozen,
    Points,
    Rounding,
    Rows,
    number_text,
    unsaid,
)
from shared.money import decimal_text

ONE: int = 10**NUMBER_DECIMALS
GRADE = "grade"


class Grade(Frozen):
    """One grade, such as A or 优秀, and its points."""

    grade: Annotated[str, Field(min_length=1, max_length=16)]
    points: Points


class Graded(Rule):
    """等级计分: the grade's points, times a load factor where the policy measures one.

    The product is rounded as declared and never more than `max_points`.
    """

    kind: Literal["graded"]
    grades: Annotated[Rows[Grade], Field(min_length=1, max_length=20)]
    load_factor: Code | None = Field(default=None, exclude_if=unsaid)
    rounding: Rounding

    def slots(self, measures: Measures) -> tuple[Slot, ...]:
        """The grade, and the load factor where there is one."""
        letters = tuple(one.grade for one in self.grades)
        grade = Slot(GRADE, "等级", maximum=len(letters) - 1, choices=letters)
        return (
            (grade,) if self.load_factor is None else (grade, measured(measures[self.load_factor]))
        )

    def points(self, values: Longs) -> Longs:
        """Return the grade's points times the factor."""
        table = np.array([one.points for one in self.grades], dtype=np.int64)
        points = table[values[0]]
        if self.load_factor is not None:
            points = divided(points * np.maximum(values[1], 0), ONE, self.rounding)
        capped: Longs = np.minimum(points, self.max_points)
        return capped

    def largest(self, measures: Measures) -> int:
        """Return a bound of twice points times factor."""
        most = max(one.points for one in self.grades)
        factor = ONE if self.load_factor is None else measures[self.load_factor].maximum
        return 2 * most * max(factor, ONE) + 2 * ONE

    def faults(self, measures: Measures) -> Iterator[RuleFault]:
        """Grades named twice, or a maximum that no grade reaches."""
        if self.load_factor is not None:
            yield from undeclared([self.load_factor], measures)
        if self.load_factor == GRADE:
            yield RuleFault("duplicate_slot", f"系数指标的代码不能是“{GRADE}”，请换一个代码")
        letters = [one.grade for one in self.grades]
        for letter in sorted({one for one in letters if letters.count(one) > 1}):
            yield RuleFault("duplicate_grade", f"等级“{letter}”重复")
        yield from self._top(measures)

    def _top(self, measures: Measures) -> Iterator[RuleFault]:
        """Yield a fault where the best grade does not give the maximum, or cannot reach it."""
        top = max(one.points for one in self.grades)
        most = decimal_text(self.max_points)
        if self.load_factor is None:
            if top != self.max_points:
                yield RuleFault("rule_maximum", f"等级最高{decimal_text(top)}分，与满分{most}不符")
        elif self.load_factor in measures:
            factor = max(measures[self.load_factor].maximum, 0)
            if divided(top * factor, ONE, self.rounding) < self.max_points:
                yield RuleFault("rule_maximum", f"最高等级乘最大系数也达不到满分{most}")

    def sentence(self, measures: Measures, values: Mapping[str, Value]) -> str:
        """Say the grade, its points and the factor."""
        letter = values.get(GRADE)
        points = {one.grade: one.points for one in self.grades}.get(str(letter), 0)
        start = f"等级{letter}，{decimal_text(points)}分"
        if self.load_factor is None:
            return start
        factor = values.get(self.load_factor)
        shown = number_text(factor) if isinstance(factor, int) else "未填写"
        name = measures[self.load_factor].name
        return f"{start}×{name}{shown}，最多{decimal_text(self.max_points)}分"
