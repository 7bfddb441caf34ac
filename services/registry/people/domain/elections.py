"""换届选举: what may happen to an election, and what its result must be like.

Clause: 书记 · one who steps aside at an election and goes on in another 两委 post keeps the pay
for the term. Whoever organizes an election does not confirm it: posts and pay hang on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.registry.organizations.domain.tree import DatesInvalid
from services.registry.people.domain.terms import POST_NAMES
from shared.caller import Caller, Role, same_person
from shared.contracts.registry import OrganizationKind, Post
from shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Text
from shared.transitions import Machine, Transition

# The township holds its villages' elections; 组织部 confirms what came out.
KEEPERS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT})
ORGANIZERS = KEEPERS | {Role.TOWNSHIP}
PERIOD_YEARS = 5
LONGEST_YEARS = 10
MOST_SEATS = 50
_LEAP_DAY = (2, 29)
LARGEST_BATCH = 5_000
MOST_CONFIRMED = 500
# Whose committees are elected anew; those above them are appointed or hold congresses.
ELECTING = (OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH)


class ElectionState(StrEnum):
    """Where an election stands."""

    PLANNED = "planned"
    POSTPONED = "postponed"
    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


OPEN = frozenset({ElectionState.PLANNED, ElectionState.POSTPONED, ElectionState.HELD})


class Body(StrEnum):
    """What is elected."""

    PARTY_COMMITTEE = "party_committee"
    VILLAGE_COMMITTEE = "village_committee"
    BOTH = "both"


BODY_NAMES = {
    Body.PARTY_COMMITTEE: "党支部委员会",
    Body.VILLAGE_COMMITTEE: "村民委员会",
    Body.BOTH: "两委",
}
_PARTY = (Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.MEMBER)
_VILLAGE = (Post.DIRECTOR, Post.COMMITTEE_MEMBER)
BODY_POSTS: Mapping[Body, tuple[Post, ...]] = {
    Body.PARTY_COMMITTEE: _PARTY,
    Body.VILLAGE_COMMITTEE: _VILLAGE,
    Body.BOTH: (*_PARTY, *_VILLAGE),
}


class ElectionUnknown(NotFound):
    """No such election within the caller's part of the tree."""

    slug = "election-unknown"
    title = Text("没有这次选举", "No such election")


class ElectionOpen(Conflict):
    """Another election of the same posts is under way."""

    slug = "election-open"
    title = Text("该组织已有未办结的选举", "Another election is under way")


class ElectionRangeUnfit(Invalid):
    """Nothing in the chosen part of the tree holds such an election, or too much does."""

    slug = "election-range-unfit"
    title = Text("范围内没有合适的组织", "No organization there holds such an election")


class ElectionRejected(Invalid):
    """A result that cannot be: every fault is named, and nothing is kept."""

    slug = "election-rejected"
    title = Text("选举结果不能登记", "The result cannot be entered")


class ElectionNotHeld(Conflict):
    """There is no result yet, or none any more."""

    slug = "election-not-held"
    title = Text("选举还没有结果", "The election has no result")


class ElectionNeedsSecondPerson(Forbidden):
    """The one who entered the result cannot confirm it."""

    slug = "election-needs-second-person"
    title = Text("须由另一人确认", "A second person must confirm")


MACHINE = Machine(
    Text("选举", "election"),
    {
        ElectionState.PLANNED: "已计划",
        ElectionState.POSTPONED: "已推迟",
        ElectionState.HELD: "已选举、待确认",
        ElectionState.CONFIRMED: "已确认",
        ElectionState.CANCELLED: "已取消",
    },
    (
        Transition(
            "postpone",
            ORGANIZERS,
            frozenset({ElectionState.PLANNED, ElectionState.POSTPONED}),
            ElectionState.POSTPONED,
            guard="a reason and a later day",
        ),
        Transition(
            "hold",
            ORGANIZERS,
            frozenset({ElectionState.PLANNED, ElectionState.POSTPONED}),
            ElectionState.HELD,
            guard="a result that can be carried out",
        ),
        Transition(
            "return",
            KEEPERS,
            frozenset({ElectionState.HELD}),
            ElectionState.POSTPONED,
            guard="a reason and the day of the new election",
            effect="the result is dropped",
        ),
        Transition(
            "confirm",
            KEEPERS,
            frozenset({ElectionState.HELD}),
            ElectionState.CONFIRMED,
            guard="another person than the one who entered the result",
            effect="terms end and begin",
        ),
        Transition(
            "cancel",
            KEEPERS,
            frozenset(OPEN),
            ElectionState.CANCELLED,
            guard="a reason",
        ),
        Transition(
            "reinstate",
            KEEPERS,
            frozenset({ElectionState.CANCELLED}),
            ElectionState.PLANNED,
            guard="no other election of these posts under way",
        ),
    ),
)


@dataclass(frozen=True)
class Seat:
    """Who was elected to which post; the term it became, once confirmed."""

    person_id: UUID
    post: Post
    term_id: UUID | None = None


@dataclass(frozen=True)
class Election:
    """An election of one organization; `period_until` is the last day of the new period."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    body: Body
    state: ElectionState
    planned_on: date
    held_on: date | None = None
    starts_on: date | None = None
    period_until: date | None = None
    reason: str | None = None
    held_by: UUID | None = None
    held_person: UUID | None = None
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    version: int = 1

    @property
    def posts(self) -> tuple[Post, ...]:
        """The posts that it fills anew."""
        return BODY_POSTS[self.body]

    def concerns(self, body: Body) -> bool:
        """Whether it fills a post of that body."""
        return bool(set(self.posts) & set(BODY_POSTS[body]))


@dataclass(frozen=True)
class Result:
    """What came out: the new terms begin on `starts_on`; by default the day of the election."""

    held_on: date
    starts_on: date
    period_until: date
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Elected:
    """Somebody elected as the result names them: a registered person, or the name of a new one."""

    post: Post
    person_id: UUID | None = None
    name: str | None = None


@dataclass(frozen=True)
class Draft:
    """A result as it was sent; what is None is left to the rule."""

    held_on: date
    starts_on: date | None
    period_until: date | None
    elected: Sequence[Elected]

    def result(self, new: Mapping[str, UUID]) -> Result:
        """Return the whole result: terms begin on the day, the period is five years.

        `new` are the ids of those who are named and not yet registered.
        """
        begin = self.starts_on or self.held_on
        until = self.period_until or _years_after(begin, PERIOD_YEARS)
        seats = tuple(
            Seat(each.person_id or new[each.name or ""], each.post) for each in self.elected
        )
        return Result(self.held_on, begin, until, seats)


def _years_after(begin: date, years: int) -> date:
    """Return the last day of so many years that begin on a day; the calendar's at most."""
    if begin.year + years > MAXYEAR:
        return date.max
    # Years that begin on 29 February end on the 28th.
    leap = (begin.month, begin.day) == _LEAP_DAY
    same = date(begin.year + years, 3, 1) if leap else begin.replace(year=begin.year + years)
    return same - timedelta(days=1)


def faults_of(given: Result, body: Body, today: date) -> list[Fault]:
    """Return everything that is wrong with a result by itself."""
    found = []

    def wrong(place: str, zh: str, en: str) -> None:
        found.append(Fault(f"/body/{place}", Text(zh, en)))

    if given.held_on > today:
        wrong("held_on", "选举日期还没有到，请在选举之后登记结果", "lies in the future")
    if given.starts_on < given.held_on:
        wrong("starts_on", "任职日期不能早于选举日期，请改正", "earlier than the election")
    if given.period_until < given.starts_on:
        wrong("period_until", "届满日期不能早于任职日期，请改正", "ends before it begins")
    elif given.period_until > _years_after(given.starts_on, LONGEST_YEARS):
        zh = f"任期超过 {LONGEST_YEARS} 年，请核对届满日期"
        wrong("period_until", zh, f"longer than {LONGEST_YEARS} years")
    for place, seat in enumerate(given.seats):
        name = POST_NAMES[seat.post]
        if seat.post not in BODY_POSTS[body]:
            zh = f"{name}不由{BODY_NAMES[body]}选举产生，请改正职务，或另登记一次选举"
            wrong(f"elected/{place}/post", zh, "not a post of this body")
        if seat in given.seats[:place]:
            zh = f"同一人的{name}填了两次，请删去一行"
            wrong(f"elected/{place}/post", zh, "the same seat twice")
    return found


def rejected(faults: Sequence[Fault]) -> ElectionRejected:
    """Return the problem that names every fault of a result."""
    return ElectionRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；任期没有变动。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )


def check_second_person(caller: Caller, election: Election) -> None:
    """Raise ElectionNeedsSecondPerson if the caller entered the result."""
    if election.held_by is not None and same_person(caller, election.held_by, election.held_person):
        raise ElectionNeedsSecondPerson(
            "选举结果须由登记结果以外的另一人确认，请转交组织部的另一位同志；"
            "同一人的两个账号不算两人。",
            "Somebody else than the one who entered the result must confirm it.",
        )


def check_later(planned_on: date, election: Election) -> None:
    """Raise DatesInvalid unless an election that is put off is put off to a later day."""
    before = election.held_on or election.planned_on
    if planned_on <= before:
        raise DatesInvalid(
            f"新的选举日期应晚于 {before}，请改正。",
            f"The new day must be later than {before}.",
            faults=(Fault("/body/planned_on", Text("应晚于原来的日期", "must be later")),),
        )
