"""联审: each source office answers for every branch whether its bottom lines are hit.

Silence blocks, "none" is an answer. Counts come per problem with a case number and are never
summed. No petitioner is ever named: a reference is a document or case number and nothing
else fits. Clause: 五星创建 第二版 · 联审.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scoring.kernel.grammar import BottomLine, Policy
from services.scoring.kernel.inputs import Answer, CountsAnswer, ReportedAnswer
from services.scoring.kernel.rules import CountsPerProblem
from shared.errors import Fault, Forbidden, Invalid, NotFound, Text

Answers = Mapping[UUID, Mapping[str, Answer]]

_SHOWN = 100
# 机关代字 + 年份 + 序号, as in 获信函〔2026〕12号.
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{1,6}[〔\[（(]\d{4}[〕\]）)]第?\d{1,5}号")
# Capitals, digits and separators, with a digit: XF-2026-0012.
_CASE = re.compile(r"(?=.*\d)[A-Z0-9]{1,12}(?:[-/.][A-Z0-9]{1,12}){0,5}")
# A resident's number (15 or 18 places) or a mobile telephone number, however it is divided.
_PERSONAL = re.compile(r"\d{17}[\dX]|(?<!\d)\d{15}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")


class UnknownOffice(NotFound):
    """No bottom line of this cycle's policy is answered by this office."""

    slug = "unknown-source-office"
    title = Text("没有这个联审单位", "Unknown source office")


class OtherOffice(Forbidden):
    """The caller may answer for another office only."""

    slug = "other-source-office"
    title = Text("不是您所在的联审单位", "Not your office")


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


class ReferenceRefused(Invalid):
    """A reference that is no document or case number."""

    slug = "reference-not-allowed"
    title = Text("文号或案件编号不合规", "Not a document or case number")


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
        raise AnswerKindWrong(
            "有答复的形式与底线标准不符，请按 errors 中的说明改正，本次没有保存。",
            "Some answers have the wrong form; nothing was saved.",
            faults=tuple(faults[:_SHOWN]),
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
        raise _reference_refused(tuple(faults[:_SHOWN]))


def require_document_number(reference: str) -> None:
    """Raise ReferenceRefused unless the sheet's own reference is a document number."""
    if not is_document_number(reference):
        raise _reference_refused(
            (Fault("/reference", Text("文号应如“获信函〔2026〕12号”", "Not a document number")),)
        )


def _reference_refused(faults: tuple[Fault, ...]) -> ReferenceRefused:
    return ReferenceRefused(
        "依据只能填写文号或案件编号，不得填写姓名、证件号码、电话或情况说明，本次没有保存。",
        "Only document and case numbers are accepted, never names or descriptions.",
        faults=faults,
    )


def is_document_number(text: str) -> bool:
    """Whether a text is a document number with its office's mark, or a case number."""
    return _DOCUMENT.fullmatch(text) is not None or is_case_number(text)


def is_case_number(text: str) -> bool:
    """Whether a text is a case number that holds no resident's or telephone number."""
    plain = re.sub(r"[-/.]", "", text)
    return _CASE.fullmatch(text) is not None and _PERSONAL.search(plain) is None


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
