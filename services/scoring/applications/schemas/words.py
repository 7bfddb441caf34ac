"""What is said of one item as it travels: points, values, occurrences, or not applicable."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from services.scoring.applications.domain import WordText
from services.scoring.kernel.said import (
    NotApplicable,
    Occurrence,
    Occurrences,
    Said,
    Value,
    Values,
)
from services.scoring.kernel.vocabulary import number_text, unsaid
from shared.money import DecimalText, decimal_text


def _text(value: Any) -> str:  # noqa: ANN401 -- whatever JSON brings
    """Take a number's own digits; the domain says what is wrong with them."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        message = "请填写数字，最多两位小数 (a number with at most two decimals)"
        raise ValueError(message)  # noqa: TRY004 -- pydantic reports ValueError to the user
    return str(value).strip()


# Decimal text (or a JSON number); more than two decimals and other faults get problem types
# of their own in the domain.
PointsText = Annotated[
    str,
    BeforeValidator(_text),
    StringConstraints(max_length=40),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}], "examples": ["18.50"]}),
]


def _value_text(value: Any) -> str:  # noqa: ANN401 -- whatever JSON brings
    """Take a condition's true or false, a grade's letter, or a number's own digits."""
    return str(value).lower() if isinstance(value, bool) else _text(value)


ValueText = Annotated[
    str,
    BeforeValidator(_value_text),
    StringConstraints(max_length=40),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}],
            "examples": ["12.5"],
        }
    ),
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class OccurrenceBody(BaseModel):
    """One thing that happened: its kind, what identifies it, and the day of its decision."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")] = Field(
        description="事项的编码，见方案"
    )
    reference: _Reason = Field(
        description="文号或事项名称；相同的视为同一事项", examples=["获发〔2026〕3号"]
    )
    decided_on: date | None = Field(default=None, description="决定日期；有影响期的事项必填")

    @classmethod
    def of(cls, one: Occurrence) -> Self:
        """Show an occurrence."""
        return cls(event=one.event, reference=one.reference, decided_on=one.decided_on)


class WordBody(BaseModel):
    """What is said of one item, in the one form that its rule asks for."""

    model_config = ConfigDict(extra="forbid")

    points: PointsText | None = Field(
        default=None, description="得分，最多两位小数（由评审人评定的项）"
    )
    values: dict[Code, ValueText] | None = Field(
        default=None,
        max_length=60,
        description="指标或次数的编码 → 数值，得分由系统计算；等级填字母，条件填true或false",
    )
    occurrences: list[OccurrenceBody] | None = Field(
        default=None, max_length=1000, description="逐项列出的事项；没有则为空表"
    )
    not_applicable: _Reason | None = Field(default=None, description="不适用的理由（方案允许时）")

    def word(self) -> WordText:
        """Return it for the domain."""
        listed = None
        if self.occurrences is not None:
            listed = tuple(Occurrence(**vars(each)) for each in self.occurrences)
        return WordText(self.points, self.values, listed, self.not_applicable)


def _is_none(value: object) -> bool:
    return value is None


class WordView(BaseModel):
    """What was said of one item; points null and nothing else: nothing yet.

    A condition that is met is "1"; an empty list of occurrences says that nothing happened.
    """

    points: DecimalText | None
    values: Mapping[str, str] | None = Field(default=None, exclude_if=unsaid)
    occurrences: list[OccurrenceBody] | None = Field(default=None, exclude_if=_is_none)
    not_applicable: str | None = Field(default=None, exclude_if=unsaid)


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else number_text(value)


def word_fields(word: Said | None) -> dict[str, Any]:
    """Return the fields of a `WordView`."""
    return {
        "points": decimal_text(word) if isinstance(word, int) else None,
        "values": (
            {code: _shown(value) for code, value in word.values.items()}
            if isinstance(word, Values)
            else None
        ),
        "occurrences": (
            [OccurrenceBody.of(one) for one in word.occurrences]
            if isinstance(word, Occurrences)
            else None
        ),
        "not_applicable": word.reason if isinstance(word, NotApplicable) else None,
    }
