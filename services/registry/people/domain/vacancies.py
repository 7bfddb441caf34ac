"""空缺: posts that must be filled and are not, since when, and who held them last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.registry.people.domain.months import months_since
from shared.contracts.registry import OrganizationKind, Post

# The posts that an organization of a kind cannot be without.
MUST_BE_FILLED: Mapping[OrganizationKind, tuple[Post, ...]] = {
    OrganizationKind.COMMITTEE: (Post.SECRETARY,),
    OrganizationKind.GENERAL_BRANCH: (Post.SECRETARY,),
    OrganizationKind.BRANCH: (Post.SECRETARY,),
    OrganizationKind.JOINT_BRANCH: (Post.SECRETARY,),
    OrganizationKind.YOUTH_LEAGUE: (Post.SECRETARY,),
}
MOST_MONTHS = 120
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LastHolder:
    """Whose term was the last to end in a post."""

    term_id: UUID
    person_id: UUID
    name: str
    ends_on: date


@dataclass(frozen=True)
class Vacancy:
    """A post that nobody holds on `as_of`; without a last holder nobody ever held it."""

    organization_id: UUID
    county_id: UUID
    path: str
    name: str
    kind: OrganizationKind
    founded_on: date
    post: Post
    as_of: date
    last: LastHolder | None

    @property
    def event(self) -> date:
        """The last day before the post was vacant; it does not count itself."""
        before = date.fromordinal(max(self.founded_on.toordinal() - 1, 1))
        return max(before, self.last.ends_on) if self.last else before

    @property
    def since(self) -> date:
        """The first day on which nobody held the post."""
        return self.event + _DAY

    @property
    def months(self) -> int:
        """How many whole months it has been vacant at the end of `as_of`."""
        return months_since(self.event, self.as_of)
