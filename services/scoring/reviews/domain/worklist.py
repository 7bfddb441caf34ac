"""What a body has to do now, and how far every body is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.scoring.reviews.domain.stages import Stage

Kind = Literal["recommend", "sign_off", "review", "spot_check", "complete", "clear"]


@dataclass(frozen=True)
class Duty:
    """One thing the caller has to do: what, for whom, by when; `open` counts what is left."""

    kind: Kind
    party: str
    name: str
    due_on: date
    open: int
    application_id: UUID | None = None
    organization_id: UUID | None = None
    star: str | None = None

    @property
    def key(self) -> str:
        """Where it stands in the list."""
        return "|".join(
            [self.kind, self.party, self.name, str(self.application_id), self.star or ""]
        )


@dataclass(frozen=True)
class Part:
    """How far a township or department is: `total` things to score, `done` of them."""

    stage: Stage
    name: str
    path: str
    last_day: date
    total: int
    done: int
