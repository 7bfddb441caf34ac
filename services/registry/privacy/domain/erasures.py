"""Erasing a person: asked for by one administrator, carried out by another, blocked by what runs.

Ids stay, so that results, registers and the audit trail still add up; what tells who it was goes.
Clause: Personal Information Protection Law, article 47 (deletion), article 50 (requests).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.identity.domain.grants import StoredGrant
from services.registry.people.domain.elections import ElectionState
from services.registry.people.domain.reserve import ReserveState
from services.registry.people.domain.terms import POST_NAMES, Term
from services.registry.privacy.domain.career import Career
from shared.caller import ROLE_NAMES, Caller, Role, same_person
from shared.errors import Conflict, Forbidden, NotFound, Text
from shared.transitions import Machine, Transition

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
# What stands where a name stood.
ERASED_NAME = "已删除"


class ErasureState(StrEnum):
    """Where an erasure stands."""

    REQUESTED = "requested"
    DONE = "done"
    REJECTED = "rejected"


class ErasureUnknown(NotFound):
    """No such erasure within the caller's part of the tree."""

    slug = "erasure-unknown"
    title = Text("没有这项删除申请", "No such erasure")


class ErasureBlocked(Conflict):
    """Something that still runs needs the person; `errors` name it."""

    slug = "erasure-blocked"
    title = Text("还不能删除", "The person cannot be erased yet")


class ErasureWaiting(Conflict):
    """The erasure of this person was asked for before and waits for a decision."""

    slug = "erasure-waiting"
    title = Text("已有待办的删除申请", "An erasure waits already")


class ErasureNeedsSecondPerson(Forbidden):
    """The one who confirms is the one who asked, or the person concerned."""

    slug = "erasure-needs-second-person"
    title = Text("须由另一位管理员办理", "Another administrator must do this")


_WHO = frozenset(ADMINISTRATORS)
MACHINE = Machine(
    Text("删除申请", "erasure"),
    {
        ErasureState.REQUESTED: "待另一位管理员确认",
        ErasureState.DONE: "已删除",
        ErasureState.REJECTED: "未同意或已撤回",
    },
    [
        Transition(
            "confirm",
            _WHO,
            frozenset({ErasureState.REQUESTED}),
            ErasureState.DONE,
            guard="another person than the requester and the person concerned; nothing runs",
            effect="name, contact data and ways of signing in are gone; accounts are closed",
        ),
        Transition("reject", _WHO, frozenset({ErasureState.REQUESTED}), ErasureState.REJECTED),
    ],
)


@dataclass(frozen=True)
class Erasure:
    """One request to erase a person, and what became of it. Times are real."""

    id: UUID
    person_id: UUID
    county_id: UUID
    state: ErasureState
    reason: str
    requested_by: UUID
    requested_person: UUID | None
    requested_at: datetime
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    refusal: str | None = None


class BlockKind(StrEnum):
    """What kind of thing stands in the way."""

    TERM = "term"
    GRANT = "grant"
    RESERVE = "reserve"
    ELECTION = "election"

    @property
    def path(self) -> str:
        """The part of an address under which such things are found."""
        return self.value if self is BlockKind.RESERVE else f"{self.value}s"


@dataclass(frozen=True)
class Block:
    """One thing that must end first; `id` is the term, grant, entry or election."""

    kind: BlockKind
    id: UUID
    what: Text


class Mention(StrEnum):
    """Where people write in their own words, perhaps a name: it is theirs to change, or stays."""

    GRANT_REASON = "grant_reason"
    EVENT_REASON = "organization_event_reason"
    MINUTES = "life_entry_minutes"
    ELECTION_REASON = "election_reason"
    RESERVE_SOURCE = "reserve_source"
    RESERVE_REASON = "reserve_reason"
    COURSE_TITLE = "course_title"
    COURSE_ORGANISER = "course_organiser"
    PAIR_PURPOSE = "pair_purpose"
    PAIR_REASON = "pair_reason"
    PAIR_END_REASON = "pair_end_reason"
    EXEMPTION_REASON = "life_exemption_reason"
    AUDIT_REASON = "audit_reason"


@dataclass(frozen=True)
class Preview:
    """What an erasure would touch, what stands in its way, and where the name may stay."""

    person_id: UUID
    accounts: int
    terms: int
    blocks: list[Block]
    mentions: dict[Mention, int]


def blocks_of(
    terms: Iterable[Term], career: Career, grants: Iterable[StoredGrant], today: date
) -> list[Block]:
    """Return what must end first.

    Terms that run or will, grants held or asked for, standing in reserve, elections won that
    nobody has confirmed.
    """
    running = [each for each in terms if each.ends_on is None or each.ends_on >= today]
    held = [each for each in grants if each.open and not each.ended(today)]
    ready = [each for each in career.reserve if each.state is ReserveState.IN_RESERVE]
    # Once an election, however many seats were won at it.
    won = {each.election_id: None for each in career.elected if each.state is ElectionState.HELD}
    return [
        *(_term_block(each) for each in running),
        *(_grant_block(each) for each in held),
        *(Block(BlockKind.RESERVE, each.id, _RESERVE) for each in ready),
        *(Block(BlockKind.ELECTION, each, _ELECTION) for each in won),
    ]


_RESERVE = Text("其还在后备干部库中，请先出库", "an entry in reserve: remove it first")
_ELECTION = Text(
    "其当选的选举结果还待确认，请先确认、退回或取消这次选举",
    "an election won is not confirmed yet: confirm, return or cancel it first",
)


def _term_block(term: Term) -> Block:
    said = Text(
        f"其“{POST_NAMES[term.post]}”任期还未结束，请先办理届满",
        f"a term as {term.post} still runs: end it first",
    )
    return Block(BlockKind.TERM, term.id, said)


def _grant_block(grant: StoredGrant) -> Block:
    said = Text(
        f"其账号还有“{ROLE_NAMES[grant.role]}”授权，请先收回或办理离任移交",
        f"an account still has a grant of {grant.role}: take it back or hand it over first",
    )
    return Block(BlockKind.GRANT, grant.id, said)


def check_not_concerned(caller: Caller, person_id: UUID) -> None:
    """Raise ErasureNeedsSecondPerson where somebody would erase themself."""
    if caller.person_id == person_id:
        raise _second_person()


def check_second_person(caller: Caller, erasure: Erasure) -> None:
    """Raise ErasureNeedsSecondPerson unless neither the requester nor the person concerned."""
    check_not_concerned(caller, erasure.person_id)
    if same_person(caller, erasure.requested_by, erasure.requested_person):
        raise _second_person()


def _second_person() -> ErasureNeedsSecondPerson:
    return ErasureNeedsSecondPerson(
        "删除须由申请人和当事人以外的另一位系统管理员或安全管理员办理，请转交另一位管理员。",
        "Neither the requester nor the person concerned: another administrator must do this.",
    )
