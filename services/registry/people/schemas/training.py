"""What travels about courses and attendance."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.training import LARGEST_BATCH, MOST_HOURS, CourseKind
from services.registry.people.schemas.people import COUNTY, PERSON

_COURSE: dict[str, Any] = {
    "title": "2026 年村党组织书记集中轮训",
    "kind": "classroom",
    "organiser": "县委党校",
    "starts_on": "2026-04-13",
    "ends_on": "2026-04-17",
    "hours": 40,
}


_ID = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8901"


class CourseChange(BaseModel):
    """更正一个培训班；各项都要填。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _COURSE}
    )

    title: str = Field(min_length=1, max_length=100, description="班次名称")
    kind: CourseKind = Field(description="集中轮训、党校培训、现场教学、网络培训、其他")
    organiser: str = Field(min_length=1, max_length=100, description="主办单位")
    starts_on: date
    ends_on: date = Field(description="最后一日；学时计入该日所在的年度")
    hours: int = Field(ge=1, le=MOST_HOURS, description="学时")


class CourseDraft(CourseChange):
    """登记一个培训班。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": _COURSE | {"organization_id": COUNTY}},
    )

    organization_id: UUID = Field(description="哪个组织办的班：县委、乡镇党委或支部")


class CourseView(BaseModel):
    """一个培训班。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _COURSE
            | {"id": _ID, "county_id": COUNTY, "organization_id": COUNTY, "version": 1}
        },
    )

    id: UUID
    county_id: UUID
    organization_id: UUID
    title: str
    kind: CourseKind
    organiser: str
    starts_on: date
    ends_on: date
    hours: int
    version: int


class MarkDraft(BaseModel):
    """一人的参训情况。"""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    hours: int = Field(ge=0, le=MOST_HOURS, description="实际学时；缺席填 0")
    completed: bool = Field(description="是否结业")


class AttendanceDraft(BaseModel):
    """登记参训情况；重新登记的以后一次为准。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"items": [{"person_id": PERSON, "hours": 40, "completed": True}]}
        },
    )

    items: list[MarkDraft] = Field(min_length=1, max_length=LARGEST_BATCH)


class AttendanceView(BaseModel):
    """一人在一个班的参训情况。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "person_id": PERSON,
                "hours": 40,
                "completed": True,
                "recorded_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "recorded_at": "2026-04-17T09:00:00Z",
            }
        },
    )

    person_id: UUID
    hours: int
    completed: bool
    recorded_by: UUID | None = Field(description="登记人的账号")
    recorded_at: datetime


class AttendancesView(BaseModel):
    """登记好的参训情况，顺序与提交时相同。"""

    items: list[AttendanceView]
