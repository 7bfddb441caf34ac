"""People and their terms in posts.

Clause: 五星创建 第二版 · 挂钩待遇: one person may hold two posts and is paid once, for the
higher; so two terms at once are allowed, but not the same post in the same place twice, nor
two secretaries of one organization.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.caller import Role
from shared.contracts.registry import Post, TermRecord
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

LONGEST_BATCH = 5_000
# Who keeps people and terms.
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)

POST_NAMES = {
    Post.SECRETARY: "书记",
    Post.DEPUTY_SECRETARY: "副书记",
    Post.MEMBER: "支委委员",
    Post.DIRECTOR: "村委会主任",
    Post.COMMITTEE_MEMBER: "村委委员",
}


class PersonUnknown(NotFound):
    """No such person within the caller's part of the tree."""

    slug = "person-unknown"
    title = Text("没有这个人员", "No such person")


class AlreadyErased(Conflict):
    """What is asked for needs a person whose data is still there."""

    slug = "person-erased"
    title = Text("该人员信息已删除", "The person has been erased")


class TermUnknown(NotFound):
    """No such term within the caller's part of the tree."""

    slug = "term-unknown"
    title = Text("没有这个任期", "No such term")


class TermEnded(Conflict):
    """The term has an end already."""

    slug = "term-ended"
    title = Text("任期已经结束", "The term has ended")


class TermsRejected(Invalid):
    """Some of the terms cannot be entered: each reason is named, and none is entered."""

    slug = "terms-rejected"
    title = Text("任期不能登记", "The terms cannot be entered")


@dataclass(frozen=True)
class Person:
    """A person; nothing but the name is kept, and since `erased_on` not even that."""

    id: UUID
    county_id: UUID
    name: str
    pinyin: str
    initials: str
    generated: bool = False
    version: int = 1
    erased_on: date | None = None


@dataclass(frozen=True)
class Term:
    """One person's term in one post; both dates are inclusive, no end means running."""

    id: UUID
    county_id: UUID
    person_id: UUID
    organization_id: UUID
    post: Post
    starts_on: date
    ends_on: date | None = None
    generated: bool = False
    version: int = 1

    def overlaps(self, other: "Term") -> bool:
        """Whether there is a day on which both terms run."""
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
            self.ends_on or date.max
        )

    def record(self) -> TermRecord:
        """Return what other services keep of it."""
        return TermRecord.model_validate(self, from_attributes=True)


def require_not_erased(person: Person) -> None:
    """Raise AlreadyErased where nothing of the person is left to be changed."""
    if person.erased_on is not None:
        raise AlreadyErased(
            f"这名人员的信息已于 {person.erased_on} 删除，不能再更正、导出、删除或列为后备。",
            f"This person was erased on {person.erased_on}: nothing is left to change.",
        )


def clash(new: Term, others: Iterable[Term]) -> Text | None:
    """Return why a term cannot stand beside the others of its organization, or None."""
    for other in others:
        same_place = other.organization_id == new.organization_id and other.post is new.post
        if other.id == new.id or not same_place or not new.overlaps(other):
            continue
        until = other.ends_on or "现在"
        period = f"{other.starts_on} 至 {until}"
        if other.person_id == new.person_id:
            name = POST_NAMES[new.post]
            return Text(
                f"此人 {period} 已在该组织任{name}，任期重叠，请先结束原任期或改正日期",
                f"the same person holds this post from {other.starts_on}",
            )
        if new.post is Post.SECRETARY:
            return Text(
                f"该组织 {period} 已有书记，任期重叠，请先结束原书记的任期或改正日期",
                f"the organization has another secretary from {other.starts_on}",
            )
    return None


def clashes(new: Sequence[Term], stored: Iterable[Term]) -> list[tuple[int, Text]]:
    """Return the index and reason of every new term that clashes with stored or earlier ones."""
    by_place: dict[UUID, list[Term]] = {}
    for term in stored:
        by_place.setdefault(term.organization_id, []).append(term)
    found = []
    for index, term in enumerate(new):
        others = by_place.setdefault(term.organization_id, [])
        reason = clash(term, others)
        if reason is not None:
            found.append((index, reason))
        others.append(term)
    return found


def rejected(faults: Sequence[Fault]) -> TermsRejected:
    """Return the problem that names every fault of a batch."""
    return TermsRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；本次没有保存任何任期。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )
