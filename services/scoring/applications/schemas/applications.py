"""What travels about applications; points are decimal text such as "88.50"."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from services.scoring.applications.domain import (
    ApplicationState,
    Change,
    Entry,
    FileMark,
    Gap,
    Given,
    Listed,
    Reading,
    Sheet,
    StarSheet,
    StarStanding,
    Submission,
)
from services.scoring.applications.schemas.words import Code, WordBody, WordView, word_fields
from shared.money import DecimalText, decimal_text

Reference = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
_ID = "01990000-0000-7000-8000-000000000001"


def _points(hundredths: int | None) -> str | None:
    return None if hundredths is None else decimal_text(hundredths)


class NewApplication(BaseModel):
    """An application of one's own branch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"cycle_id": _ID, "organization_id": _ID}]},
    )

    cycle_id: UUID
    organization_id: UUID = Field(description="本支部")


class EntryBody(WordBody):
    """One item: what is said of it and where the evidence is; it may still be unscored."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"points": "18.50", "reference": "会议记录2026-03"}]},
    )

    reference: Reference = Field(default="", description="佐证出处")

    def given(self) -> Given:
        """Return it for the domain."""
        return Given(self.word(), self.reference)


# A whole star of the shipped edition 2, so that the documents' example can be sent as it stands.
_PARTY_BUILDING: JsonDict = {
    "secretary_ability": {"points": "18.50", "reference": "述职材料2026-01"},
    "team_role": {"points": "18.00", "reference": "支委会记录2026-02"},
    "member_management": {"points": "18.00", "reference": "党员名册"},
    "reserve_cadres": {"points": "9.00", "reference": "后备干部台账"},
    "management_system": {"points": "14.00", "reference": "四议两公开记录"},
    "service_to_people": {"points": "14.00", "reference": "便民服务登记"},
    "party_building_honour": {"points": "0", "reference": "无"},
    "party_building_pilot": {"points": "0", "reference": "无"},
    "party_building_brand": {"points": "0", "reference": "无"},
    "party_building_criticism": {"points": "0", "reference": "无"},
    "party_building_false_papers": {"points": "0", "reference": "无"},
}


class StarBody(BaseModel):
    """One star at once; items left out lose their points, files stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"apply": True, "items": _PARTY_BUILDING}]},
    )

    apply: bool = Field(description="是否申报这颗星")
    items: dict[Code, EntryBody] = Field(max_length=200)

    def given(self) -> dict[str, Given]:
        """Return the items for the domain."""
        return {code: entry.given() for code, entry in self.items.items()}


class ReturnBody(BaseModel):
    """Why an application goes back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "集体经济增收缺少合同复印件"}]}
    )

    reason: Reason


class FileView(BaseModel):
    """A file that backs an item."""

    id: UUID
    name: str
    sha256: str

    @classmethod
    def of(cls, mark: FileMark) -> Self:
        """Show a file."""
        return cls(id=mark.id, name=mark.name, sha256=mark.sha256)


class EntryView(WordView):
    """One item as it stands."""

    reference: str
    files: list[FileView]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Show an item."""
        files = [FileView.of(mark) for mark in entry.files]
        return cls(**word_fields(entry.word), reference=entry.reference, files=files)


class StarView(BaseModel):
    """One star as it stands."""

    apply: bool
    items: dict[str, EntryView]

    @classmethod
    def of(cls, star: StarSheet) -> Self:
        """Show a star."""
        items = {code: EntryView.of(entry) for code, entry in star.items.items()}
        return cls(apply=star.apply, items=items)


class ApplicationBrief(BaseModel):
    """An application in a list; `applied` is from what was submitted last."""

    id: UUID
    cycle_id: UUID
    organization_id: UUID
    township_id: UUID
    state: ApplicationState
    applied: list[str]
    submitted_at: datetime | None
    returns: int
    last_day: date = Field(description="申报人最后可办理的日期（已计入退回和暂停顺延）")

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Show an application without its content."""
        application = listed.application
        names = set(cls.model_fields) - {"applied", "last_day"}
        plain = {name: getattr(application, name) for name in names}
        return cls(**plain, applied=list(application.applied), last_day=listed.last_day)


class ApplicationView(BaseModel):
    """An application with its sheet: the writer's own, or what was submitted last."""

    id: UUID
    cycle_id: UUID
    organization_id: UUID
    township_id: UUID
    state: ApplicationState
    version: int
    stars: dict[str, StarView]
    working: bool = Field(description="true 为申报人正在填写的内容，false 为最后一次提交的内容")
    submitted_at: datetime | None
    submissions: int
    receipt_hash: str | None
    returns: int
    return_reason: str | None
    last_day: date = Field(description="申报人最后可办理的日期（已计入退回和暂停顺延）")
    verbs: list[str] = Field(description="当前账号可以办理的操作")

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """Show an application as this reader may see it."""
        application = reading.application
        return cls(
            id=application.id,
            cycle_id=application.cycle_id,
            organization_id=application.organization_id,
            township_id=application.township_id,
            state=application.state,
            version=application.version,
            stars=_stars(reading.sheet),
            working=reading.working,
            submitted_at=application.submitted_at,
            submissions=application.numbers,
            receipt_hash=application.receipt_hash,
            returns=application.returns,
            return_reason=application.return_reason,
            last_day=reading.last_day,
            verbs=list(reading.verbs),
        )


def _stars(sheet: Sheet) -> dict[str, StarView]:
    return {code: StarView.of(star) for code, star in sheet.stars.items()}


class GapView(BaseModel):
    """What an item still lacks."""

    star: str
    item: str
    name: str
    clause: str
    lacks: str = Field(description="points 缺得分，reference 缺佐证")


class StandingView(BaseModel):
    """What a star's self score comes to; null while items lack points."""

    star: str
    name: str
    apply: bool
    base: DecimalText | None
    total: DecimalText | None
    reaches_lines: bool | None

    @classmethod
    def of(cls, standing: StarStanding) -> Self:
        """Show what a star's self score comes to."""
        exact = {"base": _points(standing.base), "total": _points(standing.total)}
        return cls(**vars(standing) | exact)


class CompletenessView(BaseModel):
    """Whether the sheet can be submitted, and what is in the way."""

    complete: bool
    gaps: list[GapView]
    stars: list[StandingView]

    @classmethod
    def of(cls, gaps: list[Gap], standings: list[StarStanding]) -> Self:
        """Show what a sheet lacks."""
        below = any(each.apply and each.reaches_lines is False for each in standings)
        return cls(
            complete=not gaps and not below,
            gaps=[GapView(**vars(each)) for each in gaps],
            stars=[StandingView.of(each) for each in standings],
        )


class Receipt(BaseModel):
    """Proof of what was received: number, time and hash."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "application_id": _ID,
                    "number": 1,
                    "received_at": "2026-04-02T01:30:00Z",
                    "hash": "sha256:" + "0" * 64,
                }
            ]
        }
    )

    application_id: UUID
    number: int
    received_at: datetime
    hash: str

    @classmethod
    def of(cls, submission: Submission) -> Self:
        """Show a receipt."""
        return cls(**{name: getattr(submission, name) for name in cls.model_fields})


class ReceiptCheck(Receipt):
    """A receipt with what it covers, and whether both still agree.

    The hash is sha256 of `content` as canonical JSON: keys sorted, no spaces, UTF-8; points
    in it are integers of 0.01.
    """

    intact: bool
    content: Mapping[str, Any]

    @classmethod
    def checked(cls, submission: Submission, *, intact: bool) -> Self:
        """Show a receipt with its content."""
        plain = Receipt.of(submission).model_dump()
        return cls(**plain, intact=intact, content=submission.content)


class ChangeView(BaseModel):
    """One change of an application; points in `before` and `after` are integers of 0.01."""

    id: UUID
    version: int
    at: datetime
    actor_id: UUID | None
    action: str
    star: str | None
    item: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None

    @classmethod
    def of(cls, change: Change) -> Self:
        """Show a change."""
        return cls(**{name: getattr(change, name) for name in cls.model_fields})


class Closing(BaseModel):
    """What closing the applications brought."""

    submitted: int
    returned: int
    not_applied: int
