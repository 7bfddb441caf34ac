"""What travels about the working-day calendar."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.notifications.calendar.domain import Day, Draft, Notice, NoticeKind, Source
from shared.contracts.notifications import CalendarDay
from shared.workdays import Period

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class DayInput(BaseModel):
    """One day that deviates from the ordinary week, or that the notice names."""

    model_config = ConfigDict(extra="forbid")
    day: date = Field(description="日期")
    working: bool = Field(description="true 为调休上班，false 为放假")
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)] = (
        Field(description="节日名称，如 春节")
    )


class NoticeUpload(BaseModel):
    """A notice of the State Council's office, typed off."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "year": 2026,
                "kind": "amendment",
                "title": "关于调整 2026 年劳动节假期安排的通知（示例）",
                "reference": "国办发明电〔2026〕1号（示例）",
                "issued_on": "2026-03-20",
                "days": [{"day": "2026-05-06", "working": False, "name": "劳动节"}],
            }
        },
    )
    year: int = Field(ge=2000, le=2200, description="通知所安排的年份")
    kind: NoticeKind = Field(description="yearly 全年安排；amendment 年中调整个别日子")
    title: Line = Field(description="通知标题")
    reference: Line = Field(description="发文字号")
    issued_on: date = Field(description="发文日期")
    days: list[DayInput] = Field(min_length=1, max_length=150, description="放假和调休的日子")

    def draft(self) -> Draft:
        """Return the notice as the domain sees it."""
        days = tuple(CalendarDay(day=d.day, working=d.working, name=d.name) for d in self.days)
        return Draft(self.year, self.kind, self.title, self.reference, self.issued_on, days)


class NoticeView(BaseModel):
    """An uploaded notice; the highest edition of a year is in force."""

    year: int
    edition: int
    kind: NoticeKind
    title: str
    reference: str
    issued_on: date
    days: list[CalendarDay]

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Show a stored notice."""
        return cls(
            year=notice.year,
            edition=notice.edition,
            kind=notice.kind,
            title=notice.title,
            reference=notice.reference,
            issued_on=notice.issued_on,
            days=list(notice.days),
        )


class PeriodView(BaseModel):
    """A period of working days."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"first_day": "2026-05-12", "last_day": "2026-05-18", "provisional": False}
        }
    )
    first_day: date = Field(description="第一个工作日")
    last_day: date = Field(description="最后一个工作日，期限到当日 24:00")
    provisional: bool = Field(description="true 表示有年份的放假通知尚未发布，日期为暂定")

    @classmethod
    def of(cls, period: Period) -> Self:
        """Show a period."""
        return cls(
            first_day=period.first_day, last_day=period.last_day, provisional=period.provisional
        )


class DayView(BaseModel):
    """The verdict on one day."""

    day: date
    working: bool
    name: str
    source: Source = Field(
        description="notice 上传的通知；library 随软件带来的通知；week 尚无通知，按周一至周五暂定"
    )
    provisional: bool

    @classmethod
    def of(cls, day: Day) -> Self:
        """Show a verdict."""
        return cls(
            day=day.day,
            working=day.working,
            name=day.name,
            source=day.source,
            provisional=day.provisional,
        )
