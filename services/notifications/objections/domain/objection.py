"""An objection: against whom, on its way from receipt to finding, and whom it holds.

Clause: 五星创建 第二版 · 结果公示 (a contested branch is held until its finding, the others
take effect); a late objection is not one but becomes a clue, never discarded.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.notifications.announcements.domain.announcement import Announcement, Entry
from services.notifications.objections.domain.sealing import Statement
from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, Text
from shared.transitions import Machine, Transition


class Kind(StrEnum):
    """What an objection is about."""

    BRANCH = "branch"  # a listed branch, one of its stars or all of it
    OMISSION = "omission"  # a branch that should have been listed
    PROCEDURE = "procedure"  # how it came about


KIND_NAMES = {Kind.BRANCH: "名单所列党组织", Kind.OMISSION: "遗漏", Kind.PROCEDURE: "评定程序"}


class Channel(StrEnum):
    """How it reached us."""

    FORM = "form"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


class State(StrEnum):
    """Where an objection stands."""

    RECEIVED = "received"
    CHECKING = "checking"
    ANSWERING = "answering"
    DRAFTED = "drafted"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    NOT_ACCEPTED = "not_accepted"


OPEN = frozenset({State.RECEIVED, State.CHECKING, State.ANSWERING, State.DRAFTED})
LABELS = {
    State.RECEIVED: "已收到",
    State.CHECKING: "核查中",
    State.ANSWERING: "等待被反映单位说明",
    State.DRAFTED: "核查结论待会签",
    State.UPHELD: "异议成立",
    State.DISMISSED: "异议不成立",
    State.NOT_ACCEPTED: "不予受理",
}
# What the holder of a receipt is told: nothing about how far the inspectors are.
PUBLIC_LABELS = LABELS | {State.ANSWERING: "核查中", State.DRAFTED: "核查中"}

_INSPECTOR = frozenset({Role.INSPECTOR})
_SIGNS = "another person than the one who drafted the finding"

MACHINE = Machine(
    Text("异议", "objection"),
    LABELS,
    (
        Transition("accept", _INSPECTOR, frozenset({State.RECEIVED}), State.CHECKING),
        Transition(
            "ask",
            _INSPECTOR,
            frozenset({State.CHECKING, State.ANSWERING}),
            State.ANSWERING,
            effect="the branch reads a text that the inspector has redacted",
        ),
        Transition(
            "answer",
            frozenset({Role.VILLAGE, Role.TOWNSHIP}),
            frozenset({State.ANSWERING}),
            State.CHECKING,
            guard="every branch that was asked has answered",
        ),
        Transition(
            "go_on",
            frozenset({Role.SYSTEM}),
            frozenset({State.ANSWERING}),
            State.CHECKING,
            guard="the time to answer has passed: silence holds nobody",
        ),
        Transition(
            "draft",
            _INSPECTOR,
            frozenset({State.RECEIVED, State.CHECKING, State.ANSWERING}),
            State.DRAFTED,
        ),
        Transition("return", _INSPECTOR, frozenset({State.DRAFTED}), State.CHECKING, guard=_SIGNS),
        Transition("uphold", _INSPECTOR, frozenset({State.DRAFTED}), State.UPHELD, guard=_SIGNS),
        Transition(
            "dismiss", _INSPECTOR, frozenset({State.DRAFTED}), State.DISMISSED, guard=_SIGNS
        ),
        Transition(
            "refuse",
            _INSPECTOR,
            frozenset({State.DRAFTED}),
            State.NOT_ACCEPTED,
            guard=f"anonymous or withdrawn, and unspecific; {_SIGNS}",
        ),
    ),
)


class ObjectionIncomplete(Invalid):
    """An objection lacks what would make it checkable."""

    slug = "objection-incomplete"
    title = Text("反映内容不完整", "The objection is incomplete")


class NotOnNotice(Invalid):
    """The branch objected to is not on this notice."""

    slug = "not-on-notice"
    title = Text("名单中没有这个党组织", "Not on this notice")


class AlreadyOnNotice(Invalid):
    """The branch said to be omitted is on this notice."""

    slug = "already-on-notice"
    title = Text("名单中已有这个党组织", "Already on this notice")


class StarNotOnNotice(Invalid):
    """The branch does not hold that star on this notice."""

    slug = "star-not-on-notice"
    title = Text("名单中没有这颗星", "That star is not on this notice")


class ObjectionLate(Conflict):
    """The period is over: what came is kept as a clue and changes no result."""

    slug = "objection-late"
    title = Text("公示期已满", "The period is over")


class OnlyOmissions(Invalid):
    """Only an omission may need an inspector to say which branch is meant."""

    slug = "only-omissions-are-identified"
    title = Text("只有遗漏类异议需要认定党组织", "Only an omission is identified")


@dataclass(frozen=True)
class Claim:
    """An objection as somebody makes it."""

    kind: Kind
    statement: Statement
    organization_id: UUID | None = None
    star: str | None = None


@dataclass(frozen=True)
class Case:
    """What objections and clues share: everything but the statement, which is sealed.

    `organization_ids` are those concerned; null means all of the announcement.
    """

    id: UUID
    county_id: UUID
    announcement_id: UUID
    kind: Kind
    channel: Channel
    organization_ids: frozenset[UUID] | None
    star: str | None
    named: bool
    received_on: date
    receipt_hash: str

    def concerned(self, announced: Collection[UUID]) -> frozenset[UUID]:
        """Return the organizations of an announcement that this case is about."""
        everyone = frozenset(announced)
        return everyone if self.organization_ids is None else self.organization_ids & everyone


@dataclass(frozen=True)
class Clue(Case):
    """问题线索: a late objection, kept for the inspectors."""


@dataclass(frozen=True)
class Objection(Case):
    """An objection in time; while it is open, the organizations concerned are held.

    `acted_on` is the day on which it last moved, or on which inspectors were last told of it.
    """

    state: State = State.RECEIVED
    withdrawn: bool = False
    acted_on: date | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether its finding is still to come."""
        return self.state in OPEN

    def identified(self, organization_ids: frozenset[UUID]) -> "Objection":
        """Return an omission with the branches that its words mean.

        Nothing else is retargeted: that would lift a hold without a finding.
        """
        if self.kind is not Kind.OMISSION:
            raise OnlyOmissions(
                "只有“遗漏”类异议才能认定所指的党组织，请去掉 organization_ids 后重新提交。",
                "Only an omission can be identified: leave organization_ids out.",
            )
        return replace(self, organization_ids=organization_ids)


def announced(announcement: Announcement, entries: Iterable[Entry]) -> frozenset[UUID]:
    """Return all organizations that a determination settled, with and without stars."""
    return announcement.not_listed | {entry.organization_id for entry in entries}


def held(cases: Iterable[Objection], everyone: Collection[UUID]) -> frozenset[UUID]:
    """Return the organizations with an open case."""
    return frozenset().union(*(each.concerned(everyone) for each in cases if each.is_open))


def concerned(
    claim: Claim, announcement: Announcement, entries: Collection[Entry], meant: Collection[UUID]
) -> frozenset[UUID] | None:
    """Return whom a claim is about, null for all; `meant` are unlisted branches it may name.

    Raises ObjectionIncomplete, NotOnNotice, AlreadyOnNotice or StarNotOnNotice.
    """
    listed = {entry.organization_id: entry for entry in entries}
    match claim.kind:
        case Kind.BRANCH:
            return _branch(claim, listed)
        case Kind.OMISSION:
            return _omission(claim, listed, meant)
        case Kind.PROCEDURE:
            if claim.organization_id is None:
                return None
            if claim.organization_id not in announced(announcement, entries):
                raise _not_on_notice()
            return frozenset({claim.organization_id})


def require_statement(claim: Claim) -> None:
    """Raise ObjectionIncomplete where text, target or the second half of a name lacks."""
    said = claim.statement
    faults = []
    if not said.text.strip():
        faults.append(Fault("/body/text", Text("请写明反映的具体情况", "say what happened")))
    if said.name is not None and said.contact is None:
        text = Text("实名反映请留下联系方式", "give a contact together with the name")
        faults.append(Fault("/body/contact", text))
    if said.contact is not None and said.name is None:
        text = Text("实名反映请填写姓名；匿名反映请不要留联系方式", "give a name with the contact")
        faults.append(Fault("/body/name", text))
    if claim.kind is Kind.BRANCH and claim.organization_id is None:
        text = Text("请选择所反映的党组织", "choose the branch you object to")
        faults.append(Fault("/body/organization_id", text))
    if claim.kind is Kind.OMISSION and claim.organization_id is None and said.subject is None:
        text = Text("请写明遗漏的是哪个党组织", "say which branch is missing")
        faults.append(Fault("/body/subject", text))
    if faults:
        raise ObjectionIncomplete(
            "反映的内容不完整，请按提示补充后重新提交，本次没有保存。",
            "The objection is incomplete: add what is named in `errors`; nothing was saved.",
            faults=tuple(faults),
        )


def _branch(claim: Claim, listed: dict[UUID, Entry]) -> frozenset[UUID]:
    entry = None if claim.organization_id is None else listed.get(claim.organization_id)
    if entry is None:
        raise _not_on_notice()
    if claim.star is not None and claim.star not in {star.code for star in entry.stars}:
        raise StarNotOnNotice(
            f"“{entry.name}”在本次公示中没有这颗星，请重新选择，或者不选星、针对整个评定结果反映。",
            "The branch does not hold that star on this notice: choose another or none.",
        )
    return frozenset({entry.organization_id})


def _omission(claim: Claim, listed: dict[UUID, Entry], meant: Collection[UUID]) -> frozenset[UUID]:
    if claim.organization_id is None:
        return frozenset(meant) - set(listed)
    if claim.organization_id in listed:
        raise AlreadyOnNotice(
            "这个党组织已在公示名单中；如对其评定结果有异议，请选择“名单所列党组织”。",
            "This branch is on the notice: object to the listed branch instead.",
        )
    return frozenset({claim.organization_id})


def _not_on_notice() -> NotOnNotice:
    return NotOnNotice(
        "公示名单中没有这个党组织；如认为遗漏，请选择“遗漏”后反映。",
        "This branch is not on the notice: if it was omitted, object to the omission.",
    )
