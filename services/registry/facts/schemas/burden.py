"""What travels about the burden of demands."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.facts.domain.demands import Burden

_BURDEN: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
    "name": "获嘉县委",
    "demands": 1,
    "asked": 452,
    "known": 339,
    "to_fill": 113,
    "reuse_percent": 7500,
}


class BurdenView(BaseModel):
    """被要求提供多少数值，其中多少已有。"""

    model_config = ConfigDict(json_schema_extra={"example": _BURDEN})

    organization_id: UUID
    name: str
    demands: int = Field(description="几次数据需求")
    asked: int = Field(description="共要多少个数值")
    known: int = Field(description="其中已有、不必再填的")
    to_fill: int
    reuse_percent: int | None = Field(description="已有的比例，单位为万分之一；未被要求时为空")

    @classmethod
    def of(cls, burden: Burden) -> "BurdenView":
        """Show a burden."""
        return cls(
            organization_id=burden.organization_id,
            name=burden.name,
            demands=burden.demands,
            asked=burden.asked,
            known=burden.known,
            to_fill=burden.to_fill,
            reuse_percent=burden.reuse,
        )
