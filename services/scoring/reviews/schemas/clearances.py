"""Answers of source offices: numbers and yes or no, never a name or a story."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.kernel.inputs import (
    Answer,
    CountedProblem,
    CountsAnswer,
    DatedSanction,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.reviews.domain.clearances import (
    Gap,
    OfficeAnswers,
    OfficeStatus,
    SavedSheet,
)
from services.scoring.reviews.schemas.words import EXAMPLE_ID, Code, Reason

# What a number may look like is the domain's rule, with a problem of its own.
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Times = Annotated[int, Field(ge=0, le=1_000_000)]


class ProblemBody(BaseModel):
    """One problem by its case number, with how often each kind of event happened in it."""

    model_config = ConfigDict(extra="forbid")

    reference: Number = Field(description="案件编号，不得填写姓名", examples=["XF-2026-0012"])
    counts: dict[Code, Times] = Field(max_length=20, examples=[{"county_group_visit": 1}])


class SanctionBody(BaseModel):
    """One sanction by its kind, decision day and document number; nobody is named."""

    model_config = ConfigDict(extra="forbid")

    sanction: Code = Field(description="处分种类的编码，见方案", examples=["serious_warning"])
    decided_on: date = Field(description="处分决定日期", examples=["2025-11-03"])
    reference: Number = Field(description="处分决定的文号，不得填写姓名")


class AnswerBody(BaseModel):
    """Yes or no (`hit`), problems with their counts, or sanctions with their dates.

    The reference if it has its own.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"hit": True, "reference": "GA-2026-7"}]}
    )

    hit: bool | None = Field(default=None, description="底线是否触碰")
    problems: list[ProblemBody] | None = Field(
        default=None, max_length=200, description="信访：逐个问题填写次数；没有则为空表"
    )
    sanctions: list[SanctionBody] | None = Field(
        default=None, max_length=200, description="处分：逐项填写种类和决定日期；没有则为空表"
    )
    reference: Number | None = Field(default=None, description="文号或案件编号，默认同整份答复")

    def answer(self, reference: str) -> Answer | None:
        """Return it for the domain; None unless it has exactly one of the forms."""
        own = self.reference or reference
        if sum(form is not None for form in (self.hit, self.problems, self.sanctions)) != 1:
            return None
        if self.hit is not None:
            return ReportedAnswer(hit=self.hit, reference=own)
        if self.problems is not None:
            problems = tuple(
                CountedProblem(reference=each.reference, counts=each.counts)
                for each in self.problems
            )
            return CountsAnswer(problems=problems, reference=own)
        sanctions = tuple(DatedSanction(**vars(each)) for each in self.sanctions or ())
        return SanctionsAnswer(sanctions=sanctions, reference=own)


class ClearancesBody(BaseModel):
    """An office's answers, whole or in part; `rest_none` answers "none" for all others."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"reference": "获信函〔2026〕12号", "answers": {}, "rest_none": True},
                {
                    "reference": "获信函〔2026〕12号",
                    "answers": {
                        EXAMPLE_ID: {
                            "petitions": {
                                "problems": [
                                    {
                                        "reference": "XF-2026-0012",
                                        "counts": {"county_group_visit": 2},
                                    }
                                ]
                            }
                        }
                    },
                    "rest_none": True,
                },
            ]
        },
    )

    reference: Number = Field(description="本单位答复的文号")
    answers: dict[UUID, dict[Code, AnswerBody]] = Field(
        default_factory=dict, max_length=5000, description="组织编号 → 底线标准编码 → 答复"
    )
    rest_none: bool = Field(default=False, description="明确答复：其余各村各条均无")
    reason: Reason | None = Field(
        default=None, description="仅组织部在联审单位逾期后凭其书面答复代录时填写"
    )

    def given(self) -> OfficeAnswers:
        """Return it for the domain."""
        return OfficeAnswers(
            reference=self.reference,
            answers={
                organization_id: {code: body.answer(self.reference) for code, body in lines.items()}
                for organization_id, lines in self.answers.items()
            },
            rest_none=self.rest_none,
            reason=self.reason,
        )


class ClearancesView(BaseModel):
    """An office's answers as they stand, and how many are missing."""

    office: str
    name: str
    version: int
    missing: int
    receipt: str | None = Field(description="本次提交内容的哈希")
    answers: dict[UUID, dict[str, dict[str, Any]]]

    @classmethod
    def of(cls, saved: SavedSheet) -> Self:
        """Show an office's answers."""
        return cls(
            office=saved.sheet.office,
            name=saved.name,
            version=saved.sheet.version,
            missing=saved.missing,
            receipt=saved.receipt,
            answers={
                organization_id: {
                    code: answer.model_dump(mode="json") for code, answer in lines.items()
                }
                for organization_id, lines in saved.sheet.answers.items()
            },
        )


class OfficeStatusView(BaseModel):
    """How far an office is."""

    office: str
    name: str
    asked: int
    missing: int

    @classmethod
    def of(cls, status: OfficeStatus) -> Self:
        """Show an office's progress."""
        return cls(**{name: getattr(status, name) for name in cls.model_fields})


class OfficesView(BaseModel):
    """The offices that the caller may know of."""

    items: list[OfficeStatusView]


class GapView(BaseModel):
    """A branch and a bottom line on which an office is silent."""

    office: str
    organization_id: UUID
    name: str
    bottom_line: str

    @classmethod
    def of(cls, gap: Gap, name: str) -> Self:
        """Show a silence."""
        return cls(
            office=gap.office,
            organization_id=gap.organization_id,
            name=name,
            bottom_line=gap.bottom_line,
        )
