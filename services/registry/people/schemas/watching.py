"""What travels about what ends soon and what stands empty."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.elections import Body
from services.registry.people.schemas.people import PERSON, VILLAGE
from shared.contracts.registry import EndingKind, OrganizationKind, Post


class EndingView(BaseModel):
    """即将届满的任期或班子。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "kind": "term",
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7c01",
                "organization_id": VILLAGE,
                "name": "四街村党支部",
                "ends_on": "2026-12-31",
                "person_id": PERSON,
                "person_name": "张建国",
                "post": "secretary",
                "body": None,
                "planned_on": "2026-12-20",
            }
        },
    )

    kind: EndingKind = Field(description="term 为个人任期，period 为选举产生的一届班子")
    id: UUID = Field(description="任期编号；一届班子为产生它的选举编号")
    organization_id: UUID
    name: str = Field(description="组织简称")
    ends_on: date = Field(description="最后一日")
    person_id: UUID | None
    person_name: str | None
    post: Post | None
    body: Body | None
    planned_on: date | None = Field(description="已计划的下次选举日期")


class LastHolderView(BaseModel):
    """最后一任。"""

    model_config = ConfigDict(from_attributes=True)

    term_id: UUID
    person_id: UUID
    name: str
    ends_on: date


class VacancyView(BaseModel):
    """一个应配而空缺的职务。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "organization_id": VILLAGE,
                "name": "四街村党支部",
                "kind": "branch",
                "post": "secretary",
                "since": "2026-07-01",
                "months": 4,
                "last": {
                    "term_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7c01",
                    "person_id": PERSON,
                    "name": "张建国",
                    "ends_on": "2026-06-30",
                },
            }
        },
    )

    organization_id: UUID
    name: str = Field(description="组织简称")
    kind: OrganizationKind
    post: Post
    since: date = Field(description="空缺的第一日")
    months: int = Field(description="到所查日期已满的整月数")
    last: LastHolderView | None = Field(description="最后一任；从未配备的为空")
