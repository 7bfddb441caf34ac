"""Findings: what two inspectors decide, what falls by it, and whom it releases.

Clause: 异议处理 (the branch answers a redacted text; a second inspector signs the finding).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.notifications.announcements.domain.announcement import Entry
from services.notifications.objections.domain.objection import Kind, Objection, held
from shared.caller import Caller, same_person
from shared.contracts.notifications import FallScope
from shared.errors import Conflict, Fault, Forbidden, Invalid, Text


class Verdict(StrEnum):
    """What a finding says of an objection."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"
    NOT_ACCEPTED = "not_accepted"


VERBS = {
    Verdict.UPHELD: "uphold",
    Verdict.DISMISSED: "dismiss",
    Verdict.NOT_ACCEPTED: "refuse",
}


class FindingInvalid(Invalid):
    """A finding contradicts itself, its objection or the notice."""

    slug = "finding-invalid"
    title = Text("核查结论有误", "Invalid finding")


class BranchNotHeard(Conflict):
    """Nothing falls before the branch could answer."""

    slug = "branch-not-heard"
    title = Text("尚未听取被反映单位说明", "The branch has not been heard")


class SecondInspectorRequired(Forbidden):
    """A finding is signed by another person than the one who drafted it."""

    slug = "second-inspector-required"
    title = Text("须由另一名纪检监察人员会签", "A second inspector must sign")


class NotAsked(Forbidden):
    """The inquiry was put to another organization."""

    slug = "not-asked"
    title = Text("未向您单位征询说明", "Your organization was not asked")


class InquiryClosed(Conflict):
    """The inquiry was answered already, or its case is decided."""

    slug = "inquiry-closed"
    title = Text("征询已经办结", "The inquiry is closed")


@dataclass(frozen=True)
class Inquiry:
    """A redacted text put to a branch, and its answer."""

    id: UUID
    objection_id: UUID
    county_id: UUID
    organization_id: UUID
    text: str
    sent_on: date
    due_on: date
    answer: str | None = None
    answered_on: date | None = None
    answered_by: UUID | None = None
    lapsed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the case waits for the branch; a lapsed one may still be answered."""
        return self.answer is None and not self.lapsed


@dataclass(frozen=True)
class Decision:
    """What an inspector proposes."""

    verdict: Verdict
    reasons: str
    answer: str | None = None
    scope: FallScope | None = None
    star: str | None = None
    organization_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Signature:
    """Who acted, as account and as person, in real time."""

    user_id: UUID
    person_id: UUID | None
    at: datetime

    @classmethod
    def of(cls, caller: Caller, at: datetime) -> "Signature":
        """Return the signature of a signed-in caller."""
        assert caller.user_id is not None  # noqa: S101 -- people act under an account
        return cls(caller.user_id, caller.person_id, at)


@dataclass(frozen=True)
class Finding:
    """A drafted decision; the second inspector signed it, or returned it with a reason."""

    id: UUID
    objection_id: UUID
    decision: Decision
    drafted: Signature
    second: Signature | None = None
    returned_because: str | None = None

    @property
    def waits(self) -> bool:
        """Whether the second inspector has still to act."""
        return self.second is None


def check(
    decision: Decision, objection: Objection, entries: Collection[Entry], everyone: Collection[UUID]
) -> None:
    """Raise FindingInvalid with a fault for every contradiction."""
    faults = [*_answer_faults(decision, objection)]
    if decision.verdict is Verdict.UPHELD:
        faults += _fall_faults(decision, objection, entries, everyone)
    elif decision.scope or decision.star or decision.organization_ids:
        text = Text("只有异议成立时才填写取消范围", "only an upheld objection has a scope")
        faults.append(Fault("/body/scope", text))
    if faults:
        raise FindingInvalid(
            "核查结论有误，请按 errors 中的说明改正后重新提交，本次没有保存。",
            "The finding is invalid: correct each entry of `errors`; nothing was saved.",
            faults=tuple(faults),
        )


def require_heard(decision: Decision, inquiries: Iterable[Inquiry]) -> None:
    """Raise BranchNotHeard unless every branch that loses something could answer."""
    if decision.verdict is not Verdict.UPHELD or decision.scope is FallScope.REDETERMINE:
        return
    heard = {each.organization_id for each in inquiries if not each.is_open}
    if decision.organization_ids - heard:
        raise BranchNotHeard(
            "取消授星之前应先将经处理的反映内容告知被反映单位并听取说明，请先发出征询。",
            "Put the redacted objection to the branch and let it answer before anything falls.",
        )


def require_second(finding: Finding, caller: Caller) -> None:
    """Raise SecondInspectorRequired when the drafter, under any account, would sign."""
    first = finding.drafted
    if same_person(caller, first.user_id, first.person_id):
        raise SecondInspectorRequired(
            "核查结论须由起草人以外的另一名纪检监察人员会签，请换人办理。",
            "The finding must be signed by another inspector than the one who drafted it.",
        )


def released(
    objection: Objection,
    decision: Decision,
    others: Iterable[Objection],
    everyone: Collection[UUID],
) -> frozenset[UUID]:
    """Return who takes effect now that this case of a closed announcement is decided.

    Those with another open case stay held; those to be settled again never take effect here.
    """
    still = held((each for each in others if each.id != objection.id), everyone)
    again = decision.scope is FallScope.REDETERMINE
    voided = decision.organization_ids if again else frozenset()
    return objection.concerned(everyone) - still - voided


def _answer_faults(decision: Decision, objection: Objection) -> Iterable[Fault]:
    if objection.named and decision.answer is None:
        text = Text("实名反映应当答复，请填写答复内容", "a named objector gets an answer")
        yield Fault("/body/answer", text)
    if decision.verdict is Verdict.NOT_ACCEPTED and objection.named and not objection.withdrawn:
        text = Text("实名反映应当核查，不能不予受理", "a named objection must be checked")
        yield Fault("/body/verdict", text)


def _fall_faults(
    decision: Decision, objection: Objection, entries: Collection[Entry], everyone: Collection[UUID]
) -> Iterable[Fault]:
    if decision.scope is None:
        text = Text("请填写取消范围：star、whole_award 或 redetermine", "scope is missing")
        yield Fault("/body/scope", text)
    if not decision.organization_ids:
        text = Text("请填写涉及的党组织", "name the organizations concerned")
        yield Fault("/body/organization_ids", text)
    if decision.scope is FallScope.REDETERMINE:
        yield from _redetermine_faults(decision, objection, everyone)
    elif decision.scope is not None:
        yield from _award_faults(decision, {each.organization_id: each for each in entries})


def _redetermine_faults(
    decision: Decision, objection: Objection, everyone: Collection[UUID]
) -> Iterable[Fault]:
    if objection.kind is Kind.BRANCH:
        text = Text(
            "针对名单所列党组织的异议，请选择取消该星或整体取消",
            "for a listed branch the star or the whole award falls",
        )
        yield Fault("/body/scope", text)
    if not decision.organization_ids <= frozenset(everyone):
        text = Text("有党组织不在本次评定范围内", "an organization is not part of this cycle")
        yield Fault("/body/organization_ids", text)


def _award_faults(decision: Decision, listed: Mapping[UUID, Entry]) -> Iterable[Fault]:
    if not decision.organization_ids <= listed.keys():
        text = Text("有党组织不在公示名单中", "an organization is not on the notice")
        yield Fault("/body/organization_ids", text)
    if decision.scope is FallScope.WHOLE_AWARD:
        return
    if decision.star is None:
        yield Fault("/body/star", Text("请填写取消哪颗星", "say which star falls"))
        return
    for organization_id in decision.organization_ids & listed.keys():
        if decision.star not in {star.code for star in listed[organization_id].stars}:
            text = Text("该党组织在公示中没有这颗星", "the branch does not hold that star")
            yield Fault("/body/star", text)
