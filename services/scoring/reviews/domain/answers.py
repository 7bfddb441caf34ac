"""What a source office may answer: its own bottom lines, in their form, by number.

Clause: 五星创建 第二版 · 联审.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from services.scoring.kernel.inputs import Answer, CountsAnswer, ReportedAnswer, SanctionsAnswer
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.rules.influence import period_of
from services.scoring.kernel.stars import BottomLine
from services.scoring.reviews.domain.references import (
    is_case_number,
    is_document_number,
    reference_refused,
)
from shared.errors import Fault, Invalid, Text

Answers = Mapping[UUID, Mapping[str, Answer]]


_SHOWN = 100
# What each kind of bottom line is answered with, and the member of the request that says so.
_FORMS: dict[str, tuple[type[Answer], str, str]] = {
    "reported": (ReportedAnswer, "答复有或无，填写", "hit"),
    "counts_per_problem": (CountsAnswer, "逐个问题填写", "problems"),
    "in_influence": (SanctionsAnswer, "逐项填写处分", "sanctions"),
}


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


class SanctionWrong(Invalid):
    """A sanction that the bottom line does not know, or decided before all its rules."""

    slug = "sanction-wrong"
    title = Text("处分填写有误", "A sanction is unknown or too old")


class NothingAnswered(Invalid):
    """Neither answers nor `rest_none`: the office would stay silent."""

    slug = "nothing-answered"
    title = Text("没有任何答复", "No answer in the request")


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
    _refuse_sanctions(lines, given)
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
        wanted, zh, member = _FORMS[lines[code].rule.kind]
        if not isinstance(answer, wanted):
            faults.append(_fault(org, code, f"应{zh} {member}", f"`{member}` wanted"))
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


def _refuse_sanctions(lines: Mapping[str, BottomLine], given: _Given) -> None:
    faults = []
    for org, code, answer in given:
        rule = lines[code].rule
        if isinstance(rule, InInfluence) and isinstance(answer, SanctionsAnswer):
            known = {one.sanction: one for one in rule.sanctions}
            for each in answer.sanctions:
                if each.sanction not in known:
                    names = "、".join(known)
                    said = f"没有“{each.sanction}”这种处分，可以填写的有：{names}"
                    faults.append(_fault(org, code, said, f"{each.sanction}: unknown"))
                elif period_of(known[each.sanction].periods, each.decided_on) is None:
                    said = f"{each.decided_on}的处分没有对应的影响期规定，请核对决定日期"
                    faults.append(_fault(org, code, said, "no rule for a decision of that day"))
    if faults:
        raise SanctionWrong(
            "有处分种类或决定日期不在方案之内，请按 errors 改正，本次没有保存。",
            "Some sanctions are unknown or older than every rule; nothing was saved.",
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
    faults += [
        _fault(
            org, code, "处分应填文号，如“获纪发〔2026〕3号”，不得填写姓名", "Not a document number"
        )
        for org, code, answer in given
        if isinstance(answer, SanctionsAnswer)
        if not all(is_document_number(each.reference) for each in answer.sanctions)
    ]
    if faults:
        raise reference_refused(tuple(faults[:_SHOWN]))


def require_given(answers: Answers, *, rest_none: bool) -> None:
    """Raise NothingAnswered for a request that answers nothing."""
    if not rest_none and not any(answers.values()):
        raise NothingAnswered(
            "没有任何答复。逐村填写 answers，或用 rest_none 明确答复其余各村均无，本次没有保存。",
            "Give answers, or say rest_none: silence is no answer.",
        )


def require_forms(given: Mapping[UUID, Mapping[str, Answer | None]]) -> Answers:
    """Return the answers; AnswerKindWrong where one is in none or several of the forms."""
    faults = tuple(
        _fault(org, code, "hit、problems、sanctions 只填一个", "Give one form only")
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


def _fault(org: UUID, code: str, zh: str, en: str) -> Fault:
    return Fault(f"/answers/{org}/{code}", Text(zh, en))
