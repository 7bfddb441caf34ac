"""What travels about what the result of an election does to terms."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.outcomes import Outcome
from services.registry.people.domain.terms import Term
from services.registry.people.schemas.people import PERSON
from shared.contracts.registry import Post

_OTHER = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b02"


class TermEffect(BaseModel):
    """选举结束或开始的一个任期。"""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID = Field(description="还没有登记的人，预演时为临时编号")
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
