"""Exact hundredths: points (0.01 point) and money (0.01 yuan, fen) as ints.

On the wire both are decimal strings with at most two decimals ("88.5", "3000.00"); a JSON
number is accepted where its decimal text is exact. No float ever holds a score or money.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

# Far above any real amount and far below int64, so that sums cannot overflow.
LIMIT = 10**14


def hundredths(value: Any) -> int:  # noqa: ANN401 -- whatever JSON or YAML brings
    """Read decimal text exactly into hundredths; ValueError for a third decimal or nonsense."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        message = "请填写数字，最多两位小数 (a number with at most two decimals)"
        raise ValueError(message)  # noqa: TRY004 -- pydantic reports ValueError to the user
    try:
        scaled = Decimal(str(value)).scaleb(2)
    except InvalidOperation:
        message = "请填写数字，最多两位小数 (a number with at most two decimals)"
        raise ValueError(message) from None
    if not scaled.is_finite() or abs(scaled) > LIMIT:
        message = "数字超出范围 (the number is out of range)"
        raise ValueError(message)
    if scaled != scaled.to_integral_value():
        message = "最多两位小数 (at most two decimals)"
        raise ValueError(message)
    return int(scaled)


def decimal_text(value: int) -> str:
    """Write hundredths as plain decimal text with two decimals: 8850 -> "88.50"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 100)
    return f"{sign}{whole}.{part:02d}"


_SCHEMA = {"type": "string", "pattern": r"^-?\d+(\.\d{1,2})?$", "examples": ["88.50"]}

# Wire types: ints of hundredths inside, decimal text outside. `Points` is 0.01 point,
# `Yuan` is 0.01 yuan; both refuse a third decimal.
Points = Annotated[
    int,
    BeforeValidator(hundredths),
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
    WithJsonSchema(_SCHEMA),
]
Yuan = Annotated[
    int,
    BeforeValidator(hundredths),
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
    WithJsonSchema({**_SCHEMA, "examples": ["3000.00"]}),
]
# Outgoing text that `decimal_text` has made, where an answer is built from ints.
DecimalText = Annotated[str, WithJsonSchema(_SCHEMA)]
