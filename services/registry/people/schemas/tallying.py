"""What travels about hours of training in a year."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organizations.domain.tree import Organization
from services.registry.people.domain.tallying import PersonYear, Total
from services.registry.people.schemas.people import COUNTY, PERSON, VILLAGE
from shared.contracts.registry import Post


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
