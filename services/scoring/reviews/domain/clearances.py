"""联审: each source office answers for every branch whether its bottom lines are hit.

Silence blocks, "none" is an answer. Counts come per problem with a case number and are never
summed. No petitioner is ever named: a reference is a document or case number and nothing
else fits. Clause: 五星创建 第二版 · 联审.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Answer, CountsAnswer, ReportedAnswer, SanctionsAnswer
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.stars import BottomLine
from services.scoring.reviews.domain.answers import Answers
from shared.errors import Conflict, Forbidden, NotFound, Text


class UnknownOffice(NotFound):
    """No bottom line of this cycle's policy is answered by this office."""

    slug = "unknown-source-office"
    title = Text("没有这个联审单位", "Unknown source office")


class OtherOffice(Forbidden):
    """The caller may answer for another office only."""

    slug = "other-source-office"
    title = Text("不是您所在的联审单位", "Not your office")


class OfficeStillInTime(Conflict):
    """组织部 may enter an office's written answer only when the office is late."""

    slug = "office-still-in-time"
    title = Text("联审单位尚在办理期限内", "The office still has time")


@dataclass(frozen=True)
class Sheet:
    """All answers of one office in one cycle; version 0 while it is silent."""

    cycle_id: UUID
    county_id: UUID
    office: str
    answers: Answers
    version: int = 0


@dataclass(frozen=True)
class Gap:
    """A branch and a bottom line on which the office is silent."""

    office: str
    organization_id: UUID
    bottom_line: str

    @property
    def key(self) -> list[str]:
        """Where it stands in the list."""
        return [self.office, str(self.organization_id), self.bottom_line]


@dataclass(frozen=True)
class OfficeAnswers:
    """What an office sends: its answers, and whether all others are answered "none".

    An answer is None where it was neither yes or no nor problems, or both.
    """

    reference: str
    answers: Mapping[UUID, Mapping[str, Answer | None]]
    rest_none: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class OfficeStatus:
    """How far an office is: what it was asked, and what it has not answered."""

    office: str
    name: str
    asked: int
    missing: int


@dataclass(frozen=True)
class SavedSheet:
    """An office's answers as they stand, the receipt of the last change, what is missing."""

    sheet: Sheet
    name: str
    missing: int
    receipt: str | None = None


def lines_of(policy: Policy, office: str) -> dict[str, BottomLine]:
    """Return the bottom lines an office answers; UnknownOffice when there are none."""
    found = {
        line.code: line
        for star in policy.stars
        for line in star.bottom_lines
        if line.source_office == office
    }
    if not found:
        raise UnknownOffice(
            "本周期的方案中没有这个联审单位，请核对单位编码。",
            "No bottom line of this cycle is answered by such an office.",
        )
    return found


def offices(policy: Policy) -> list[str]:
    """Return the offices with a bottom line to answer, in the order of the policy's list."""
    asked = {line.source_office for star in policy.stars for line in star.bottom_lines}
    return [office.code for office in policy.source_offices if office.code in asked]


def office_name(policy: Policy, code: str) -> str:
    """Return a source office's Chinese name."""
    return next(office.name for office in policy.source_offices if office.code == code)


def other_office(name: str) -> OtherOffice:
    """Return the problem for a caller who answers for another office, or for none."""
    return OtherOffice(
        f"{name}的联审意见只能由{name}填报和查看，请换用该单位的账号。",
        "Only the office itself answers its bottom lines.",
    )


def require_late(today: date, clear_until: date, reason: str | None) -> None:
    """Raise unless the office is late and it is said why another enters its answer."""
    if today <= clear_until or not reason:
        raise OfficeStillInTime(
            f"联审单位可在{clear_until}以前自行答复；逾期未答复的，组织部可凭其书面答复代为录入，"
            "并写明理由（reason）。",
            f"The office answers itself until {clear_until}; later its written answer may be "
            "entered with a reason.",
            clear_until=clear_until,
        )


def changes(before: Answers, after: Answers) -> dict[UUID, dict[str, Answer]]:
    """Return the answers that are new or differ."""
    found = {
        org: {
            code: answer for code, answer in each.items() if before.get(org, {}).get(code) != answer
        }
        for org, each in after.items()
    }
    return {org: each for org, each in found.items() if each}


def merge(before: Answers, given: Answers) -> dict[UUID, dict[str, Answer]]:
    """Return the answers with the given ones put in their places."""
    return {
        each: {**before.get(each, {}), **given.get(each, {})}
        for each in [*before, *(org for org in given if org not in before)]
    }


def fill_rest(
    lines: Mapping[str, BottomLine],
    participating: Iterable[UUID],
    answers: Answers,
    reference: str,
) -> dict[UUID, dict[str, Answer]]:
    """Answer "none" wherever the office was silent; nothing given before changes."""
    none = {code: _none(line, reference) for code, line in lines.items()}
    return {each: {**none, **answers.get(each, {})} for each in participating}


def _none(line: BottomLine, reference: str) -> Answer:
    if isinstance(line.rule, CountsPerProblem):
        return CountsAnswer(problems=(), reference=reference)
    if isinstance(line.rule, InInfluence):
        return SanctionsAnswer(sanctions=(), reference=reference)
    return ReportedAnswer(hit=False, reference=reference)


def gaps(
    policy: Policy, participating: Iterable[UUID], answered: Mapping[UUID, Collection[str]]
) -> list[Gap]:
    """Return every branch and bottom line without an answer, office by office."""
    everyone = list(participating)
    return [
        Gap(office, each, code)
        for office in offices(policy)
        for each in everyone
        for code in lines_of(policy, office)
        if code not in answered.get(each, ())
    ]
