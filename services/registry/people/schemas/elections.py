"""What travels about elections."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.elections import (
    ELECTING,
    MOST_SEATS,
    PERIOD_YEARS,
    Body,
    Election,
    ElectionState,
    Result,
    Seat,
    result,
)
from services.registry.people.domain.outcomes import Outcome
from services.registry.people.domain.terms import Term
from services.registry.people.schemas.terms import COUNTY, PERSON, VILLAGE
from shared.contracts.registry import OrganizationKind, Post, Sector

_OTHER = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b02"
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


class ElectionDraft(BaseModel):
    """计划一次选举。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"organization_id": VILLAGE, "body": "both", "planned_on": "2026-12-20"}
        },
    )

    organization_id: UUID
    body: Body = Body.BOTH
    planned_on: date = Field(description="计划的选举日期；补登以往的选举可填过去的日期")


class ElectionsDraft(BaseModel):
    """为一个乡镇或县的各支部成批计划选举。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "under": COUNTY,
                "body": "both",
                "planned_on": "2026-12-20",
                "kinds": ["branch", "joint_branch"],
                "sector": "rural",
            }
        },
    )

    under: UUID = Field(description="该组织及其全部下级")
    body: Body = Body.BOTH
    planned_on: date
    kinds: list[OrganizationKind] = Field(
        default=list(ELECTING), min_length=1, max_length=5, description="哪些类型的组织"
    )
    sector: Sector | None = Field(default=None, description="只限这个领域；不填则不限")


class PlannedPlace(BaseModel):
    """成批计划中的一个组织。"""

    organization_id: UUID
    name: str
    election_id: UUID | None = Field(description="选举编号；预演时为空")


class PlannedView(BaseModel):
    """成批计划的结果；已有未办结选举的组织不重复计划。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "planned": [
                    {"organization_id": VILLAGE, "name": "四街村党支部", "election_id": _ELECTION}
                ],
                "left_out": [],
            }
        }
    )

    planned: list[PlannedPlace]
    left_out: list[PlannedPlace] = Field(description="已有未办结选举的，附该次选举的编号")

    @classmethod
    def of(
        cls,
        planned: Mapping[UUID, UUID | None],
        left_out: Mapping[UUID, UUID],
        names: Mapping[UUID, str],
    ) -> "PlannedView":
        """Show organizations with their elections; None before these are planned."""

        def shown(rows: Mapping[UUID, UUID | None] | Mapping[UUID, UUID]) -> list[PlannedPlace]:
            return [
                PlannedPlace(organization_id=place, name=names[place], election_id=election)
                for place, election in rows.items()
            ]

        return cls(planned=shown(planned), left_out=shown(left_out))


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


class SeatDraft(BaseModel):
    """一名当选人及其职务；一人任两职填两行。"""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    post: Post


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

    def result(self) -> Result:
        """Return the result with what was left out."""
        seats = [Seat(each.person_id, each.post) for each in self.elected]
        return result(self.held_on, self.starts_on, self.period_until, seats)


class TermEffect(BaseModel):
    """选举结束或开始的一个任期。"""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    post: Post
    starts_on: date
    ends_on: date | None


class SteppedAsideView(BaseModel):
    """不再担任书记、转任其他两委职务的人：本届内保留原待遇的依据。"""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    to_posts: list[Post]
    until: date = Field(description="本届届满日")


class ObstacleView(BaseModel):
    """一处障碍。"""

    pointer: str
    detail: str


class OutcomeView(BaseModel):
    """选举结果对任期的影响。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "possible": True,
                "blocked": [],
                "ended": [
                    {
                        "person_id": _OTHER,
                        "post": "secretary",
                        "starts_on": "2021-04-01",
                        "ends_on": "2026-11-19",
                    }
                ],
                "begun": [
                    {
                        "person_id": PERSON,
                        "post": "secretary",
                        "starts_on": "2026-11-20",
                        "ends_on": None,
                    }
                ],
                "stepped_aside": [],
                "leaving": [_OTHER],
                "unfilled": ["director"],
            }
        }
    )

    possible: bool
    blocked: list[ObstacleView]
    ended: list[TermEffect] = Field(description="到新任期前一日结束的任期；连任的也另起一个任期")
    begun: list[TermEffect]
    stepped_aside: list[SteppedAsideView] = Field(description="不再任书记而继续任其他职务的")
    leaving: list[UUID] = Field(description="不再担任任何职务的人员")
    unfilled: list[Post] = Field(description="书记、主任中没有选出人的职务")

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeView":
        """Show what a result does."""

        def effects(terms: tuple[Term, ...]) -> list[TermEffect]:
            return [TermEffect.model_validate(each) for each in terms]

        return cls(
            possible=not outcome.blocked,
            blocked=[
                ObstacleView(pointer=each.pointer, detail=each.detail.zh)
                for each in outcome.blocked
            ],
            ended=effects(outcome.ended),
            begun=effects(outcome.begun),
            stepped_aside=[SteppedAsideView.model_validate(each) for each in outcome.stepped_aside],
            leaving=list(outcome.leaving),
            unfilled=list(outcome.unfilled),
        )
