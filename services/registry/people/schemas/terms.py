"""What travels about people and terms."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.terms import LONGEST_BATCH
from shared.contracts.registry import Post, TermRecord

# The things of the examples.
COUNTY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f"
PERSON = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b01"
VILLAGE = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11"
_TERM: dict[str, Any] = {
    "person_id": PERSON,
    "organization_id": VILLAGE,
    "post": "secretary",
    "starts_on": "2024-01-15",
    "ends_on": None,
}


class PersonView(BaseModel):
    """一名人员。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": PERSON,
                "county_id": COUNTY,
                "name": "张建国",
                "generated": True,
                "version": 1,
            }
        },
    )

    id: UUID
    county_id: UUID
    name: str
    generated: bool = Field(description="是否为演示生成的数据")
    version: int


class PersonItem(BaseModel):
    """要登记的人员；只收姓名。"""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=50)
    generated: bool = False


class PersonDraft(PersonItem):
    """登记一名人员。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"county_id": COUNTY, "name": "张建国"}},
    )

    county_id: UUID = Field(description="所在县县委的组织编号")


class PeopleDraft(BaseModel):
    """成批登记人员。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"county_id": COUNTY, "items": [{"name": "张建国"}, {"name": "李秀英"}]}
        },
    )

    county_id: UUID = Field(description="所在县县委的组织编号")
    items: list[PersonItem] = Field(min_length=1, max_length=LONGEST_BATCH)


class PersonPatch(BaseModel):
    """更正姓名。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"name": "张建国"}},
    )

    name: str = Field(min_length=1, max_length=50)


class PeopleView(BaseModel):
    """登记好的人员，顺序与提交时相同。"""

    items: list[PersonView]


class TermView(TermRecord):
    """一个任期。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _TERM
            | {"id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7c01", "generated": True, "version": 1}
        },
    )

    generated: bool = Field(description="是否为演示生成的数据")
    version: int


class TermDraft(BaseModel):
    """要登记的任期；首末两日都算在内。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _TERM})

    person_id: UUID
    organization_id: UUID
    post: Post
    starts_on: date
    ends_on: date | None = Field(default=None, description="最后一日；在任的留空")
    generated: bool = False


class TermsDraft(BaseModel):
    """成批登记任期。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"items": [_TERM]}})

    items: list[TermDraft] = Field(min_length=1, max_length=LONGEST_BATCH)


class TermsView(BaseModel):
    """登记好的任期，顺序与提交时相同。"""

    items: list[TermView]


class TermEnd(BaseModel):
    """结束一个任期。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ends_on": "2026-06-30"}}
    )

    ends_on: date = Field(description="最后一日")
