"""What travels about the ledger of party life."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.life.domain.entries import LARGEST_BATCH, MOST_PEOPLE
from services.registry.life.domain.rhythm import Kind

_ENTRY: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
    "kind": "members_meeting",
    "held_on": "2026-02-10",
    "present": 31,
    "expected": 36,
    "minutes": "支部工作手册 2026 年第 3 页",
    "group": "",
}


class EntryDraft(BaseModel):
    """一次已经召开的组织生活；只记人数，不记姓名。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _ENTRY}
    )

    organization_id: UUID
    kind: Kind
    held_on: date
    present: int = Field(ge=0, le=MOST_PEOPLE, strict=True, description="实到人数")
    expected: int = Field(ge=1, le=MOST_PEOPLE, strict=True, description="应到人数")
    minutes: str = Field(min_length=1, max_length=200, description="会议记录在何处")
    group: str = Field(default="", max_length=50, description="党小组名称；仅党小组会填写")
    generated: bool = Field(default=False, description="是否为演示生成的数据")


class EntriesDraft(BaseModel):
    """成批登记。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"items": [_ENTRY]}})

    items: list[EntryDraft] = Field(min_length=1, max_length=LARGEST_BATCH)


class Correction(BaseModel):
    """更正：新的一条取代原来的一条。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "example": {
                "held_on": "2026-02-10",
                "present": 30,
                "expected": 36,
                "minutes": "支部工作手册 2026 年第 3 页",
                "reason": "人数数错",
            }
        },
    )

    held_on: date
    present: int = Field(ge=0, le=MOST_PEOPLE, strict=True)
    expected: int = Field(ge=1, le=MOST_PEOPLE, strict=True)
    minutes: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=200)


class Withdrawal(BaseModel):
    """撤回：这次会议没有召开。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "登记到了别的支部"}},
    )

    reason: str = Field(min_length=1, max_length=200)


class EntryView(BaseModel):
    """台账中的一条。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": _ENTRY
            | {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8401",
                "corrects_id": None,
                "withdrawn": False,
                "reason": None,
                "entered_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "entered_at": "2026-02-11T01:00:00Z",
                "generated": False,
            }
        },
    )

    id: UUID
    organization_id: UUID
    kind: Kind
    held_on: date
    present: int
    expected: int
    minutes: str
    group: str
    corrects_id: UUID | None = Field(description="取代了哪一条")
    withdrawn: bool = Field(description="这一条是撤回")
    reason: str | None
    entered_by: UUID | None
    entered_at: datetime
    generated: bool


class EntriesView(BaseModel):
    """登记好的记录，顺序与提交时相同。"""

    items: list[EntryView]
