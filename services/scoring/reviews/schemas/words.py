"""Texts that many bodies share: codes, reasons, and the examples in the documents."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
EXAMPLE_ID = "01990000-0000-7000-8000-000000000001"


class WhyBody(BaseModel):
    """A decision that needs its reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "防汛期间人员全部在一线"}]}
    )

    reason: Reason
