"""得分证明: every number of one verdict with its clause, so that it adds up by hand.

Points are ints of 0.01 point, money ints of fen; there are codes and clauses but no
sentences, which `render` makes.
"""

from typing import Literal

from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.grammar import Block
from services.scoring.kernel.inputs import Reference, Refusal
from services.scoring.kernel.vocabulary import Clause, Code, Frozen, Operator, Rows


class ItemScore(Frozen):
    """One item: what each stage gave, and whose score counts (null: nobody scored it)."""

    item: Code
    clause: Clause
    block: Block
    max_points: int
    scores: dict[Code, int]
    counted_stage: Code | None
    counted: int | None


class LineCheck(Frozen):
    """`value operator points`; `short` is how many hundredths are missing, 0 when met."""

    line: Code
    clause: Clause
    measure: Literal["base", "total"]
    value: int
    operator: Operator
    points: int
    met: bool
    short: int


class ProblemCheck(Frozen):
    """One problem, its counts, and the kinds of event that reached their limit."""

    reference: Reference
    counts: dict[Code, int]
    reached: Rows[Code]


class BottomLineCheck(Frozen):
    """A source office's answer; `answered` false leaves the bottom line open."""

    bottom_line: Code
    clause: Clause
    source_office: Code
    answered: bool
    hit: bool
    reference: Reference | None
    problems: Rows[ProblemCheck]


class Reason(Frozen):
    """Why a star is not held: `subject` is the line, bottom line or body; `short` hundredths."""

    code: Literal["not_applied", "below_line", "bottom_line", "refused"]
    clause: Clause
    subject: Code
    short: int
    reference: Reference | None


class Sum(Frozen):
    """base + counted_bonus - deduction, not below floor, = total; bonus counts up to its cap."""

    base: int
    bonus: int
    bonus_cap: int
    counted_bonus: int
    deduction: int
    floor: int
    total: int
    clause: Clause


class StarVerdict(Frozen):
    """One star: items, sum and lines (null and empty when not applied for), verdict, reasons."""

    star: Code
    clause: Clause
    department: Code
    applied: bool
    items: Rows[ItemScore]
    sum: Sum | None
    lines: Rows[LineCheck]
    bottom_lines: Rows[BottomLineCheck]
    eligible: bool
    refusal: Refusal | None
    awarded: bool
    reasons: Rows[Reason]


class PrerequisiteCheck(Frozen):
    """A star that a level demands; `level` is what stands after the rule."""

    star: Code
    clause: Clause
    from_level: int
    held: bool
    level: int


class LevelVerdict(Frozen):
    """From the number of stars to the level: band, prerequisites, a struck listing."""

    star_count: int
    level_by_stars: int
    clause: Clause
    prerequisites: Rows[PrerequisiteCheck]
    listing_struck: Refusal | None
    level: int


class Certificate(Frozen):
    """The whole explanation of one organization's result.

    `status`: judged (also without a star), not_applied (无星 without an application), or 未参评
    for being outside the policy or founded after the snapshot. Ranks are 0 for 未参评.
    """

    policy: Code
    edition: str
    policy_hash: str
    organization_id: Reference
    status: Literal["judged", "not_applied", "outside_policy", "founded_later"]
    provisional: bool
    stars: Rows[StarVerdict]
    level: LevelVerdict
    county_rank: int
    township_rank: int
    entitlements: Rows[Entitlement]

    @property
    def money_fen(self) -> int:
        """All money of the entitlements over their periods, covered or not."""
        return sum(line.total for line in self.entitlements if line.unit == "fen")
