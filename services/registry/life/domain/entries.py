"""组织生活台账: what was held when, by how many, and where the minutes lie.

An entry is never changed: a correction is a new entry that takes the place of the old one, and
a withdrawal says that the meeting did not take place. Numbers only: nobody is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.life.domain.rhythm import BRANCHES, KIND_NAMES, Kind
from services.registry.organizations.domain.tree import Organization
from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

LARGEST_BATCH = 500
MOST_PEOPLE = 10_000
# The branch keeps its ledger itself; those above may help out.
WRITERS = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.ORGANIZATION_DEPARTMENT,
    Role.SYSTEM_ADMINISTRATOR,
)


class EntriesRejected(Invalid):
    """Some of the entries cannot be made: each reason is named, and none is made."""

    slug = "life-entries-rejected"
    title = Text("组织生活不能登记", "The entries cannot be made")


class EntryUnknown(NotFound):
    """No such entry within the caller's part of the tree."""

    slug = "life-entry-unknown"
    title = Text("没有这条组织生活记录", "No such entry")


class EntryReplaced(Conflict):
    """The entry was corrected or withdrawn before: the newest one counts."""

    slug = "life-entry-replaced"
    title = Text("这条记录已被更正或撤回", "The entry was corrected or withdrawn")


@dataclass(frozen=True)
class Entry:
    """One meeting as entered; `group` names the 党小组 where the meeting was one group's."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    kind: Kind
    held_on: date
    present: int
    expected: int
    minutes: str
    group: str
    corrects_id: UUID | None
    withdrawn: bool
    reason: str | None
    entered_by: UUID | None
    entered_at: datetime
    generated: bool = False

    @property
    def key(self) -> tuple[UUID, Kind, date, str]:
        """What may occur once: a kind of meeting of a branch or group on a day."""
        return self.organization_id, self.kind, self.held_on, self.group


def faults_of(entry: Entry, place: Organization, today: date, pointer: str) -> list[Fault]:
    """Return everything that is wrong with an entry by itself."""
    found = []

    def wrong(field: str, zh: str, en: str) -> None:
        found.append(Fault(f"{pointer}/{field}", Text(zh, en)))

    if place.kind not in BRANCHES:
        zh = f"“{place.short_name}”不是党支部，组织生活由党支部登记"
        wrong("organization_id", zh, "only branches keep this ledger")
    if entry.held_on > today:
        wrong("held_on", "日期还没有到，请在会议之后登记", "lies in the future")
    elif not place.exists_on(entry.held_on):
        wrong("held_on", "该组织当日尚未成立或已经撤销，请核对日期", "it did not exist that day")
    if entry.present > entry.expected:
        wrong("present", "到会人数多于应到人数，请核对", "more present than expected")
    if entry.group and entry.kind is not Kind.GROUP_MEETING:
        wrong("group", f"{KIND_NAMES[entry.kind]}不分党小组，请删去小组名称", "no groups here")
    return found


def repetitions(entries: Sequence[Entry], stored: set[tuple[UUID, Kind, date, str]]) -> list[int]:
    """Return the places whose meeting is in the ledger, or earlier in the batch, already."""
    seen = set(stored)
    found = []
    for place, entry in enumerate(entries):
        if entry.key in seen:
            found.append(place)
        seen.add(entry.key)
    return found


def repeated(entry: Entry, pointer: str) -> Fault:
    """Return the fault of an entry that is in the ledger already."""
    zh = f"{entry.held_on} 的{KIND_NAMES[entry.kind]}已经登记过；人数有误请更正原记录"
    return Fault(f"{pointer}/held_on", Text(zh, "entered before: correct that entry instead"))


def rejected(faults: Sequence[Fault]) -> EntriesRejected:
    """Return the problem that names every fault of a batch."""
    return EntriesRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；本次没有保存任何记录。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )
