"""An announcement: the life of a notice from its draft to the end of its period.

Clause: 五星创建 第二版 · 结果公示 (branches with one star or more, at least five working days).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.notifications.announcements.domain import wording
from shared.caller import Role
from shared.contracts.scoring import AwardEntry, StarName
from shared.errors import Conflict, Fault, Text
from shared.transitions import Machine, Transition
from shared.workdays import Calendar


class State(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    CLOSED = "closed"


LABELS = {
    State.DRAFT: "待发布",
    State.WITHDRAWN: "已撤下",
    State.PUBLISHED: "公示中",
    State.CLOSED: "已结束",
}
_PEOPLE = frozenset({Role.ORGANIZATION_DEPARTMENT})
_SYSTEM = frozenset({Role.SYSTEM})

MACHINE = Machine(
    Text("公示", "announcement"),
    LABELS,
    (
        Transition(
            "publish",
            _PEOPLE,
            frozenset({State.DRAFT}),
            State.PUBLISHED,
            guard="all parts of the notice are present and hold no ID or bank number",
            effect="the period begins; announcement.published",
        ),
        Transition("withdraw", _PEOPLE, frozenset({State.DRAFT}), State.WITHDRAWN),
        Transition("restore", _PEOPLE, frozenset({State.WITHDRAWN}), State.DRAFT),
        Transition(
            "close",
            _SYSTEM,
            frozenset({State.PUBLISHED}),
            State.CLOSED,
            guard="the last day has passed and is not provisional",
            effect="all without an open case take effect; announcement.closed",
        ),
    ),
)


class NoticeIncomplete(Conflict):
    """A notice cannot be published before all its parts are there."""

    slug = "notice-incomplete"
    title = Text("公示内容不完整", "The notice is incomplete")


class NoticeSettled(Conflict):
    """A published notice is changed by corrections only."""

    slug = "notice-settled"
    title = Text("公示已发布，内容不能再改", "A published notice cannot be edited")


class Standing(StrEnum):
    """What has become of one line of the notice."""

    LISTED = "listed"
    CORRECTED = "corrected"  # some stars were withdrawn after an upheld objection
    REVOKED = "revoked"  # the whole award was withdrawn
    RESETTLING = "resettling"  # the committee must settle it again


@dataclass(frozen=True)
class Parts:
    """The parts of a notice that a person fills in; all are needed to publish."""

    unit: str | None = None  # full name of the announcing unit
    basis: str | None = None
    phone: str | None = None
    letter: str | None = None  # to whom letters go
    email: str | None = None
    address: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the parts still to be filled in."""
        return tuple(each.name for each in fields(self) if not getattr(self, each.name))


PART_NAMES = {
    "unit": "公示单位全称",
    "basis": "公示依据",
    "phone": "受理电话",
    "letter": "来信收件人",
    "email": "电子邮箱",
    "address": "来信来访地址",
}


@dataclass(frozen=True)
class Entry:
    """One line of the notice: a branch, its level and its stars, and what became of them.

    `name` and `township` are null until the directory knows them; publication freezes them.
    """

    organization_id: UUID
    township_id: UUID
    name: str | None
    township: str | None
    sort: str
    level: int
    stars: tuple[StarName, ...]
    standing: Standing = Standing.LISTED
    level_now: int | None = None
    stars_now: tuple[StarName, ...] | None = None
    changed_on: date | None = None

    @property
    def holding(self) -> tuple[StarName, ...]:
        """The stars that still stand."""
        return self.stars if self.stars_now is None else self.stars_now

    @property
    def lost(self) -> tuple[StarName, ...]:
        """The stars that were withdrawn."""
        kept = {star.code for star in self.holding}
        return tuple(star for star in self.stars if star.code not in kept)

    def corrected(self, award: AwardEntry, on: date) -> "Entry":
        """Return the line as a correction leaves it; what was announced stays readable."""
        standing = Standing.CORRECTED if award.level > 0 else Standing.REVOKED
        return replace(
            self,
            standing=standing,
            level_now=award.level,
            stars_now=tuple(award.stars),
            changed_on=on,
        )

    def resettling(self, on: date) -> "Entry":
        """Return the line while the committee settles it again."""
        return replace(self, standing=Standing.RESETTLING, changed_on=on)


@dataclass(frozen=True)
class Announcement:
    """One determination on its way through the public; dates are business dates.

    `promised_day` is the last day as first printed: a period is never cut short of it once
    it is definite. `not_listed` took part without a star and are never named on a notice.
    """

    id: UUID
    county_id: UUID
    cycle_id: UUID
    determination_id: UUID
    title: str
    year: int
    policy_title: str
    policy_hash: str
    snapshot_hash: str
    working_days: int
    first_day_counts: bool
    supplement: bool
    not_listed: frozenset[UUID]
    parts: Parts = Parts()
    state: State = State.DRAFT
    version: int = 1
    published_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    promised_day: date | None = None
    provisional: bool = False
    closed_on: date | None = None

    @property
    def is_public(self) -> bool:
        """Whether the public may read the notice."""
        return self.state in (State.PUBLISHED, State.CLOSED)

    def ended(self, today: date) -> bool:
        """Whether 24:00 of the last day has passed; a provisional period never ends."""
        return self.last_day is not None and not self.provisional and today > self.last_day

    def takes_objections(self, today: date) -> bool:
        """Whether an objection received on that day is in time."""
        in_time = self.published_on is not None and today >= self.published_on
        return self.state is State.PUBLISHED and in_time and not self.ended(today)


def edited(announcement: Announcement, parts: Parts) -> Announcement:
    """Return the draft with new parts; NoticeSettled when it is out already."""
    if announcement.state is not State.DRAFT:
        raise NoticeSettled(
            f"公示现为“{LABELS[announcement.state]}”，内容不能修改；如确有错误，请按异议程序更正。",
            f"The announcement is {announcement.state.value}; its notice can no longer be edited.",
        )
    wording.refuse_personal_numbers(
        {f"/body/{name}": text for name, text in vars(parts).items() if text}
    )
    return replace(announcement, parts=parts)


def require_complete(announcement: Announcement, entries: Iterable[Entry]) -> None:
    """Raise NoticeIncomplete naming every part that still lacks, or the number refused."""
    missing = [
        Fault(f"/{name}", Text(f"请填写{PART_NAMES[name]}", f"{name} is missing"))
        for name in announcement.parts.missing
    ]
    nameless = [each for each in entries if not each.name or not each.township]
    if nameless:
        text = Text(
            f"有 {len(nameless)} 个党组织的名称尚未同步，请稍后再试",
            f"the names of {len(nameless)} organizations have not arrived yet: try again soon",
        )
        missing.append(Fault("/entries", text))
    if missing:
        raise NoticeIncomplete(
            "公示还缺少必填内容，请按 errors 中的说明补全后再发布。",
            "The notice lacks required parts: complete each entry of `errors`, then publish.",
            faults=tuple(missing),
        )


def started(announcement: Announcement, calendar: Calendar, today: date) -> Announcement:
    """Return the announcement with its period, counted from today as day of publication."""
    period = calendar.period(
        today, announcement.working_days, first_day_counts=announcement.first_day_counts
    )
    return replace(
        announcement,
        published_on=today,
        first_day=period.first_day,
        last_day=period.last_day,
        promised_day=period.last_day,
        provisional=period.provisional,
    )


def following(announcement: Announcement, calendar: Calendar) -> Announcement:
    """Return a running announcement with its period by the working days known now.

    A provisional day is replaced by the true one. A definite last day is a promise to the
    public: an amendment may put it off, so that all working days are given, but never
    bring it forward.
    """
    if announcement.state is not State.PUBLISHED or announcement.published_on is None:
        return announcement
    now = started(announcement, calendar, announcement.published_on)
    if not announcement.provisional and not _later(now.last_day, announcement.last_day):
        return announcement
    return replace(now, promised_day=announcement.promised_day)


def _later(new: date | None, old: date | None) -> bool:
    return new is not None and old is not None and new > old
