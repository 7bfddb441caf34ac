"""What is sent for one item, read exactly into what the kernel understands.

Four forms: points, values, occurrences, not applicable; the item's rule says which is wanted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.scoring.applications.domain.faults import (
    PointsInvalid,
    PointsOverMaximum,
    PointsTooPrecise,
    Scored,
    ScoresInvalid,
    WordInvalid,
)
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said, Value, Values
from services.scoring.kernel.saying import word_complaints
from services.scoring.kernel.vocabulary import read_number
from shared.errors import Fault, Text
from shared.money import LIMIT, decimal_text

_DECIMALS = 2
# Complaints of the kernel that have a problem type of their own here.
_KINDS: dict[str, type[ScoresInvalid]] = {"over_maximum": PointsOverMaximum}


@dataclass(frozen=True)
class WordText:
    """What came in for an item; all None: nothing yet.

    Points and values are decimal text; a grade is its letter, a condition "true" or "false".
    """

    points: str | None = None
    values: Mapping[str, str] | None = None
    occurrences: tuple[Occurrence, ...] | None = None
    not_applicable: str | None = None

    @property
    def forms(self) -> int:
        """How many of the four forms were used."""
        given = (self.points, self.values, self.occurrences, self.not_applicable)
        return sum(each is not None for each in given)


def points_or_fault(text: str, pointer: str) -> int | Scored:
    """Read decimal text into hundredths, or say what is wrong with it at that place."""
    try:
        scaled = Decimal(text).scaleb(_DECIMALS)
    except ArithmeticError:
        scaled = Decimal("NaN")
    if not scaled.is_finite() or not 0 <= scaled <= LIMIT:
        said = Text(f"得分“{text[:20]}”应为0以上的数字", "points are a number from 0 upwards")
        return Scored(PointsInvalid, Fault(pointer, said))
    if scaled != scaled.to_integral_value():
        said = Text(f"得分“{text[:20]}”的小数最多两位", "points have at most two decimals")
        return Scored(PointsTooPrecise, Fault(pointer, said))
    return int(scaled)


def read_word(
    plan: Plan, leaf: Leaf, text: WordText, pointer: str, assessed_on: date
) -> Said | list[Scored] | None:
    """Return the word, None where nothing was sent, or everything that is wrong with it."""
    if text.forms > 1:
        return [_wrong(pointer, "得分、数值、事项、不适用只能填写其中一种", "give one form only")]
    read = _read(plan, leaf, text, pointer)
    if read is None or isinstance(read, list):
        return read
    wrong = [
        _complaint(leaf, code, sentence, pointer)
        for code, sentence in word_complaints(plan, leaf, read, assessed_on)
    ]
    return wrong or read


def _read(plan: Plan, leaf: Leaf, text: WordText, pointer: str) -> Said | list[Scored] | None:
    if text.points is not None:
        points = points_or_fault(text.points, pointer)
        return [points] if isinstance(points, Scored) else points
    if text.values is not None:
        return _values(plan.slots[leaf.slots], text.values, pointer)
    if text.occurrences is not None:
        return Occurrences(occurrences=text.occurrences)
    if text.not_applicable is not None:
        return NotApplicable(not_applicable=True, reason=text.not_applicable)
    return None


def _values(slots: Iterable[Slot], given: Mapping[str, str], pointer: str) -> Values | list[Scored]:
    known = {slot.code: slot for slot in slots}
    wrong: list[Scored] = []
    values: dict[str, Value] = {}
    for code, text in given.items():
        if code not in known:
            names = "、".join(known) or "无"
            said = f"没有“{code}”这个数值，可以填写的有：{names}"
            wrong.append(_wrong(f"{pointer}/{code}", said, f"no value {code} here"))
            continue
        value = _value(known[code], text)
        if value is None:
            said = f"“{text[:20]}”不能作为{known[code].name}，应为数字"
            wrong.append(_wrong(f"{pointer}/{code}", said, "not a number"))
        else:
            values[code] = value
    return wrong or Values(values=values)


def _value(slot: Slot, text: str) -> Value | None:
    """Return a slot's value from its text; None where it is no number."""
    if slot.choices:
        return text
    if text in {"true", "false"} and not slot.scaled and slot.maximum == 1:
        return read_number(1) if text == "true" else 0
    try:
        return read_number(text)
    except ValueError:
        return None


def _complaint(leaf: Leaf, code: str, sentence: str, pointer: str) -> Scored:
    if code == "over_maximum":
        most = decimal_text(leaf.rule.max_points)
        said = Text(
            f"“{leaf.name}”{sentence}（{leaf.clause}）",
            f"{leaf.code} has at most {most} points",
        )
        return Scored(_KINDS[code], Fault(pointer, said))
    return _wrong(pointer, f"“{leaf.name}”{sentence}（{leaf.clause}）", f"{leaf.code}: {code}")


def _wrong(pointer: str, zh: str, en: str) -> Scored:
    return Scored(WordInvalid, Fault(pointer, Text(zh, en)))
