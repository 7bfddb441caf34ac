"""得分证明: every number of one verdict with its clause, so that it adds up by hand.

Points are ints of 0.01 point, money ints of fen; there are codes and clauses but no
sentences, which `render` makes.
"""

from typing import Literal

from pydantic import Field

from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.inputs import LetIn, Refusal
from services.scoring.kernel.items import Block
from services.scoring.kernel.said import Reference, Value
from services.scoring.kernel.stars import LevelEffect
from services.scoring.kernel.vocabulary import Clause, Code, Day, Frozen, Operator, Rows, unsaid

ReasonCode = Literal[
    "not_applied", "below_line", "below_group", "bottom_line", "refused", "requires", "quota"
]


class CountedOccurrence(Frozen):
    """One occurrence of the list that counts, and whether it did.

    What does not count has run out, or its event is counted elsewhere at more points.
    """

    event: Code
    reference: Reference
    decided_on: Day | None = Field(default=None, exclude_if=unsaid)
    points: int
    counts: bool


class ItemScore(Frozen):
    """One item or sub-item: what each stage gave, and what counts (null: nobody scored it).

    `scores` are stage → hundredths of what the stage said (-2: does not apply); a ranked
    item has them only with its place. `basis` is where `counted` comes from when no stage gave
    it: facts, the policy's default, the average of the peers, or that it does not apply. `values`
    are counts as they are and measures as ints of 0.0001.
    """

    item: Code
    clause: Clause
    block: Block
    max_points: int
    scores: dict[Code, int]
    counted_stage: Code | None
    counted: int | None
    basis: Literal["facts", "default", "peer_average", "not_applicable"] | None = Field(
        default=None, exclude_if=unsaid
    )
    values: dict[str, Value] = Field(default={}, exclude_if=unsaid)
    occurrences: Rows[CountedOccurrence] = Field(default=(), exclude_if=unsaid)
    place: int | None = Field(default=None, exclude_if=unsaid)
    reason: Reference | None = Field(default=None, exclude_if=unsaid)
    parts: Rows["ItemScore"] = Field(default=(), exclude_if=unsaid)


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


class SanctionCheck(Frozen):
    """One sanction, the last day of its influence, and whether that is not over."""

    sanction: Code
    decided_on: Day
    reference: Reference
    clause: Clause
    last_day: Day
    in_force: bool


class BottomLineCheck(Frozen):
    """A source office's answer; `answered` false leaves the bottom line open.

    `effect` says what it takes from the level; without one it takes the star.
    """

    bottom_line: Code
    clause: Clause
    source_office: Code
    answered: bool
    hit: bool
    reference: Reference | None
    problems: Rows[ProblemCheck]
    sanctions: Rows[SanctionCheck] = Field(default=(), exclude_if=unsaid)
    effect: LevelEffect | None = Field(default=None, exclude_if=unsaid)


class GroupCheck(Frozen):
    """A group of items and its own line: `value operator points`, `short` hundredths missing."""

    group: Code
    clause: Clause
    value: int
    operator: Operator
    points: int
    met: bool
    short: int


class Reason(Frozen):
    """Why a star is not held; `short` is in hundredths.

    `subject` is the line, group, bottom line or body, the star required, or the quota.
    """

    code: ReasonCode
    clause: Clause
    subject: Code
    short: int
    reference: Reference | None


class Sum(Frozen):
    """base + counted_bonus - counted deduction, not below floor, = total.

    Bonus counts up to its cap; so does the deduction where `deduction_cap` is given. Where
    items do not apply, `base` is `brought` x the whole base / `reachable`, half up.
    """

    base: int
    bonus: int
    bonus_cap: int
    counted_bonus: int
    deduction: int
    floor: int
    total: int
    clause: Clause
    deduction_cap: int | None = Field(default=None, exclude_if=lambda value: value is None)
    brought: int | None = Field(default=None, exclude_if=lambda value: value is None)
    reachable: int | None = Field(default=None, exclude_if=lambda value: value is None)

    @property
    def counted_deduction(self) -> int:
        """What is taken off: the deduction up to its cap."""
        return (
            self.deduction
            if self.deduction_cap is None
            else min(self.deduction, self.deduction_cap)
        )


class StarVerdict(Frozen):
    """One star: items, sum and lines (null and empty when not applied for), verdict, reasons.

    `refill` says by which decision the branch came into a place that others left.
    """

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
    groups: Rows[GroupCheck] = Field(default=(), exclude_if=unsaid)
    refill: LetIn | None = Field(default=None, exclude_if=unsaid)


class PrerequisiteCheck(Frozen):
    """A star that a level demands; `level` is what stands after the rule."""

    star: Code
    clause: Clause
    from_level: int
    held: bool
    level: int


class LevelEffectCheck(Frozen):
    """A bottom line that takes from the level."""

    bottom_line: Code
    clause: Clause
    effect: LevelEffect


class LevelVerdict(Frozen):
    """From the number of stars, or the total, to the level.

    The band, prerequisites, bottom lines with an effect on the level, a struck listing, the
    quota (by code) that keeps from a higher level, and the refill that let into this one.
    """

    star_count: int
    level_by_stars: int
    clause: Clause
    prerequisites: Rows[PrerequisiteCheck]
    listing_struck: Refusal | None
    level: int
    total: int | None = Field(default=None, exclude_if=lambda value: value is None)
    effects: Rows[LevelEffectCheck] = Field(default=(), exclude_if=unsaid)
    quota: Code | None = Field(default=None, exclude_if=unsaid)
    refill: LetIn | None = Field(default=None, exclude_if=unsaid)


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
