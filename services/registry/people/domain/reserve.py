"""后备干部: who stands ready for a post, from when until when, and what became of it.

Clause: 五星创建 第二版 · 基层党建星 judges 后备人才. A list of names that is not public: only those
who keep it and those who watch over them read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.people.domain.terms import POST_NAMES, Term
from shared.caller import Role
from shared.contracts.registry import Post
from shared.errors import Conflict, NotFound, Text
from shared.transitions import Machine, Transition

KEEPERS = frozenset({Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR})
READERS = KEEPERS | {Role.COMMITTEE, Role.INSPECTOR}


class ReserveKind(StrEnum):
    """For what somebody stands ready."""

    SECRETARY = "secretary"
    COMMITTEE = "committee"


KIND_NAMES = {ReserveKind.SECRETARY: "书记后备", ReserveKind.COMMITTEE: "两委后备"}
# A term in which of these posts is what the reserve was for.
POSTS: Mapping[ReserveKind, tuple[Post, ...]] = {
    ReserveKind.SECRETARY: (Post.SECRETARY,),
    ReserveKind.COMMITTEE: tuple(Post),
}


class ReserveState(StrEnum):
    """What became of it."""

    IN_RESERVE = "in_reserve"
    APPOINTED = "appointed"
    REMOVED = "removed"


class ReserveUnknown(NotFound):
    """No such entry within the caller's part of the tree."""

    slug = "reserve-unknown"
    title = Text("没有这名后备干部的记录", "No such entry")


class ReserveRepeated(Conflict):
    """The person stands ready there for the same already, or holds the post."""

    slug = "reserve-repeated"
    title = Text("不能重复列为后备", "The person is in reserve there, or in the post, already")


MACHINE = Machine(
    Text("后备干部", "reserve cadre"),
    {
        ReserveState.IN_RESERVE: "在库",
        ReserveState.APPOINTED: "已任用",
        ReserveState.REMOVED: "已出库",
    },
    (
        Transition(
            "appoint",
            frozenset({Role.SYSTEM}),
            frozenset({ReserveState.IN_RESERVE}),
            ReserveState.APPOINTED,
            effect="linked to the term that began",
        ),
        Transition(
            "remove",
            KEEPERS,
            frozenset({ReserveState.IN_RESERVE}),
            ReserveState.REMOVED,
            guard="a reason",
        ),
        Transition(
            "restore",
            KEEPERS,
            frozenset({ReserveState.REMOVED, ReserveState.APPOINTED}),
            ReserveState.IN_RESERVE,
            guard="a reason; not in reserve there again meanwhile, and not in the post",
        ),
    ),
)


@dataclass(frozen=True)
class Reserve:
    """One person in reserve for one organization; both dates are inclusive."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    person_id: UUID
    kind: ReserveKind
    starts_on: date
    ends_on: date | None
    source: str
    state: ReserveState = ReserveState.IN_RESERVE
    reason: str | None = None
    term_id: UUID | None = None
    entered_by: UUID | None = None
    entered_at: datetime | None = None
    version: int = 1

    def is_met_by(self, term: Term) -> bool:
        """Whether the term is what the person stood ready for; in any village of the county."""
        lasts = self.ends_on is None or term.starts_on <= self.ends_on
        return (
            self.state is ReserveState.IN_RESERVE
            and self.person_id == term.person_id
            and term.post in POSTS[self.kind]
            and self.starts_on <= term.starts_on
            and lasts
        )


def appointed(waiting: Iterable[Reserve], begun: Sequence[Term]) -> list[tuple[Reserve, Term]]:
    """Return the entries that new terms meet, each with the first such term."""
    found = []
    for each in waiting:
        terms = [term for term in begun if each.is_met_by(term)]
        if terms:
            found.append((each, min(terms, key=lambda term: (term.starts_on, term.id))))
    return found


def check_not_there(
    entry: Reserve, others: Iterable[Reserve], terms: Iterable[Term], today: date
) -> None:
    """Raise ReserveRepeated if the person is in reserve there, or in the post, already."""
    name = KIND_NAMES[entry.kind]
    for other in others:
        if (
            other.id != entry.id
            and other.state is ReserveState.IN_RESERVE
            and other.kind is entry.kind
        ):
            raise ReserveRepeated(
                f"此人自 {other.starts_on} 起已列为该组织的{name}，请修改原记录。",
                f"The person has been in reserve there since {other.starts_on}.",
            )
    for term in terms:
        running = term.ends_on is None or term.ends_on >= max(today, entry.starts_on)
        if term.person_id == entry.person_id and running and term.post in POSTS[entry.kind]:
            raise ReserveRepeated(
                f"此人在该组织任{POST_NAMES[term.post]}（自 {term.starts_on}），不需再列为{name}。",
                f"The person holds the post of {term.post} there.",
            )
