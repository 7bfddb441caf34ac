"""Uploaded calendar notices: what they may say, and the working days that follow from them.

The State Council's notice for a year appears in October to December of the year before and
may be amended in mid-year, so every upload is a new edition and nothing is overwritten.
Clause: 国务院办公厅关于部分节假日安排的通知 (yearly).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.contracts.notifications import CalendarDay
from shared.errors import Fault, Invalid, Text
from shared.workdays import Calendar

# Events about working days belong to this aggregate: there is one calendar in the country.
CALENDAR_ID = UUID("00000000-0000-7000-8000-000000000365")
HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
_DECEMBER = 12
_SATURDAY = 5


class NoticeKind(StrEnum):
    """A whole year's arrangement, or a later change of single days."""

    YEARLY = "yearly"
    AMENDMENT = "amendment"


class CalendarNoticeInvalid(Invalid):
    """The uploaded notice cannot be what the State Council published."""

    slug = "calendar-notice-invalid"
    title = Text("放假安排通知有误", "Invalid calendar notice")


@dataclass(frozen=True)
class Draft:
    """A notice as somebody uploads it."""

    year: int
    kind: NoticeKind
    title: str
    reference: str
    issued_on: date
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True)
class Notice(Draft):
    """A stored notice: the edition counts the uploads for its year from 1."""

    id: UUID
    edition: int
    uploaded_by: UUID | None
    uploaded_at: datetime


class Source(StrEnum):
    """Where the verdict on a day comes from."""

    NOTICE = "notice"  # an uploaded notice
    LIBRARY = "library"  # the notices the software brings along
    WEEK = "week"  # Monday to Friday: no notice is known, the verdict is provisional


@dataclass(frozen=True)
class Day:
    """The verdict on one day."""

    day: date
    working: bool
    name: str
    source: Source

    @property
    def provisional(self) -> bool:
        """Whether the verdict may change when the year's notice appears."""
        return self.source is Source.WEEK


def in_force(notices: Iterable[Notice]) -> dict[date, CalendarDay]:
    """Return the days the notices settle: the last yearly edition, then what amended it."""
    days: dict[int, dict[date, CalendarDay]] = {}
    for notice in sorted(notices, key=lambda each: (each.year, each.edition)):
        said = {each.day: each for each in notice.days}
        earlier = {} if notice.kind is NoticeKind.YEARLY else days.get(notice.year, {})
        days[notice.year] = earlier | said
    # A notice may move days of the December before its year, so later years win.
    return {day: entry for year in sorted(days) for day, entry in days[year].items()}


def complete_years(notices: Iterable[Notice]) -> frozenset[int]:
    """Return the years of which a whole notice was uploaded."""
    return frozenset(each.year for each in notices if each.kind is NoticeKind.YEARLY)


def calendar_of(notices: Iterable[Notice]) -> Calendar:
    """Return the working-day calendar that these notices and the library make."""
    known = tuple(notices)
    overrides = {day: entry.working for day, entry in in_force(known).items()}
    return Calendar(overrides, complete_years(known))


def overrides_after(before: tuple[Notice, ...], after: tuple[Notice, ...]) -> list[CalendarDay]:
    """Return all days a listener must know after an upload.

    Days that an earlier edition moved and the new one no longer mentions are listed with
    what they are now, so that a listener that only adds entries is right too.
    """
    now = in_force(after)
    calendar = calendar_of(after)
    dropped = (
        CalendarDay(day=day, working=calendar.is_working(day), name=entry.name)
        for day, entry in in_force(before).items()
        if day not in now
    )
    return sorted([*now.values(), *dropped], key=lambda entry: entry.day)


def day_verdict(day: date, settled: Mapping[date, CalendarDay], calendar: Calendar) -> Day:
    """Return what a day is and where that is known from."""
    if day in settled:
        return Day(day, settled[day].working, settled[day].name, Source.NOTICE)
    if not calendar.known(day):
        source = Source.WEEK
    else:
        source = Source.NOTICE if day.year in calendar.complete_years else Source.LIBRARY
    return Day(day, calendar.is_working(day), "", source)


def check(draft: Draft, today: date) -> None:
    """Raise CalendarNoticeInvalid with every place where the notice cannot be true."""
    faults = [*_year_faults(draft, today), *_day_faults(draft)]
    if draft.kind is NoticeKind.YEARLY:
        faults += _holiday_faults(draft)
    if faults:
        raise CalendarNoticeInvalid(
            "放假安排通知中有错误，请对照国务院办公厅通知原文逐项改正后重新上传，本次没有保存。",
            "The notice contains errors: correct each against the original; nothing was saved.",
            faults=tuple(faults),
        )


def _year_faults(draft: Draft, today: date) -> Iterable[Fault]:
    if not today.year <= draft.year <= today.year + 1:
        text = Text(
            f"只能上传 {today.year} 年或 {today.year + 1} 年的通知",
            f"only notices for {today.year} or {today.year + 1} can be uploaded",
        )
        yield Fault("/body/year", text)
    if draft.issued_on > today:
        text = Text("发文日期不能晚于今天", "a notice cannot have been issued after today")
        yield Fault("/body/issued_on", text)


def _day_faults(draft: Draft) -> Iterable[Fault]:
    seen: set[date] = set()
    for index, entry in enumerate(draft.days):
        where = f"/body/days/{index}/day"
        if entry.day in seen:
            yield Fault(where, Text(f"{entry.day} 重复出现", f"{entry.day} appears twice"))
        seen.add(entry.day)
        if not _belongs(entry.day, draft.year):
            text = Text(
                f"{entry.day} 不属于 {draft.year} 年的放假安排",
                f"{entry.day} is no part of the arrangement for {draft.year}",
            )
            yield Fault(where, text)
        weekend = entry.day.weekday() >= _SATURDAY
        if entry.working and not weekend and draft.kind is NoticeKind.YEARLY:
            text = Text(
                f"{entry.day} 本来就是工作日，调休上班应在周六或周日",
                f"{entry.day} is an ordinary working day; make-up days are Saturdays or Sundays",
            )
            yield Fault(f"/body/days/{index}/working", text)


def _belongs(day: date, year: int) -> bool:
    """Around 元旦 a year's notice reaches back into the December before (29 December 2018)."""
    return day.year == year or (day.year == year - 1 and day.month == _DECEMBER)


def _holiday_faults(draft: Draft) -> Iterable[Fault]:
    free = [entry for entry in draft.days if not entry.working and entry.day.year == draft.year]
    for holiday in HOLIDAYS:
        if not any(holiday in entry.name for entry in free):
            text = Text(
                f"全年通知缺少“{holiday}”的放假日期，只改个别日子请选 amendment",
                f"a yearly notice must name the days of {holiday}; use amendment for single days",
            )
            yield Fault("/body/days", text)


def days_of(year: int) -> list[date]:
    """Return every day of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
