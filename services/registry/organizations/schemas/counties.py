"""What travels when a county's tree is made from its divisions."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organizations.domain.naming import Planned
from shared.contracts.registry import Tier


class FromDivisions(BaseModel):
    """按行政区划建立一个县的组织树。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"county_code": "410724000000", "founded_on": "2016-07-31"}},
    )

    county_code: str = Field(pattern=r"^[0-9]{12}$")
    founded_on: date | None = Field(default=None, description="默认取区划登记的起始日期")
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class FromDivisionsDone(BaseModel):
    """新建了多少个组织；已有的组织不变。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "county_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
                "counties": 1,
                "townships": 15,
                "villages": 226,
            }
        }
    )

    county_id: UUID = Field(description="县委的组织编号")
    counties: int
    townships: int
    villages: int

    @classmethod
    def of(cls, planned: Planned) -> "FromDivisionsDone":
        """Count what was added."""
        return cls(
            county_id=planned.county.id,
            counties=planned.count(Tier.COUNTY),
            townships=planned.count(Tier.TOWNSHIP),
            villages=planned.count(Tier.VILLAGE),
        )
