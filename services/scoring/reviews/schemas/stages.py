"""Parts of townships and departments, sign-offs, and what is to be done."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.reviews.domain.stages import Member, Stage, StageKind, StageState
from services.scoring.reviews.domain.verdicts import Closing
from services.scoring.reviews.domain.worklist import Duty, Kind, Part
from services.scoring.reviews.schemas.scores import OutcomeView
from services.scoring.reviews.schemas.words import EXAMPLE_ID

_SEAT = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]


class MemberBody(BaseModel):
    """A seat in the group by its title; the person by id, never by name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "组长（镇党委书记）", "person_id": EXAMPLE_ID}]},
    )

    title: _SEAT = Field(description="评审组职务")
    person_id: UUID | None = Field(default=None, description="组织库中的人员编号")


class SignOffBody(BaseModel):
    """Who signs: at least one member of the group, each seat once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"members": [{"title": "组长（镇党委书记）"}, {"title": "成员（组织委员）"}]}
            ]
        },
    )

    members: list[MemberBody] = Field(max_length=50)

    def seats(self) -> tuple[Member, ...]:
        """Return the members for the domain."""
        return tuple(Member(each.title, each.person_id) for each in self.members)


class MemberView(BaseModel):
    """A seat that signed."""

    title: str
    person_id: UUID | None


class StageView(BaseModel):
    """One township's or department's part: `receipt` is the hash of what was signed."""

    kind: StageKind
    party: str
    state: StageState
    scored_by: str
    extensions: int
    reason: str | None
    members: list[MemberView]
    closed_on: date | None
    receipt: str | None

    @classmethod
    def of(cls, stage: Stage) -> Self:
        """Show a part."""
        return cls(
            kind=stage.kind,
            party=stage.party,
            state=stage.state,
            scored_by=stage.scored_by,
            extensions=stage.extensions,
            reason=stage.reason,
            members=[
                MemberView(title=each.title, person_id=each.person_id) for each in stage.members
            ],
            closed_on=stage.closed_on,
            receipt=stage.receipt,
        )


class ClosingView(BaseModel):
    """A signed part and what it brought its branches."""

    stage: StageView
    outcomes: list[OutcomeView]

    @classmethod
    def of(cls, closing: Closing) -> Self:
        """Show a closing."""
        return cls(
            stage=StageView.of(closing.stage),
            outcomes=[OutcomeView.of(each) for each in closing.outcomes],
        )


class ClosedView(BaseModel):
    """The parts that were ended."""

    stages: list[StageView]


class PartView(BaseModel):
    """How far a township or department is; nothing to score means it need not act."""

    party: str
    name: str
    stage: StageView
    last_day: date
    total: int = Field(description="要评的村数（部门为村·星数）")
    done: int

    @classmethod
    def of(cls, part: Part) -> Self:
        """Show a part's progress."""
        return cls(
            party=part.stage.party,
            name=part.name,
            stage=StageView.of(part.stage),
            last_day=part.last_day,
            total=part.total,
            done=part.done,
        )


class PartsView(BaseModel):
    """The parts that the caller may know of."""

    items: list[PartView]


class DutyView(BaseModel):
    """One thing to do: what, for which village or body, by when; `open` counts what is left."""

    kind: Kind
    party: str
    name: str
    due_on: date
    open: int
    application_id: UUID | None
    organization_id: UUID | None
    star: str | None

    @classmethod
    def of(cls, duty: Duty) -> Self:
        """Show a duty."""
        return cls(**{name: getattr(duty, name) for name in cls.model_fields})
