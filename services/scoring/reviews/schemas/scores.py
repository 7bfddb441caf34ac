"""Scores of applications: points are decimal text such as "18.50"."""

from collections.abc import Mapping
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from services.scoring.applications.schemas.words import WordBody, WordView, word_fields
from services.scoring.reviews.domain.departments import ReviewKind, StarReview
from services.scoring.reviews.domain.marks import Mark, MarkText
from services.scoring.reviews.domain.outcomes import Outcome
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.domain.verdicts import VisibleStage
from services.scoring.reviews.schemas.words import Code, Reason

_MARK: JsonDict = {"points": "18.00", "reason": "佐证不足，缺少一次支委会记录"}
_PARTY_BUILDING: JsonDict = {
    "secretary_ability": _MARK,
    "team_role": {"points": "18.00"},
    "member_management": {"points": "18.00"},
    "reserve_cadres": {"points": "9.00"},
    "management_system": {"points": "14.00"},
    "service_to_people": {"points": "14.00"},
    "party_building_honour": {"points": "0"},
    "party_building_pilot": {"points": "0"},
    "party_building_brand": {"points": "0"},
    "party_building_criticism": {"points": "0"},
    "party_building_false_papers": {"points": "0"},
}
_NOTE = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class MarkBody(WordBody):
    """What is said of one item; worse for the village than what stands, it needs a reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_MARK]})

    reason: _NOTE = Field(default="", description="低于原得分时必填")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.word().forms != 1:
            message = (
                "请填写points、values、occurrences、not_applicable中的一项"
                " (say it in exactly one of the four forms)"
            )
            raise ValueError(message)
        return self

    def text(self) -> MarkText:
        """Return it for the domain."""
        return MarkText(self.word(), self.reason)


class RecommendationBody(BaseModel):
    """All of the township's scores of an application; may be saved before it is complete."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"items": _PARTY_BUILDING}]},
    )

    items: dict[Code, MarkBody] = Field(max_length=1000, description="评分项编码 → 得分")
    refusals: dict[Code, Reason] = Field(
        default_factory=dict, max_length=20, description="达线而不推荐的星的代码 → 理由；一般不填"
    )

    def marks(self) -> dict[str, MarkText]:
        """Return the items for the domain."""
        return {code: mark.text() for code, mark in self.items.items()}


class StarReviewBody(BaseModel):
    """A department's scores of one whole star."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": _PARTY_BUILDING}]}
    )

    items: dict[Code, MarkBody] = Field(max_length=200, description="该星的每一个评分项 → 得分")
    refusal: Reason | None = Field(default=None, description="达线而不予评选的理由；一般不填")
    lift: Reason | None = Field(
        default=None, description="撤销乡镇对该星的否决的理由；不填则乡镇的否决继续有效"
    )

    def marks(self) -> dict[str, MarkText]:
        """Return the items for the domain."""
        return {code: mark.text() for code, mark in self.items.items()}


class SpotCheckBody(BaseModel):
    """A department's spot check of one whole star: it may only confirm or lower."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": _PARTY_BUILDING}]}
    )

    items: dict[Code, MarkBody] = Field(max_length=200, description="该星的每一个评分项 → 得分")

    def marks(self) -> dict[str, MarkText]:
        """Return the items for the domain."""
        return {code: mark.text() for code, mark in self.items.items()}


class MarkView(WordView):
    """One item as it was scored."""

    reason: str


def _marks(marks: Mapping[str, Mark]) -> dict[str, MarkView]:
    return {
        code: MarkView(**word_fields(mark.word), reason=mark.reason) for code, mark in marks.items()
    }


class RecommendationView(BaseModel):
    """The township's scores of an application; version 0 while nothing was saved."""

    application_id: UUID
    organization_id: UUID
    township_id: UUID
    version: int
    items: dict[str, MarkView]
    refusals: dict[str, str]

    @classmethod
    def of(cls, given: Recommendation) -> Self:
        """Show a recommendation."""
        return cls(
            application_id=given.application_id,
            organization_id=given.organization_id,
            township_id=given.township_id,
            version=given.version,
            items=_marks(given.marks),
            refusals=dict(given.refusals),
        )


class StarReviewView(BaseModel):
    """A department's scores of one star; version 0 while nothing was saved."""

    application_id: UUID
    organization_id: UUID
    kind: ReviewKind
    star: str
    department: str
    scored_by: str
    version: int
    items: dict[str, MarkView]
    refusal: str | None
    lift: str | None

    @classmethod
    def of(cls, given: StarReview) -> Self:
        """Show a review or a spot check."""
        return cls(
            application_id=given.application_id,
            organization_id=given.organization_id,
            kind=given.kind,
            star=given.star,
            department=given.department,
            scored_by=given.scored_by,
            version=given.version,
            items=_marks(given.marks),
            refusal=given.refusal or None,
            lift=given.lift or None,
        )


class OutcomeView(BaseModel):
    """What a closed stage brought one branch: its level and stars so far."""

    application_id: UUID
    organization_id: UUID
    applied_level: int
    level: int
    stars: list[str]

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Show an outcome."""
        return cls(
            application_id=outcome.application_id,
            organization_id=outcome.organization_id,
            applied_level=outcome.applied_level,
            level=outcome.level,
            stars=list(outcome.stars),
        )


class StageScoresView(BaseModel):
    """One stage's scores that the caller may see; `outcome` once the stage is closed."""

    stage: str
    name: str
    items: dict[str, MarkView]
    refusals: dict[str, str]
    outcome: OutcomeView | None

    @classmethod
    def of(cls, found: VisibleStage) -> Self:
        """Show a stage."""
        return cls(
            stage=found.stage,
            name=found.name,
            items=_marks(found.marks),
            refusals=dict(found.refusals),
            outcome=OutcomeView.of(found.outcome) if found.outcome else None,
        )


class ApplicationScoresView(BaseModel):
    """The stages of one application that the caller may see now."""

    application_id: UUID
    stages: list[StageScoresView]
