"""What travels about objections: to the public, to inspectors, to branches that are asked."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.notifications.announcements.domain.announcement import Announcement
from services.notifications.objections.domain.finding import Decision, Finding, Inquiry, Verdict
from services.notifications.objections.domain.objection import (
    LABELS,
    Case,
    Channel,
    Claim,
    Clue,
    Kind,
    Objection,
    State,
)
from services.notifications.objections.domain.receipts import ReceiptKind
from services.notifications.objections.domain.sealing import Statement
from shared.contracts.notifications import FallScope

LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class ObjectionInput(BaseModel):
    """An objection as somebody makes it; without name and contact it is anonymous."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "procedure",
                "text": "公示期间村公示栏没有张贴名单，请核实。",
            }
        },
    )
    kind: Kind = Field(description="branch 名单所列党组织；omission 遗漏；procedure 评定程序")
    organization_id: UUID | None = Field(
        default=None, description="涉及的党组织（名单中的 organization_id）"
    )
    star: str | None = Field(
        default=None, max_length=60, description="针对的星；不填为整个评定结果"
    )
    subject: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)
    ] = Field(default=None, description="遗漏的党组织名称（不知道编号时）")
    text: LongText = Field(description="具体情况，4000 字以内")
    name: ShortText | None = Field(default=None, description="姓名（实名时填写，匿名不填）")
    contact: ShortText | None = Field(default=None, description="联系方式（实名时填写，匿名不填）")

    def claim(self) -> Claim:
        """Return the objection as the domain sees it."""
        statement = Statement(self.text, self.subject, self.name, self.contact)
        return Claim(self.kind, statement, self.organization_id, self.star)


class DeskInput(ObjectionInput):
    """An objection that came by telephone, letter or visit, as the inspector enters it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "channel": "phone",
                "received_on": "2026-05-12",
                "kind": "procedure",
                "text": "来电反映：公示期间村公示栏没有张贴名单，请核实。",
            }
        },
    )
    channel: Literal[Channel.PHONE, Channel.LETTER, Channel.VISIT] = Field(
        description="phone 来电；letter 来信；visit 来访"
    )
    received_on: date = Field(description="收到日期，期限以此为准")


class ReceiptView(BaseModel):
    """The receipt of an objection, or of the clue that a late one became."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "objection",
                "number": "公示-2026-7KQ2-M4XD-9RTA",
                "received_on": "2026-05-12",
            }
        }
    )
    kind: ReceiptKind = Field(description="objection 异议；clue 问题线索（已过公示期）")
    number: str = Field(description="回执号，只在此时给出一次，请妥善保存")
    received_on: date


class ProgressView(BaseModel):
    """What the holder of a receipt may know."""

    kind: ReceiptKind
    matter: str
    received_on: date
    state: str
    withdrawn: bool
    answer: str | None = Field(description="实名反映办结后的答复")


class CaseView(BaseModel):
    """An objection or clue in an inspector's list: nothing of the statement."""

    id: UUID
    announcement_id: UUID
    kind: Kind
    channel: Channel
    organization_ids: list[UUID] | None = Field(description="涉及的党组织；null 为全部")
    star: str | None
    named: bool
    received_on: date

    @classmethod
    def of(cls, case: Case) -> Self:
        """Show what objections and clues share."""
        return cls(**_case(case))


class ObjectionSummary(CaseView):
    """An objection in an inspector's list."""

    state: State
    state_name: str
    withdrawn: bool

    @classmethod
    def summary(cls, objection: Objection) -> Self:
        """Show where an objection stands."""
        return cls(
            **_case(objection),
            state=objection.state,
            state_name=LABELS[objection.state],
            withdrawn=objection.withdrawn,
        )


class StatementView(BaseModel):
    """What the objector said, for the inspectors alone."""

    text: str
    subject: str | None
    name: str | None
    contact: str | None

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Show an opened statement."""
        return cls(**vars(statement))


class InquiryView(BaseModel):
    """A redacted text put to a branch, as inspectors and that branch see it."""

    id: UUID
    organization_id: UUID
    text: str
    sent_on: date
    due_on: date
    answer: str | None
    answered_on: date | None
    lapsed: bool = Field(description="true 表示逾期未答复，核查已继续")

    @classmethod
    def of(cls, inquiry: Inquiry) -> Self:
        """Show an inquiry; the objection behind it is not part of it."""
        return cls(**{name: getattr(inquiry, name) for name in InquiryView.model_fields})


class FindingView(BaseModel):
    """A finding and the two who made it."""

    verdict: Verdict
    reasons: str
    answer: str | None
    scope: FallScope | None
    star: str | None
    organization_ids: list[UUID]
    drafted_by: UUID
    drafted_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    returned_because: str | None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Show a finding."""
        decision, second = finding.decision, finding.second
        return cls(
            verdict=decision.verdict,
            reasons=decision.reasons,
            answer=decision.answer,
            scope=decision.scope,
            star=decision.star,
            organization_ids=sorted(decision.organization_ids),
            drafted_by=finding.drafted.user_id,
            drafted_at=finding.drafted.at,
            signed_by=None if second is None else second.user_id,
            signed_at=None if second is None else second.at,
            returned_because=finding.returned_because,
        )


class DossierView(ObjectionSummary):
    """All an inspector sees of one objection."""

    title: str
    statement: StatementView
    inquiries: list[InquiryView]
    findings: list[FindingView]

    @classmethod
    def whole(
        cls,
        objection: Objection,
        announcement: Announcement,
        statement: Statement,
        inquiries: list[Inquiry],
        findings: list[Finding],
    ) -> Self:
        """Show an objection with everything that belongs to it."""
        return cls(
            **ObjectionSummary.summary(objection).model_dump(),
            title=announcement.title,
            statement=StatementView.of(statement),
            inquiries=[InquiryView.of(each) for each in inquiries],
            findings=[FindingView.of(each) for each in findings],
        )


class ClueView(CaseView):
    """A clue with its statement, for the inspectors alone."""

    statement: StatementView

    @classmethod
    def whole(cls, clue: Clue, statement: Statement) -> Self:
        """Show an opened clue."""
        return cls(**_case(clue), statement=StatementView.of(statement))


class HoldView(BaseModel):
    """A branch that is held by an open case; nothing is said about the case."""

    organization_id: UUID
    name: str


class Acceptance(BaseModel):
    """Taking an objection up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {}})
    organization_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=50, description="认定遗漏的党组织（仅遗漏类异议）"
    )


class InquiryInput(BaseModel):
    """A redacted text for the branch; it must not let anybody guess the objector."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "organization_id": "01900000-0000-7000-8000-000000000001",
                "text": "有反映称村内垃圾清运不及时，请说明今年以来的清运安排并附记录。",
                "working_days": 3,
            }
        },
    )
    organization_id: UUID = Field(description="被征询的党组织")
    text: LongText = Field(description="经处理的反映内容，不得透露反映人")
    working_days: int = Field(default=3, ge=1, le=10, description="答复期限（工作日）")


class InquiryAnswer(BaseModel):
    """A branch's answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "清运自五月起改为每日一次，清运记录已报镇政府。"}},
    )
    text: LongText = Field(description="情况说明")


class DecisionInput(BaseModel):
    """A finding as the first inspector drafts it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "verdict": "dismissed",
                "reasons": "经现场核查，公示栏自公示首日起张贴名单，有照片为证。",
                "answer": "经核查，您反映的情况不属实，名单已按时张贴。",
            }
        },
    )
    verdict: Verdict = Field(
        description="upheld 成立；dismissed 不成立；not_accepted 不予受理（匿名或已撤回且不具体）"
    )
    reasons: LongText = Field(description="核查情况和理由")
    answer: LongText | None = Field(default=None, description="给实名反映人的答复")
    scope: FallScope | None = Field(
        default=None, description="star 取消该星；whole_award 整体取消；redetermine 重新评定"
    )
    star: str | None = Field(default=None, max_length=60, description="取消的星（限 scope=star）")
    organization_ids: list[UUID] = Field(default=[], max_length=2000, description="涉及的党组织")

    def decision(self) -> Decision:
        """Return the finding as the domain sees it."""
        return Decision(
            self.verdict,
            self.reasons,
            self.answer,
            self.scope,
            self.star,
            frozenset(self.organization_ids),
        )


def _case(case: Case) -> dict[str, Any]:
    ids = case.organization_ids
    names = ("id", "announcement_id", "kind", "channel", "star", "named", "received_on")
    return {name: getattr(case, name) for name in names} | {
        "organization_ids": None if ids is None else sorted(ids)
    }
