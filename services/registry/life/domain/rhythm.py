"""How often which meeting of party life is due, and what was held of it.

Clause: 三会一课 (党员大会 and 党课 quarterly, 支委会 and 党小组会 monthly), 主题党日 monthly,
组织生活会 and 民主评议党员 yearly. A period is due when the duty stood on each of its days: the
half periods of founding, dissolution and of a question that begins or ends in mid-period are
nobody's failure, though what was held in them counts as held meetings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.registry.life.domain.periods import (
    MONTH,
    QUARTER,
    YEAR,
    Span,
    label,
    number,
    periods,
)
from shared.contracts.registry import OrganizationKind

_WHOLE = 10_000
# Whose party life is counted: those who have members of their own.
BRANCHES = (OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH)


class Kind(StrEnum):
    """组织生活 by kind."""

    MEMBERS_MEETING = "members_meeting"
    COMMITTEE_MEETING = "committee_meeting"
    GROUP_MEETING = "group_meeting"
    LECTURE = "lecture"
    PARTY_DAY = "party_day"
    LIFE_MEETING = "life_meeting"
    MEMBER_APPRAISAL = "member_appraisal"


KIND_NAMES = {
    Kind.MEMBERS_MEETING: "党员大会",
    Kind.COMMITTEE_MEETING: "支委会",
    Kind.GROUP_MEETING: "党小组会",
    Kind.LECTURE: "党课",
    Kind.PARTY_DAY: "主题党日",
    Kind.LIFE_MEETING: "组织生活会",
    Kind.MEMBER_APPRAISAL: "民主评议党员",
}
# Months in which one meeting is due.
EVERY: Mapping[Kind, int] = {
    Kind.MEMBERS_MEETING: QUARTER,
    Kind.COMMITTEE_MEETING: MONTH,
    Kind.GROUP_MEETING: MONTH,
    Kind.LECTURE: QUARTER,
    Kind.PARTY_DAY: MONTH,
    Kind.LIFE_MEETING: YEAR,
    Kind.MEMBER_APPRAISAL: YEAR,
}


@dataclass(frozen=True)
class Duty:
    """When an organization existed, and from which kinds it was exempt when."""

    lifetime: Span
    exempt: tuple[tuple[Kind, Span], ...] = ()

    def stands(self, kind: Kind, days: Span) -> bool:
        """Whether the kind was due on each of these days."""
        spared = any(each is kind and span.meets(days) for each, span in self.exempt)
        return self.lifetime.holds(days) and not spared


@dataclass(frozen=True)
class Month:
    """What was held of one kind in one month: meetings, and the sums of numbers at them."""

    kind: Kind
    first: date
    meetings: int
    present: int
    expected: int


@dataclass(frozen=True)
class Rhythm:
    """One kind within a question: periods due and held, the missing ones by name, and sums."""

    kind: Kind
    due: int
    held: int
    missing: tuple[str, ...]
    meetings: int
    present: int
    expected: int


def rhythms(question: Span, duty: Duty, held: Iterable[Month]) -> list[Rhythm]:
    """Return every kind's rhythm; `held` are the months of one organization in the question."""
    by_kind: dict[Kind, list[Month]] = {kind: [] for kind in Kind}
    for month in held:
        by_kind[month.kind].append(month)
    return [_rhythm(kind, question, duty, months) for kind, months in by_kind.items()]


def _rhythm(kind: Kind, question: Span, duty: Duty, held: list[Month]) -> Rhythm:
    every = EVERY[kind]
    due = [each for each in periods(every, question) if duty.stands(kind, each)]
    met = {number(each.first, every) for each in held}
    kept = [number(each.first, every) in met for each in due]
    return Rhythm(
        kind=kind,
        due=len(due),
        held=sum(kept),
        missing=tuple(label(each, every) for each, ok in zip(due, kept, strict=True) if not ok),
        meetings=sum(each.meetings for each in held),
        present=sum(each.present for each in held),
        expected=sum(each.expected for each in held),
    )


def share(part: int, whole: int) -> int | None:
    """Return part of whole in hundredths of a percent, half-up; None when there is no whole."""
    return (2 * part * _WHOLE + whole) // (2 * whole) if whole else None


def kept_share(found: Iterable[Rhythm]) -> int | None:
    """Return the share of due periods that were held, in hundredths of a percent."""
    found = list(found)
    return share(sum(each.held for each in found), sum(each.due for each in found))


def attendance(found: Iterable[Rhythm]) -> int | None:
    """Return the share of the expected who were present, in hundredths of a percent."""
    found = list(found)
    return share(sum(each.present for each in found), sum(each.expected for each in found))
