"""What travels about brand projects."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.brands.domain import Project, Stage

_PROJECT: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
    "name": "党建+红色物业",
    "aim": "党员分片联户，年内办好十件民生实事",
    "begun_on": "2026-03-01",
}
_STAGE: dict[str, Any] = {
    "reached_on": "2026-06-10",
    "title": "联户到位",
    "result": "36 名党员联系 412 户，收集问题 58 件，办结 41 件",
}
_ID = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8901"
_SHOWN = _PROJECT | {"id": _ID, "ended_on": None, "outcome": None, "generated": False}


class BrandDraft(BaseModel):
    """一个支部的品牌项目。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _PROJECT}
    )

    organization_id: UUID
    name: str = Field(min_length=2, max_length=60)
    aim: str = Field(min_length=2, max_length=500, description="要达到的目标")
    begun_on: date
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class StageDraft(BaseModel):
    """完成的一个阶段。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _STAGE}
    )

    reached_on: date
    title: str = Field(min_length=2, max_length=60)
    result: str = Field(min_length=2, max_length=500, description="成效；不写个人信息")


class BrandConclusion(BaseModel):
    """结项。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"ended_on": "2026-12-20", "outcome": "十件实事全部办结"}},
    )

    ended_on: date
    outcome: str = Field(min_length=2, max_length=500, description="结项成效")


class BrandView(BaseModel):
    """一个品牌项目。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _SHOWN})

    id: UUID
    organization_id: UUID
    name: str
    aim: str
    begun_on: date
    ended_on: date | None = Field(description="结项日期；在办的为空")
    outcome: str | None
    generated: bool


class StageView(BaseModel):
    """一个品牌项目完成的一个阶段。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _STAGE
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8a01",
                "entered_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "entered_at": "2026-06-11T01:00:00Z",
            }
        },
    )

    id: UUID
    reached_on: date
    title: str
    result: str
    entered_by: UUID | None
    entered_at: datetime


class BrandStory(BaseModel):
    """一个品牌项目及其各阶段。"""

    project: BrandView
    stages: list[StageView]

    @classmethod
    def of(cls, told: tuple[Project, list[Stage]]) -> Self:
        """Show a project with its stages."""
        project, stages = told
        return cls(
            project=BrandView.model_validate(project),
            stages=[StageView.model_validate(each) for each in stages],
        )
