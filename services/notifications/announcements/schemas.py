"""What travels about announcements: the desk's view and the public notice."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.notifications.announcements.domain.announcement import (
    PART_NAMES,
    Announcement,
    Entry,
    Parts,
    Standing,
    State,
)
from services.notifications.announcements.domain.notice import Line, Notice, Phase
from shared.contracts.scoring import StarName

Line200 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9０-９()（）+\-－—、,， ]{5,60}$")
]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]


class PartsPatch(BaseModel):
    """The fixed parts of a notice; only those given are replaced."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "unit": "中共获嘉县委组织部",
                "phone": "0373-4590000",
                "letter": "中共获嘉县委组织部组织科",
                "email": "gongshi@huojia.example",
                "address": "获嘉县行政中心一号楼",
            }
        },
    )
    unit: Line200 | None = Field(default=None, description="公示单位全称")
    basis: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)
    ] = Field(default=None, description="公示依据")
    phone: Phone | None = Field(default=None, description="受理电话")
    letter: Line200 | None = Field(default=None, description="来信收件人")
    email: Email | None = Field(default=None, max_length=200, description="电子邮箱")
    address: Line200 | None = Field(default=None, description="来信来访地址")

    def parts(self) -> Parts:
        """Return the parts as the domain sees them."""
        return Parts(**self.model_dump())


class PartsView(BaseModel):
    """The fixed parts of a notice as they stand."""

    unit: str | None
    basis: str | None
    phone: str | None
    letter: str | None
    email: str | None
    address: str | None

    @classmethod
    def of(cls, parts: Parts) -> Self:
        """Show the parts."""
        return cls(**vars(parts))


class Reason(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "名称有误"}})
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
    ] = Field(description="理由")


class EntryView(BaseModel):
    """One line of a notice, with what became of it."""

    organization_id: UUID
    name: str | None
    township: str | None
    level: int
    stars: list[StarName]
    standing: Standing
    level_now: int | None
    stars_now: list[StarName] | None
    changed_on: date | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Show a line."""
        return cls(
            organization_id=entry.organization_id,
            name=entry.name,
            township=entry.township,
            level=entry.level,
            stars=list(entry.stars),
            standing=entry.standing,
            level_now=entry.level_now,
            stars_now=None if entry.stars_now is None else list(entry.stars_now),
            changed_on=entry.changed_on,
        )


class AnnouncementSummary(BaseModel):
    """An announcement in a list."""

    id: UUID
    cycle_id: UUID
    determination_id: UUID
    title: str
    year: int
    state: State
    supplement: bool
    version: int
    published_on: date | None
    first_day: date | None
    last_day: date | None
    provisional: bool
    closed_on: date | None

    @classmethod
    def of(cls, found: Announcement) -> Self:
        """Show an announcement without its lines."""
        return cls(**{name: getattr(found, name) for name in AnnouncementSummary.model_fields})


class AnnouncementView(AnnouncementSummary):
    """An announcement at the desk: its parts, what they still lack, and every line."""

    policy_title: str
    policy_hash: str
    snapshot_hash: str
    working_days: int
    first_day_counts: bool
    parts: PartsView
    missing: list[str] = Field(description="发布前仍需填写的内容")
    entries: list[EntryView]

    @classmethod
    def with_entries(cls, found: Announcement, entries: list[Entry]) -> Self:
        """Show an announcement with its lines, the highest level first."""
        shown = sorted(entries, key=lambda each: (-each.level, each.sort))
        return cls(
            **AnnouncementSummary.of(found).model_dump(),
            policy_title=found.policy_title,
            policy_hash=found.policy_hash,
            snapshot_hash=found.snapshot_hash,
            working_days=found.working_days,
            first_day_counts=found.first_day_counts,
            parts=PartsView.of(found.parts),
            missing=[PART_NAMES[name] for name in found.parts.missing],
            entries=[EntryView.of(entry) for entry in shown],
        )


class LineView(BaseModel):
    """One branch on the public notice."""

    organization_id: UUID
    name: str
    township: str
    level: int
    level_name: str
    stars: list[StarName]
    withdrawn: list[StarName] = Field(description="经核查取消的星")
    remark: str

    @classmethod
    def of(cls, line: Line, township: str, level: int, level_name: str) -> Self:
        """Show a line."""
        return cls(
            organization_id=line.organization_id,
            name=line.name,
            township=township,
            level=level,
            level_name=level_name,
            stars=list(line.stars),
            withdrawn=list(line.withdrawn),
            remark=line.remark,
        )


class NoticeSummary(BaseModel):
    """A public notice in a list."""

    id: UUID
    title: str
    unit: str
    phase: Phase = Field(description="open 公示中；ended 公示期已满；closed 已结束")
    published_on: date
    first_day: date
    last_day: date = Field(description="公示到当日 24:00（北京时间）")
    provisional: bool

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Show a notice without its lines."""
        return cls(**{name: getattr(notice, name) for name in NoticeSummary.model_fields})


class NoticeView(NoticeSummary):
    """A public notice: sentences as printed, and the list as data."""

    matter: str
    opening: str
    period: str
    period_remark: str
    contacts: PartsView
    signed_on: str
    corrections: list[str]
    policy_title: str
    policy_hash: str
    snapshot_hash: str
    count: int
    lines: list[LineView]

    @classmethod
    def whole(cls, notice: Notice) -> Self:
        """Show a notice with its lines."""
        names = set(cls.model_fields) - {"contacts", "corrections", "lines"}
        return cls(
            **{name: getattr(notice, name) for name in names},
            contacts=PartsView.of(notice.contacts),
            corrections=list(notice.corrections),
            lines=[
                LineView.of(line, township.name, level.level, level.name)
                for level in notice.levels
                for township in level.townships
                for line in township.lines
            ],
        )
