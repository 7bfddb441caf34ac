"""What travels about courses, attendance and hours in a year."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organizations.domain.tree import Organization
from services.registry.people.domain.training import (
    LARGEST_BATCH,
    MOST_HOURS,
    CourseKind,
    PersonYear,
    Total,
)
from services.registry.people.schemas.terms import COUNTY, PERSON, VILLAGE
from shared.contracts.registry import Post

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


class HeldView(BaseModel):
    """所任职务。"""

    model_config = ConfigDict(from_attributes=True)

    organization_id: UUID
    post: Post


class PersonYearView(BaseModel):
    """一人一年的学时。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "person_id": PERSON,
                "name": "张建国",
                "posts": [{"organization_id": VILLAGE, "post": "secretary"}],
                "hours": 40,
                "completed": 1,
                "target": 56,
                "met": False,
                "missing": 16,
            }
        },
    )

    person_id: UUID
    name: str
    posts: list[HeldView]
    hours: int = Field(description="当年结束的培训班的学时之和")
    completed: int = Field(description="结业的班次数")
    target: int
    met: bool = Field(description="是否达到目标学时（含本数）")
    missing: int = Field(description="还差多少学时")

    @classmethod
    def of(cls, found: PersonYear) -> "PersonYearView":
        """Show a person's year."""
        return cls.model_validate(found)


class TrainingTotalView(BaseModel):
    """一个组织及其下级的培训合计。"""

    organization_id: UUID
    name: str
    people: int = Field(description="任职人数；一人任几职只计一次")
    met: int = Field(description="达到目标学时的人数")
    short: int = Field(description="有学时但未达到的人数")
    none: int = Field(description="一学时也没有的人数")
    hours: int = Field(description="学时之和")

    @classmethod
    def of(cls, row: tuple[Organization, Total]) -> "TrainingTotalView":
        """Show a place with its totals."""
        place, total = row
        return cls(organization_id=place.id, name=place.short_name, **vars(total))


class TrainingSummaryView(BaseModel):
    """所查组织的合计在前，其下各乡镇随后。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "organization_id": COUNTY,
                        "name": "获嘉县委",
                        "people": 1130,
                        "met": 903,
                        "short": 180,
                        "none": 47,
                        "hours": 58112,
                    }
                ]
            }
        }
    )

    items: list[TrainingTotalView]
