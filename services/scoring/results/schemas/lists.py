"""The cycle in numbers and its rankings as they travel."""

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.results import ResultState, Tally
from services.scoring.results.schemas.results import StarView


class LevelCount(BaseModel):
    """How many branches hold a level."""

    level: int
    name: str
    count: int


class StarCount(BaseModel):
    """How many branches hold a star."""

    code: str
    name: str
    count: int


class SummaryView(BaseModel):
    """The cycle in numbers; 无星 includes those that never applied, 未参评 stands apart."""

    cycle_id: UUID
    policy_hash: str
    snapshot_hash: str
    assessed: int
    levels: list[LevelCount]
    stars: list[StarCount]
    not_applied: int
    not_assessed: int
    states: dict[ResultState, int]

    @classmethod
    def of(cls, cycle_id: UUID, policy: Policy, tally: Tally) -> Self:
        """Make the view; every level and star of the policy is named, also with none."""
        bands = sorted(policy.levels, key=lambda band: band.level)
        return cls(
            cycle_id=cycle_id,
            policy_hash=policy.hash,
            snapshot_hash=tally.snapshot_hash,
            assessed=sum(tally.levels.values()),
            levels=[
                LevelCount(level=b.level, name=b.name, count=tally.levels.get(b.level, 0))
                for b in bands
            ],
            stars=[
                StarCount(code=s.code, name=s.name, count=tally.stars.get(s.code, 0))
                for s in policy.stars
            ],
            not_applied=tally.not_applied,
            not_assessed=tally.not_assessed,
            states={ResultState(each): count for each, count in tally.states.items()},
        )


class RankingEntryView(BaseModel):
    """One line of a ranking; equals share a rank."""

    county_rank: int
    township_rank: int
    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    level: int
    level_name: str
    stars: list[StarView]
    total: str
    base: str


class RankingView(BaseModel):
    """A page of a ranking, best first."""

    cycle_id: UUID
    scope: Literal["county", "township"]
    scope_id: UUID
    total: int
    items: list[RankingEntryView]
    next_cursor: str | None
