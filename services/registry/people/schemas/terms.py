"""What travels about terms."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.terms import LONGEST_BATCH
from services.registry.people.schemas.people import PERSON, VILLAGE
from shared.contracts.registry import Post, TermRecord

_TERM: dict[str, Any] = {
    "person_id": PERSON,
    "organization_id": VILLAGE,
    "post": "secretary",
    "starts_on": "2024-01-15",
    "ends_on": None,
}


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
