"""The rhythm of one branch, of all below a township or county, and the facts that follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from services.registry.facts.domain.ledger import DerivedValue
from services.registry.life.domain.exemptions import Exemption
from services.registry.life.domain.periods import Span
from services.registry.life.domain.rhythm import (
    Duty,
    Kind,
    Month,
    Rhythm,
    attendance,
    kept_share,
    rhythms,
    share,
)
from services.registry.organizations.domain.tree import Organization

HELD_CODES = {
    "life_members_meetings_held": Kind.MEMBERS_MEETING,
    "life_committee_meetings_held": Kind.COMMITTEE_MEETING,
    "life_group_meetings_held": Kind.GROUP_MEETING,
    "life_lectures_held": Kind.LECTURE,
    "life_party_days_held": Kind.PARTY_DAY,
}
RHYTHM_CODE = "life_rhythm_percent"
ATTENDANCE_CODE = "life_attendance_percent"


@dataclass(frozen=True)
class Report:
    """One branch's party life in a time."""

    organization: Organization
    kinds: list[Rhythm]

    @property
    def kept(self) -> int | None:
        """The share of due periods that were held, in hundredths of a percent."""
        return kept_share(self.kinds)

    @property
    def complete(self) -> bool:
        """Whether nothing that was due is missing."""
        return not any(each.missing for each in self.kinds)


@dataclass
class Total:
    """All branches below one organization: how many, how many complete, periods due and held."""

    organization_id: UUID
    branches: int = 0
    complete: int = 0
    due: int = 0
    held: int = 0
    kinds: dict[Kind, tuple[int, int]] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Count one more branch."""
        self.branches += 1
        self.complete += report.complete
        for each in report.kinds:
            due, held = self.kinds.get(each.kind, (0, 0))
            self.kinds[each.kind] = (due + each.due, held + each.held)
            self.due += each.due
            self.held += each.held

    @property
    def kept(self) -> int | None:
        """The share of due periods that were held, in hundredths of a percent."""
        return share(self.held, self.due)


def report(
    place: Organization, question: Span, held: Iterable[Month], spared: Iterable[Exemption]
) -> Report:
    """Return a branch's report for a time, from its months and exemptions."""
    end = place.dissolved_on
    lifetime = Span(place.founded_on, end and end - timedelta(days=1))
    exempt = tuple((each.kind, each.span) for each in spared)
    return Report(place, rhythms(question, Duty(lifetime, exempt), held))


def year_to(day: date) -> Span:
    """Return the time that derived facts count: the calendar year up to a day."""
    return Span(date(day.year, 1, 1), day)


def derived(found: Report, codes: Iterable[str], as_of: date) -> list[DerivedValue]:
    """Return the facts that follow from a branch's report of the year up to a day.

    A share of nothing is no fact: it stays absent, and absent is not zero.
    """
    meetings = {each.kind: each.meetings for each in found.kinds}
    values: Mapping[str, int | None] = {
        **{code: meetings[kind] for code, kind in HELD_CODES.items()},
        RHYTHM_CODE: found.kept,
        ATTENDANCE_CODE: attendance(found.kinds),
    }
    year = year_to(as_of)
    source = f"组织生活台账 {year.first} 至 {as_of}"
    return [
        DerivedValue(found.organization.id, code, value, year.first, source)
        for code in codes
        if (value := values.get(code)) is not None
    ]
