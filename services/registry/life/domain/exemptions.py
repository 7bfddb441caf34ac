"""Who need not hold what: a branch without 党小组 or 支委会 is never behind with their meetings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.life.domain.periods import Span
from services.registry.life.domain.rhythm import Kind
from shared.caller import Role
from shared.errors import Conflict, NotFound, Text

# Not the branch itself: those above decide what it need not do.
DECIDERS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)


class ExemptionUnknown(NotFound):
    """No such exemption within the caller's part of the tree."""

    slug = "life-exemption-unknown"
    title = Text("没有这项免开", "No such exemption")


class ExemptionEnded(Conflict):
    """The exemption has an end already."""

    slug = "life-exemption-ended"
    title = Text("免开已经结束", "The exemption has ended")


@dataclass(frozen=True)
class Exemption:
    """A kind of meeting that a branch need not hold on these days, and why."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    kind: Kind
    valid_from: date
    valid_until: date | None
    reason: str
    decided_by: UUID | None
    decided_at: datetime

    @property
    def span(self) -> Span:
        """The days on which it holds."""
        return Span(self.valid_from, self.valid_until)
