"""What travels about the catalogue of facts."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.facts.domain.catalogue import LARGEST_VALUE, MOST_DECIMALS, Frequency
from shared.caller import Role
from shared.contracts.registry import Tier

_COUNTY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f"
_DEFINITION: dict[str, Any] = {
    "code": "local.greenhouses",
    "name": "日光温室",
    "unit": "座",
    "decimals": 0,
    "minimum": 0,
    "maximum": 10_000,
    "every": "year",
    "tiers": ["village"],
    "filled_by": "department",
    "department": "agriculture",
}


class DefinitionView(BaseModel):
    """目录中的一项；系统自带的没有 id 和 county_id。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _DEFINITION
            | {
                "derived": False,
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8201",
                "county_id": _COUNTY,
                "retired_on": None,
                "version": 1,
            }
        },
    )

    code: str
    name: str
    unit: str
    decimals: int = Field(description="数值是 10 的负几次方个单位的整数")
    minimum: int
    maximum: int
    every: Frequency = Field(description="多久填一次：变动时、每月、每季度、每年")
    tiers: list[Tier] = Field(description="哪些层级的组织要填")
    filled_by: Role | None = Field(description="除组织部和系统管理员外由谁填报")
    department: str | None
    derived: bool = Field(description="由系统根据台账计算，不需要填报")
    id: UUID | None
    county_id: UUID | None
    retired_on: date | None
    version: int


class CatalogueView(BaseModel):
    """全部目录项：系统自带的在前，本县自设的在后。"""

    items: list[DefinitionView]


class DefinitionDraft(BaseModel):
    """本县自设的一项数据。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": _DEFINITION | {"county_id": _COUNTY}},
    )

    county_id: UUID = Field(description="所在县县委的组织编号")
    code: str = Field(max_length=50, description="以 local. 开头")
    name: str = Field(min_length=1, max_length=50)
    unit: str = Field(min_length=1, max_length=10)
    decimals: int = Field(default=0, ge=0, le=MOST_DECIMALS)
    minimum: int = Field(default=0, ge=0, le=LARGEST_VALUE)
    maximum: int = Field(ge=0, le=LARGEST_VALUE)
    every: Frequency
    tiers: list[Tier] = Field(min_length=1, max_length=3)
    filled_by: Role | None = None
    department: str | None = Field(default=None, min_length=1, max_length=50)


class DefinitionPatch(BaseModel):
    """修改自设项；单位和小数位不能改，要改请另设一项。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": {"maximum": 500}}
    )

    name: str = Field(default="", min_length=1, max_length=50)
    minimum: int = Field(default=0, ge=0, le=LARGEST_VALUE)
    maximum: int = Field(default=0, ge=0, le=LARGEST_VALUE)
    every: Frequency = Frequency.CHANGE
    filled_by: Role | None = None
    department: str | None = Field(default=None, min_length=1, max_length=50)


class Retirement(BaseModel):
    """停用一项自设数据。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"retired_on": "2027-01-01"}}
    )

    retired_on: date = Field(description="自该日起不再填报")
