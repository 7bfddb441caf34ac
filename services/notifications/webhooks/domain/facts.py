"""What is sent: public facts only. Names of branches, levels and stars; no person, no objector.

A branch without a star is never named (Clause: 五星创建 第二版 · 结果公示), except to take
back what was announced about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.announcements.domain.announcement import Announcement, Entry
from services.notifications.announcements.domain.notice import matter
from services.notifications.messages.domain.fan_outs import LEVELS
from shared.canonical import canonical_json
from shared.contracts.notifications import AnnouncementClosed, AnnouncementPublished
from shared.contracts.scoring import AwardEntry, ResultsCorrected, ResultsEffective, StarName

PUBLISHED = AnnouncementPublished.type
CLOSED = AnnouncementClosed.type
EFFECTIVE = ResultsEffective.type
CORRECTED = ResultsCorrected.type
# What may be subscribed to.
EVENT_TYPES = {
    PUBLISHED: "公示已发布",
    CLOSED: "公示期满",
    EFFECTIVE: "结果已生效",
    CORRECTED: "结果已更正",
}
PING = "webhook.ping"

Facts = dict[str, Any]
Names = Mapping[UUID, str]


@dataclass(frozen=True)
class PublicEvent:
    """One fact as it is stored, signed and sent: the same bytes for every subscriber."""

    id: UUID
    county_id: UUID
    type: str
    occurred_at: datetime
    body: str


def event(
    event_id: UUID, county_id: UUID, kind: str, occurred_at: datetime, facts: Facts
) -> PublicEvent:
    """Return the event with its canonical body `{type, timestamp, data}`."""
    envelope = {"type": kind, "timestamp": occurred_at.isoformat(), "data": facts}
    body = canonical_json(envelope).decode()
    return PublicEvent(event_id, county_id, kind, occurred_at, body)


def published(announcement: Announcement, entries: Iterable[Entry]) -> Facts:
    """Return the notice as it was published."""
    return {
        "announcement_id": str(announcement.id),
        "cycle_id": str(announcement.cycle_id),
        "title": matter(announcement),
        "published_on": _day(announcement.published_on),
        "first_day": _day(announcement.first_day),
        "last_day": _day(announcement.last_day),
        "provisional": announcement.provisional,
        "listed": [
            _award(each.organization_id, each.name, each.township, each.level, each.stars)
            for each in entries
        ],
    }


def closed(announcement: Announcement, fact: AnnouncementClosed) -> Facts:
    """Return that the period ended; of contested branches the number alone."""
    return {
        "announcement_id": str(announcement.id),
        "cycle_id": str(announcement.cycle_id),
        "title": matter(announcement),
        "closed_on": fact.closed_on.isoformat(),
        "held": len(fact.held),
    }


def effective(fact: ResultsEffective, names: Names) -> Facts:
    """Return the results that took effect, those with a star or more."""
    return {
        "cycle_id": str(fact.cycle_id),
        "effective_on": fact.effective_on.isoformat(),
        "results": [_entry(each, names) for each in fact.entries if each.level > 0],
    }


def corrected(fact: ResultsCorrected, names: Names) -> Facts:
    """Return the branch's result as it stands now; level 0 takes the announced one back."""
    return {"cycle_id": str(fact.cycle_id), "result": _entry(fact.entry, names)}


def ping() -> Facts:
    """Return the content of a test message."""
    return {"message": "这是一条测试消息。This is a test."}


def _entry(entry: AwardEntry, names: Names) -> Facts:
    name, township = names.get(entry.organization_id), names.get(entry.township_id)
    return _award(entry.organization_id, name, township, entry.level, entry.stars)


def _award(
    organization_id: UUID,
    name: str | None,
    township: str | None,
    level: int,
    stars: Sequence[StarName],
) -> Facts:
    return {
        "organization_id": str(organization_id),
        "name": name,
        "township": township,
        "level": level,
        "level_name": LEVELS[level],
        "stars": [star.model_dump() for star in stars],
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)
