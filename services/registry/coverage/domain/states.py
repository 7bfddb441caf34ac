"""What is known of a unit from a day on: its people, its members, and which branch covers it.

A ledger that only grows: the state of a day is the newest `valid_from` up to it, and of several
for one first day the last entered counts. Clause: 党章 三十条, three 正式党员 call for a party
organization of their own; a smaller unit may be covered by a joint branch.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.coverage.domain.units import Unit
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind
from shared.errors import Text

LEAST_MEMBERS = 3
MOST_PEOPLE = 10_000_000
# A 团组织 is none of the party's own.
COVERING = (
    OrganizationKind.BRANCH,
    OrganizationKind.JOINT_BRANCH,
    OrganizationKind.GENERAL_BRANCH,
    OrganizationKind.COMMITTEE,
)


class Cover(StrEnum):
    """How a unit is covered."""

    OWN = "own"
    JOINT = "joint"
    NONE = "none"


COVERS = {Cover.OWN: "单独组建", Cover.JOINT: "联合组建", Cover.NONE: "未覆盖"}


@dataclass(frozen=True)
class State:
    """One entry: `employees` and 正式党员 among them in persons; no branch where none covers it."""

    id: UUID
    county_id: UUID
    unit_id: UUID
    valid_from: date
    employees: int
    members: int
    branch_id: UUID | None
    entered_by: UUID | None
    entered_at: datetime

    @property
    def said(self) -> tuple[int, int, UUID | None]:
        """What the entry says, apart from when and by whom."""
        return self.employees, self.members, self.branch_id


@dataclass(frozen=True)
class Standing:
    """A unit with its state of a day; `cover` is that of the day, too."""

    unit: Unit
    state: State
    cover: Cover

    @property
    def qualifies(self) -> bool:
        """Whether it has the members for a party organization of its own."""
        return self.state.members >= LEAST_MEMBERS

    @property
    def missing(self) -> bool:
        """Whether it should have a party organization and no one covers it."""
        return self.qualifies and self.cover is Cover.NONE


def effective(states: Iterable[State]) -> list[State]:
    """Return the states that hold, by first day: of several for one day the last entered."""
    held: dict[date, State] = {}
    for each in sorted(states, key=lambda state: (state.valid_from, state.id)):
        held[each.valid_from] = each
    return list(held.values())


def on(states: Iterable[State], day: date) -> State | None:
    """Return the state of a day, or None before the first."""
    held = [each for each in effective(states) if each.valid_from <= day]
    return held[-1] if held else None


def covered_from(states: Iterable[State], branch_id: UUID, day: date) -> bool:
    """Whether the branch covers the unit on the day or at any time after it."""
    last = on(states, day)
    later = (each for each in effective(states) if each.valid_from > day)
    return any(each.branch_id == branch_id for each in (last, *later) if each is not None)


def faults_of(unit: Unit, state: State, today: date) -> Iterator[tuple[str, Text]]:
    """Yield which field of a state is wrong by itself, and how."""
    if state.valid_from > today:
        yield "valid_from", Text("日期还没有到，请填今天或以前的日期", "lies in the future")
    if not unit.counts_on(state.valid_from):
        zh = f"该单位已于 {unit.ended_on} 注销，不能登记此后的情况"
        yield "valid_from", Text(zh, f"the unit ended on {unit.ended_on}")
    if state.members > state.employees:
        yield "members", Text("正式党员多于从业人员，请核对", "more members than people")


def faults_of_branch(
    state: State,
    branch: Organization | None,
    others: Mapping[UUID, tuple[Unit, Iterable[State]]],
) -> Iterator[Text]:
    """Yield why the named branch cannot cover the unit; `others` it has covered, by their id."""
    if branch is None or (branch.county_id or branch.id) != state.county_id:
        yield Text("本县没有这个党组织，请核对编号", "no such organization in this county")
        return
    if branch.kind not in COVERING:
        zh = f"“{branch.short_name}”不是党组织，不能覆盖两新单位"
        yield Text(zh, "no organization of the party")
    if not branch.exists_on(state.valid_from):
        zh = f"“{branch.short_name}”在 {state.valid_from} 尚未成立或已经撤销，请核对日期"
        yield Text(zh, "it did not exist that day")
    if branch.kind is OrganizationKind.JOINT_BRANCH:
        return
    for other, states in others.values():
        living = other.counts_on(state.valid_from) and other.id != state.unit_id
        if living and covered_from(states, branch.id, state.valid_from):
            zh = (
                f"“{branch.short_name}”已覆盖“{other.name}”：覆盖几家的应是联合支部，"
                "请先把它登记为联合支部，或改填其他支部"
            )
            yield Text(zh, f"it covers {other.name}: only a joint branch covers several")
