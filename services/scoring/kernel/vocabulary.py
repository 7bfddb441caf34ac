"""Words and value types that every part of the grammar shares."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from shared import money


class Frozen(BaseModel):
    """Base of all kernel models: immutable, no unknown fields, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


_T = TypeVar("_T")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# One line as people write it: it must fit a table's cell and come back as it was.
ONE_LINE = r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$"
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
Clause = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=366)]
Level = Annotated[int, Field(ge=0, le=20)]
# Ints of 0.01 inside, decimal text outside; the limits keep every sum far inside int64.
Points = Annotated[money.Points, Field(ge=0, le=10_000_000)]
Yuan = Annotated[money.Yuan, Field(ge=0, le=10**12)]
Percent = Annotated[int, Field(ge=0, le=100)]

# Measures and their thresholds are ints of 0.0001 inside, so that one scale serves percentages,
# hectares and yuan alike; the limit leaves room for a product with points in int64.
NUMBER_DECIMALS = 4
NUMBER_LIMIT = 10**15


def read_number(value: Any) -> int:  # noqa: ANN401 -- whatever JSON or YAML brings
    """Read decimal text exactly into ints of 0.0001; ValueError for more decimals or nonsense."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        message = "请填写数字，最多四位小数 (a number with at most four decimals)"
        raise ValueError(message)  # noqa: TRY004 -- pydantic reports ValueError to the user
    try:
        scaled = Decimal(str(value)).scaleb(NUMBER_DECIMALS)
    except InvalidOperation:
        scaled = Decimal("NaN")
    if not scaled.is_finite() or abs(scaled) > NUMBER_LIMIT:
        message = "数字无法识别或超出范围 (not a number, or out of range)"
        raise ValueError(message)
    if scaled != scaled.to_integral_value():
        message = "最多四位小数 (at most four decimals)"
        raise ValueError(message)
    return int(scaled)


def number_text(value: int) -> str:
    """Write ints of 0.0001 as the shortest decimal text: 125000 -> "12.5"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**NUMBER_DECIMALS)
    digits = f"{part:0{NUMBER_DECIMALS}d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


Number = Annotated[
    int,
    BeforeValidator(read_number),
    PlainSerializer(number_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^-?\d+(\.\d{1,4})?$", "examples": ["12.5"]},
    ),
]


def read_day(value: Any) -> date:  # noqa: ANN401 -- whatever JSON or YAML brings
    """Read `YYYY-MM-DD`; ValueError for anything else."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        message = "请填写日期，如2026-03-01 (a date such as 2026-03-01)"
        raise ValueError(message)  # noqa: TRY004 -- pydantic reports ValueError to the user
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = "请填写日期，如2026-03-01 (a date such as 2026-03-01)"
        raise ValueError(message) from None


Day = Annotated[date, BeforeValidator(read_day)]

# "以上/以内" include the number, "超过/不满" exclude it: the policy says which.
Operator = Literal[">=", ">"]


def relation(operator: Operator, amount: str) -> str:
    """Return an amount and its relation as regulations write them: 85分以上, 超过85分."""
    return f"超过{amount}" if operator == ">" else f"{amount}以上"


Rounding = Literal["half_up", "floor", "ceiling"]

# A list in YAML or JSON, a tuple in Python.
Rows = Annotated[tuple[_T, ...], Field(strict=False)]


def unsaid(value: object) -> bool:
    """Whether an optional part says nothing: it is left out of the canonical document.

    A policy or input that does not use a part has the same hash as before the part existed.
    Zero says something.
    """
    return value is None or value is False or value in ((), {})


class Named(Frozen):
    """A declared code with its Chinese name: a department, an office, a payer, a post."""

    code: Code
    name: Title
