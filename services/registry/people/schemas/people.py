"""What travels about people."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.terms import LONGEST_BATCH

# The things of the examples.
COUNTY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f"


PERSON = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b01"


VILLAGE = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11"


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
