"""The document of an announcement: what the public reads, as data in reading order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from services.notifications.announcements.domain import wording
from services.notifications.announcements.domain.announcement import (
    Announcement,
    Entry,
    Parts,
    Standing,
)
from shared.contracts.scoring import StarName


class Phase(StrEnum):
    """What a reader can do on the day of reading."""

    OPEN = "open"  # object now
    ENDED = "ended"  # the last day has passed; what comes now is a clue
    CLOSED = "closed"


PHASE_NAMES = {Phase.OPEN: "公示中", Phase.ENDED: "公示期已满", Phase.CLOSED: "公示已结束"}


@dataclass(frozen=True)
class Line:
    """One branch on the notice."""

    organization_id: UUID
    name: str
    stars: tuple[StarName, ...]
    withdrawn: tuple[StarName, ...]
    remark: str


@dataclass(frozen=True)
class TownshipGroup:
    """The branches of one township within a level."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LevelGroup:
    """All branches of one level."""

    level: int
    name: str
    townships: tuple[TownshipGroup, ...]

    @property
    def count(self) -> int:
        """How many branches hold the level."""
        return sum(len(each.lines) for each in self.townships)


@dataclass(frozen=True)
class Notice:
    """The whole notice; sentences are complete, dates are in full."""

    id: UUID
    version: int
    phase: Phase
    title: str
    unit: str
    matter: str
    opening: str
    levels: tuple[LevelGroup, ...]
    period: str
    period_remark: str
    first_day: date
    last_day: date
    provisional: bool
    contacts: Parts
    published_on: date
    signed_on: str
    corrections: tuple[str, ...]
    policy_title: str
    policy_hash: str
    snapshot_hash: str

    @property
    def count(self) -> int:
        """How many branches the notice lists."""
        return sum(group.count for group in self.levels)

    @property
    def stars(self) -> tuple[StarName, ...]:
        """Every star on the notice once, for a reader to choose from."""
        lines = (line for level in self.levels for town in level.townships for line in town.lines)
        named = {star.code: star for line in lines for star in (*line.stars, *line.withdrawn)}
        return tuple(named.values())

    @property
    def townships(self) -> tuple[TownshipGroup, ...]:
        """The listed branches by township alone, for a reader to find one."""
        found: dict[str, list[Line]] = {}
        for level in self.levels:
            for town in level.townships:
                found.setdefault(town.name, []).extend(town.lines)
        return tuple(TownshipGroup(name, tuple(lines)) for name, lines in found.items())


def phase(announcement: Announcement, today: date) -> Phase:
    """Return what a reader finds on that day."""
    if announcement.closed_on is not None:
        return Phase.CLOSED
    return Phase.ENDED if announcement.ended(today) else Phase.OPEN


def matter(announcement: Announcement) -> str:
    """Return what the notice is about, as its title names it."""
    kind = "评定结果（补充）" if announcement.supplement else "评定结果"
    return f"{announcement.title}{kind}"


def default_basis(policy_title: str) -> str:
    """Return the basis as drafted; a person may word it otherwise."""
    return f"根据《{policy_title}》，经村级申报、乡镇推荐、部门评审、联合审查，并经县委研究确定"


def compose(announcement: Announcement, entries: Iterable[Entry], today: date) -> Notice:
    """Return the notice of a published announcement as it reads on a day.

    Raises ValueError for one that was never published: it has no dates to print.
    """
    dates = (announcement.published_on, announcement.first_day, announcement.last_day)
    published_on, first_day, last_day = dates
    if published_on is None or first_day is None or last_day is None:
        raise ValueError(announcement.state)
    shown = sorted(entries, key=lambda each: (-each.level, each.sort))
    unit, about = announcement.parts.unit or "", matter(announcement)
    return Notice(
        id=announcement.id,
        version=announcement.version,
        phase=phase(announcement, today),
        title=f"{unit}关于{about}的公示",
        unit=unit,
        matter=about,
        opening=opening(announcement, len(shown)),
        levels=tuple(_levels(shown)),
        period=_period(announcement, first_day, last_day),
        period_remark=_period_remark(announcement, last_day),
        first_day=first_day,
        last_day=last_day,
        provisional=announcement.provisional,
        contacts=announcement.parts,
        published_on=published_on,
        signed_on=wording.full_date(published_on),
        corrections=tuple(_corrections(shown)),
        policy_title=announcement.policy_title,
        policy_hash=announcement.policy_hash,
        snapshot_hash=announcement.snapshot_hash,
    )


def opening(announcement: Announcement, count: int) -> str:
    """Return the first paragraph: basis, matter and number."""
    basis = (announcement.parts.basis or "").rstrip("，。；,. ")
    if count == 0:
        return f"{basis}，本次没有拟授予星级的党组织，现予公示。"
    return f"{basis}，拟对{count}个党组织授予星级，现将名单予以公示，接受党员和群众监督。"


def _levels(entries: Iterable[Entry]) -> Iterator[LevelGroup]:
    for level, group in groupby(entries, key=lambda each: each.level):
        towns = groupby(group, key=lambda each: (each.township_id, each.township or ""))
        groups = (TownshipGroup(name, tuple(map(_line, lines))) for (_, name), lines in towns)
        yield LevelGroup(level, wording.level_name(level), tuple(groups))


def _line(entry: Entry) -> Line:
    return Line(
        entry.organization_id,
        entry.name or "",
        entry.holding,
        entry.lost,
        _remark(entry),
    )


def _remark(entry: Entry) -> str:
    day = "" if entry.changed_on is None else wording.full_date(entry.changed_on)
    match entry.standing:
        case Standing.CORRECTED:
            return f"{day}更正为{wording.level_name(entry.level_now or 0)}"
        case Standing.REVOKED:
            return f"{day}撤销授星"
        case Standing.RESETTLING:
            return f"{day}起重新评定"
        case Standing.LISTED:
            return ""


def _corrections(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.standing is Standing.LISTED or entry.changed_on is None:
            continue
        lost = "、".join(star.name for star in entry.lost)
        level = wording.level_name(entry.level_now or 0)
        what = {
            Standing.CORRECTED: f"经核查取消{lost}，更正为{level}",
            Standing.REVOKED: "经核查撤销本次授星",
            Standing.RESETTLING: "经核查由县委重新评定，结果另行公示",
        }[entry.standing]
        day = wording.full_date(entry.changed_on)
        yield f"{day}：{entry.township}{entry.name}{what}。"


def _period(announcement: Announcement, first_day: date, last_day: date) -> str:
    counted = "发布当日计入" if announcement.first_day_counts else "发布当日不计入"
    first, last = wording.full_date(first_day), wording.full_date(last_day)
    return f"{first}至{last}24时，共{announcement.working_days}个工作日（{counted}）。"


def _period_remark(announcement: Announcement, last_day: date) -> str:
    if announcement.provisional:
        return (
            f"截止日期为暂定：{last_day.year}年放假安排尚未公布，公布后重新计算并在此更新，"
            "在此之前公示期不结束。"
        )
    promised = announcement.promised_day
    if promised is not None and promised != last_day:
        return f"截止日期原为{wording.full_date(promised)}，因放假安排变动重新计算。"
    return ""
