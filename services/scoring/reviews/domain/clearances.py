"""联审: each source office answers for every branch whether its bottom lines are hit.

Silence blocks, "none" is an answer. Counts come per problem with a case number and are never
summed. No petitioner is ever named: a reference is a document or case number and nothing
else fits. Clause: 五星创建 第二版 · 联审.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scoring.kernel.grammar import BottomLine, Policy
from services.scoring.kernel.inputs import Answer, CountsAnswer, ReportedAnswer
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.reviews.domain.references import (
    is_case_number,
    is_document_number,
    reference_refused,
)
from shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Text

Answers = Mapping[UUID, Mapping[str, Answer]]

_SHOWN = 100


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


class UnknownBottomLine(Invalid):
    """A bottom line that is not this office's to answer."""

    slug = "unknown-bottom-line"
    title = Text("不是该单位负责的底线标准", "Not a bottom line of this office")


class NotParticipating(Invalid):
    """An answer for an organization that is not assessed in this cycle."""

    slug = "not-participating"
    title = Text("不在本周期参评范围", "Not assessed in this cycle")


class AnswerKindWrong(Invalid):
    """Yes or no where counts are asked for, or counts where yes or no is."""

    slug = "answer-kind-wrong"
    title = Text("答复形式不对", "The wrong kind of answer")


class CountWrong(Invalid):
    """A count of an event the bottom line does not know, or one missing."""

    slug = "event-count-wrong"
    title = Text("信访次数填写有误", "A count is unknown or missing")


class NothingAnswered(Invalid):
    """Neither answers nor `rest_none`: the office would stay silent."""

    slug = "nothing-answered"
    title = Text("没有任何答复", "No answer in the request")


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


def check_answers(
    lines: Mapping[str, BottomLine], participating: Collection[UUID], answers: Answers
) -> None:
    """Raise for answers that may not be saved; each problem lists all faults of its kind."""
    strangers = [each for each in answers if each not in participating]
    if strangers:
        raise NotParticipating(
            "有组织不在本周期参评范围内，请删去后重新提交，本次没有保存。",
            "Some organizations are not assessed in this cycle; nothing was saved.",
            faults=tuple(
                Fault(f"/answers/{each}", Text("不在参评范围", "Not assessed"))
                for each in strangers[:_SHOWN]
            ),
        )
    given = [(org, code, answer) for org, each in answers.items() for code, answer in each.items()]
    _refuse_unknown(lines, given)
    _refuse_other_kind(lines, given)
    _refuse_counts(lines, given)
    _refuse_references(given)


_Given = list[tuple[UUID, str, Answer]]


def _refuse_unknown(lines: Mapping[str, BottomLine], given: _Given) -> None:
    faults = [
        _fault(org, code, "不是本单位负责的底线标准", "Not this office's")
        for org, code, _ in given
        if code not in lines
    ]
    if faults:
        raise UnknownBottomLine(
            "有底线标准不由本单位答复，请只填写本单位负责的底线标准，本次没有保存。",
            "Some bottom lines are not this office's to answer; nothing was saved.",
            faults=tuple(faults[:_SHOWN]),
        )


def _refuse_other_kind(lines: Mapping[str, BottomLine], given: _Given) -> None:
    faults = []
    for org, code, answer in given:
        counts = isinstance(lines[code].rule, CountsPerProblem)
        if counts != isinstance(answer, CountsAnswer):
            wanted = "逐个问题填写 problems" if counts else "填写 hit（有或无）"
            faults.append(
                _fault(org, code, f"应{wanted}", "`problems` wanted" if counts else "`hit` wanted")
            )
    if faults:
        raise _wrong_kind(tuple(faults))


def _wrong_kind(faults: tuple[Fault, ...]) -> AnswerKindWrong:
    return AnswerKindWrong(
        "有答复的形式与底线标准不符，请按 errors 中的说明改正，本次没有保存。",
        "Some answers have the wrong form; nothing was saved.",
        faults=faults[:_SHOWN],
    )


def _refuse_counts(lines: Mapping[str, BottomLine], given: _Given) -> None:
    faults = []
    for org, code, answer in given:
        rule = lines[code].rule
        if isinstance(rule, CountsPerProblem) and isinstance(answer, CountsAnswer):
            events = {limit.event for limit in rule.limits}
            for problem in answer.problems:
                unknown = problem.counts.keys() - events
                lacking = events - problem.counts.keys() if rule.unlisted == "error" else set()
                faults += [
                    _fault(
                        org, code, f"事项{event}不认识或缺少次数", f"{event}: unknown or missing"
                    )
                    for event in sorted(unknown | lacking)
                ]
    if faults:
        raise CountWrong(
            "有信访事项不在方案之内或缺少次数，请按方案中的事项逐项填写次数，本次没有保存。",
            "Some events are unknown or lack their count; nothing was saved.",
            faults=tuple(faults[:_SHOWN]),
        )


def _refuse_references(given: _Given) -> None:
    faults = [
        _fault(org, code, "文号应如“获信函〔2026〕12号”或“XF-2026-0012”", "Not a document number")
        for org, code, answer in given
        if not is_document_number(answer.reference)
    ]
    faults += [
        _fault(org, code, "案件编号只能用大写字母、数字和横线，如“XF-2026-0012”", "No case number")
        for org, code, answer in given
        if isinstance(answer, CountsAnswer)
        if not all(is_case_number(problem.reference) for problem in answer.problems)
    ]
    if faults:
        raise reference_refused(tuple(faults[:_SHOWN]))


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


def require_given(answers: Answers, *, rest_none: bool) -> None:
    """Raise NothingAnswered for a request that answers nothing."""
    if not rest_none and not any(answers.values()):
        raise NothingAnswered(
            "没有任何答复。逐村填写 answers，或用 rest_none 明确答复其余各村均无，本次没有保存。",
            "Give answers, or say rest_none: silence is no answer.",
        )


def require_forms(given: Mapping[UUID, Mapping[str, Answer | None]]) -> Answers:
    """Return the answers; AnswerKindWrong where one is neither yes or no nor problems."""
    faults = tuple(
        _fault(org, code, "hit 和 problems 只填一个", "Give either `hit` or `problems`")
        for org, each in given.items()
        for code, answer in each.items()
        if answer is None
    )
    if faults:
        raise _wrong_kind(faults)
    return {
        org: {code: answer for code, answer in each.items() if answer is not None}
        for org, each in given.items()
    }


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
    return ReportedAnswer(hit=False, reference=reference)


def gaps(policy: Policy, participating: Iterable[UUID], answers: Answers) -> list[Gap]:
    """Return every branch and bottom line without an answer, office by office."""
    everyone = list(participating)
    return [
        Gap(office, each, code)
        for office in offices(policy)
        for each in everyone
        for code in lines_of(policy, office)
        if code not in answers.get(each, {})
    ]


def _fault(org: UUID, code: str, zh: str, en: str) -> Fault:
    return Fault(f"/answers/{org}/{code}", Text(zh, en))
