"""What travels about elections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.people.domain.elections import (
    MOST_CONFIRMED,
    MOST_SEATS,
    PERIOD_YEARS,
    Body,
    Draft,
    Elected,
    Election,
    ElectionState,
    Seat,
)
from services.registry.people.schemas.people import COUNTY, PERSON, VILLAGE
from shared.contracts.registry import Post

_ELECTION = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8701"


_RESULT: dict[str, Any] = {
    "held_on": "2026-11-20",
    "elected": [{"person_id": PERSON, "post": "secretary"}],
}


class SeatView(BaseModel):
    """一名当选人。"""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    post: Post
    term_id: UUID | None = Field(description="确认后形成的任期；确认前为空")


class ElectionView(BaseModel):
    """一次换届选举。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": _ELECTION,
                "county_id": COUNTY,
                "organization_id": VILLAGE,
                "body": "both",
                "state": "held",
                "planned_on": "2026-11-20",
                "held_on": "2026-11-20",
                "starts_on": "2026-11-20",
                "period_until": "2031-11-19",
                "reason": None,
                "held_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "confirmed_by": None,
                "confirmed_at": None,
                "version": 2,
                "elected": [{"person_id": PERSON, "post": "secretary", "term_id": None}],
            }
        },
    )

    id: UUID
    county_id: UUID
    organization_id: UUID
    body: Body = Field(description="选举产生的班子：党支部委员会、村民委员会，或两委同时")
    state: ElectionState = Field(description="已计划、已推迟、已选举待确认、已确认、已取消")
    planned_on: date = Field(description="计划日期")
    held_on: date | None = Field(description="选举日期")
    starts_on: date | None = Field(description="新任期的第一日")
    period_until: date | None = Field(description="本届届满日，含当日")
    reason: str | None = Field(description="最近一次推迟、退回、取消或恢复的理由")
    held_by: UUID | None = Field(description="登记结果的账号")
    confirmed_by: UUID | None = Field(description="确认的账号")
    confirmed_at: datetime | None
    version: int
    elected: list[SeatView] = Field(default=[], description="当选名单")

    @classmethod
    def of(cls, election: Election, seats: tuple[Seat, ...] = ()) -> "ElectionView":
        """Show an election with who was elected."""
        shown = cls.model_validate(election)
        return shown.model_copy(update={"elected": [SeatView.model_validate(s) for s in seats]})


class PutOff(BaseModel):
    """推迟、退回或恢复：新的日期和理由。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"planned_on": "2027-01-10", "reason": "候选人考察未完成"}},
    )

    planned_on: date = Field(description="新的选举日期")
    reason: str = Field(min_length=1, max_length=200)


class Cancellation(BaseModel):
    """取消一次选举。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "该支部即将与邻村合并"}},
    )

    reason: str = Field(min_length=1, max_length=200)


class Confirmation(BaseModel):
    """一次确认多个选举的结果。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"election_ids": [_ELECTION]}}
    )

    election_ids: list[UUID] = Field(min_length=1, max_length=MOST_CONFIRMED)


class ElectionsView(BaseModel):
    """确认好的选举，顺序与提交时相同。"""

    items: list[ElectionView]


class SeatDraft(BaseModel):
    """一名当选人及其职务；一人任两职填两行。"""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    person_id: UUID | None = Field(default=None, description="已登记的人员")
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="还没有登记的人填姓名，随结果一并登记；各行姓名相同的是同一人",
    )
    post: Post

    @model_validator(mode="after")
    def _one_of_both(self) -> "SeatDraft":
        if (self.person_id is None) == (self.name is None):
            message = "person_id 与 name 应填且只填一项"
            raise ValueError(message)
        return self


class ResultDraft(BaseModel):
    """选举结果。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": _RESULT},
    )

    held_on: date = Field(description="选举日期")
    starts_on: date | None = Field(default=None, description="新任期的第一日；默认选举当日")
    period_until: date | None = Field(
        default=None, description=f"本届届满日，含当日；默认满 {PERIOD_YEARS} 年"
    )
    elected: list[SeatDraft] = Field(min_length=1, max_length=MOST_SEATS)

    def draft(self) -> Draft:
        """Return what is said of the result."""
        elected = [Elected(each.post, each.person_id, each.name) for each in self.elected]
        return Draft(self.held_on, self.starts_on, self.period_until, elected)
