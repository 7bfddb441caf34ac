"""结对共建: a strong branch helps a weak one, for a time and a purpose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.caller import Role
from shared.errors import Conflict, Invalid, NotFound, Text

KEEPERS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)


class PairUnknown(NotFound):
    """No such pair within the caller's part of the tree."""

    slug = "pair-unknown"
    title = Text("没有这个结对", "No such pair")


class PairUnfit(Invalid):
    """These two cannot be paired: the same one, or of two counties."""

    slug = "pair-unfit"
    title = Text("这两个组织不能结对", "These two cannot be paired")


class PairStands(Conflict):
    """The two are paired on some of these days already."""

    slug = "pair-stands"
    title = Text("两个组织已经结对", "The two are paired already")


class PairEnded(Conflict):
    """The pair has an end already."""

    slug = "pair-ended"
    title = Text("结对已经结束", "The pair has ended")


@dataclass(frozen=True)
class Pair:
    """Two organizations, from the first day to the last, both inclusive."""

    id: UUID
    county_id: UUID
    strong_id: UUID
    weak_id: UUID
    starts_on: date
    ends_on: date | None
    purpose: str
    reason: str
    end_reason: str | None = None
    entered_by: UUID | None = None
    entered_at: datetime | None = None
    version: int = 1

    def meets(self, other: "Pair") -> bool:
        """Whether both stand on some day."""
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
            self.ends_on or date.max
        )


def check_apart(new: Pair, others: Iterable[Pair]) -> None:
    """Raise PairStands if the same two, either way round, are paired on some of these days."""
    for other in others:
        same = {other.strong_id, other.weak_id} == {new.strong_id, new.weak_id}
        if same and other.id != new.id and new.meets(other):
            until = other.ends_on or "现在"
            raise PairStands(
                f"这两个组织 {other.starts_on} 至 {until} 已经结对，请先结束原结对或改正日期。",
                f"The two are paired from {other.starts_on}.",
            )
