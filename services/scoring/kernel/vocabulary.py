"""Words and value types that every part of the grammar shares."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from shared import money


class Frozen(BaseModel):
    """Base of all kernel models: immutable, no unknown fields, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


_T = TypeVar("_T")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Clause = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=366)]
Level = Annotated[int, Field(ge=0, le=20)]
# Ints of 0.01 inside, decimal text outside; the limits keep every sum far inside int64.
Points = Annotated[money.Points, Field(ge=0, le=10_000_000)]
Yuan = Annotated[money.Yuan, Field(ge=0, le=10**12)]
Percent = Annotated[int, Field(ge=0, le=100)]

# "以上/以内" include the number, "超过/不满" exclude it: the policy says which.
Operator = Literal[">=", ">"]
Rounding = Literal["half_up", "floor", "ceiling"]

# A list in YAML or JSON, a tuple in Python.
Rows = Annotated[tuple[_T, ...], Field(strict=False)]


class Named(Frozen):
    """A declared code with its Chinese name: a department, an office, a payer, a post."""

    code: Code
    name: Title
