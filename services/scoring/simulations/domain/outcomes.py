"""What comes out of a simulation: integers, codes and clauses; `schemas` makes the sentences.

Points are ints of 0.01, money ints of fen. The canonical bytes of a `Report` have a hash, so
that a replay from the same inputs and policies can be compared to the bit.
"""

from typing import Literal

from pydantic import Field

from services.scoring.kernel.certificate import Reason
from services.scoring.kernel.items import Block
from services.scoring.kernel.said import Reference
from services.scoring.kernel.vocabulary import Code, Count, Frozen, Level, Rows
from services.scoring.simulations.domain.adapting import Note

Direction = Literal["rose", "fell", "stars_changed", "entered", "left"]


class LevelCount(Frozen):
    """How many organizations hold a level."""

    level: Level
    count: Count


class StarCount(Frozen):
    """How many organizations hold a star."""

    star: Code
    count: Count


class Counts(Frozen):
    """Levels and stars of the county (`township_id` null) or of one township."""

    township_id: Reference | None
    assessed: Count
    not_assessed: Count
    levels: Rows[LevelCount]
    stars: Rows[StarCount]


class StarMove(Frozen):
    """A star won or lost; `reasons` are those that fell away, or those that came."""

    star: Code
    won: bool
    reasons: Rows[Reason]


class Move(Frozen):
    """One organization whose stars or level differ from those of the policy in force.

    Levels are null for 未参评. `level_clause` is the clause that settles the level under the
    variant.
    """

    organization_id: Reference
    township_id: Reference
    direction: Direction
    from_level: Level | None
    to_level: Level | None
    stars: Rows[StarMove]
    level_clause: str


class Room(Frozen):
    """How many hundredths an item (or sub-item) could still bring where they are needed.

    `worth` is what they are in the star's sums, where that is another number.
    """

    item: Code
    block: Block
    room: Count
    worth: Count | None = Field(default=None, exclude_if=lambda value: value is None)

    @property
    def gain(self) -> int:
        """What the star's sums would gain."""
        return self.room if self.worth is None else self.worth


class NearMiss(Frozen):
    """A star applied for that only points are missing for: `short` hundredths in all.

    `reasons` are the lines not met; `items` where the points could come from, most room first.
    """

    organization_id: Reference
    township_id: Reference
    star: Code
    short: Count
    reasons: Rows[Reason]
    items: Rows[Room]


class PayerBill(Frozen):
    """One payer's year in fen; `over` is how much of what is payable lies above the ceiling."""

    payer: Code
    total: int
    payable: int
    unfunded: int
    ceiling: int | None
    over: int


class MissingFact(Frozen):
    """A fact without which the bill cannot be computed; absent is never zero."""

    organization_id: Reference
    fact: str
    zh: str


class VariantOutcome(Frozen):
    """All that came out for one policy; `bill` is null where facts are missing for it.

    `months` are the months of pay in the bill. The policy in force has no moves.
    """

    policy_hash: str
    provisional: bool
    notes: Rows[Note]
    county: Counts
    townships: Rows[Counts]
    moves: Rows[Move]
    nearest: Rows[NearMiss]
    months: Count
    bill: Rows[PayerBill] | None
    missing_facts: Rows[MissingFact]


class Report(Frozen):
    """The policy in force and up to five variants, side by side."""

    base: VariantOutcome
    variants: Rows[VariantOutcome]
