"""What a policy (方案) may say: the whole document as immutable data.

Points are ints of 0.01 point and money ints of fen inside, decimal text outside
(`shared.money`). Every rule carries its clause. `check` finds what single fields cannot show.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.scoring.kernel.items import leaves_of
from services.scoring.kernel.linkages import Linkage
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.procedure import Procedure
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.rules import InInfluence, Occurring
from services.scoring.kernel.stars import Star
from services.scoring.kernel.vocabulary import (
    Clause,
    Code,
    Days,
    Frozen,
    Level,
    Named,
    Operator,
    Points,
    Rows,
    Title,
    unsaid,
)
from shared.canonical import content_hash


class AppliesTo(Frozen):
    """Which organizations are judged; all others are 未参评 and lose nothing."""

    kinds: Annotated[Rows[Code], Field(min_length=1)]
    sectors: Annotated[Rows[Code], Field(min_length=1)]
    clause: Clause


class Totals(Frozen):
    """How a star's total is made of its three blocks.

    `deductions_touch: total` leaves the base as it is; `base` takes them off the base, so
    that a line on the base feels them too. The total is the same either way. Without a
    `deduction_cap_points` everything is taken off.
    """

    bonus_cap_points: Points
    deduction_cap_points: Points | None = Field(default=None, exclude_if=lambda v: v is None)
    deductions_touch: Literal["total", "base"]
    floor_points: Points
    rounding: Literal["half_up"]
    clause: Clause


class Line(Frozen):
    """分数线: a star is eligible when its measure stands in this relation to the points."""

    code: Code
    name: Title
    measure: Literal["base", "total"]
    operator: Operator
    points: Points
    clause: Clause

    @property
    def minimum(self) -> int:
        """The smallest value that meets it: integers make `>` a `>=` one hundredth higher."""
        return self.points + (self.operator == ">")


class LevelBand(Frozen):
    """星级: the level that a number of awarded stars gives, or a total of points.

    A policy uses one of both for all its levels. Bands by points are half-open: from
    `from_points` (included) to the next one's (excluded), of the totals of all stars applied for.
    """

    level: Level
    name: Title
    min_stars: Level | None = Field(default=None, exclude_if=lambda v: v is None)
    from_points: Points | None = Field(default=None, exclude_if=lambda v: v is None)
    clause: Clause

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.min_stars is None) == (self.from_points is None):
            message = "min_stars和from_points请填写其中一项 (give either of both)"
            raise ValueError(message)
        return self

    @property
    def start(self) -> int:
        """Where the band begins: stars, or hundredths."""
        return (self.from_points or 0) if self.min_stars is None else self.min_stars


class Prerequisite(Frozen):
    """From `from_level` on `star` must be held; without it the level is `otherwise_level`.

    The stars themselves are kept.
    """

    star: Code
    from_level: Level
    otherwise_level: Level
    clause: Clause


class StarPrerequisite(Frozen):
    """`star` is only awarded together with `requires`."""

    star: Code
    requires: Code
    clause: Clause


class Stage(Frozen):
    """A scoring stage, in the order of the policy: a later one replaces item by item.

    `lowers` may only worsen a star: lower points in base and bonus, more in deduction.
    """

    code: Code
    name: Title
    effect: Literal["replaces", "lowers"]


class Ranking(Frozen):
    """Organizations are ordered by these measures, higher first; equals share a rank.

    `base` and `total` are summed over the stars applied for.
    """

    by: Annotated[Rows[Literal["level", "stars", "total", "base"]], Field(min_length=1)]
    clause: Clause


class Payment(Frozen):
    """When monthly entitlements run: from the nth month after effect, for so many months."""

    months_after_effect: Annotated[int, Field(ge=0, le=12)]
    months: Annotated[int, Field(ge=1, le=60)]
    holder_on_day: Annotated[Days, Field(ge=1, le=28)]
    clause: Clause


class Policy(Frozen):
    """One edition (版) of a policy: immutable once published, known by its hash."""

    code: Code
    edition: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$")]
    title: Title
    notes: Rows[Title]
    applies_to: AppliesTo
    departments: Rows[Named]
    source_offices: Rows[Named]
    payers: Rows[Named]
    posts: Rows[Named]
    stages: Annotated[Rows[Stage], Field(min_length=1)]
    stars: Annotated[Rows[Star], Field(min_length=1, max_length=20)]
    totals: Totals
    lines: Rows[Line]
    levels: Annotated[Rows[LevelBand], Field(min_length=1)]
    prerequisites: Rows[Prerequisite]
    ranking: Ranking
    procedure: Procedure
    payment: Payment
    linkages: Rows[Linkage]
    measures: Rows[Measure] = Field(default=(), exclude_if=unsaid)
    star_prerequisites: Rows[StarPrerequisite] = Field(default=(), exclude_if=unsaid)
    quotas: Rows[Quota] = Field(default=(), exclude_if=unsaid)

    @model_validator(mode="after")
    def _stages_start_with_a_score(self) -> Self:
        if self.stages[0].effect != "replaces":
            message = "第一个环节必须给出得分 (the first stage must give scores, not lower them)"
            raise ValueError(message)
        return self

    def star(self, code: str) -> Star:
        """Return the star of this code; KeyError when the policy has none."""
        return {star.code: star for star in self.stars}[code]

    def level_name(self, level: int) -> str:
        """Return the Chinese name of a level; KeyError when the policy has none."""
        return {band.level: band.name for band in self.levels}[level]

    @property
    def level_word(self) -> str:
        """What a level is called: 星级 where stars are counted, 等次 where points are."""
        return "等次" if self.levels_by_points else "星级"

    @property
    def levels_by_points(self) -> bool:
        """Whether levels are bands of the total, and not of the number of stars."""
        return self.levels[0].min_stars is None

    @property
    def is_dated(self) -> bool:
        """Whether anything depends on the day of assessment: an influence period does."""
        leaves = (leaf for star in self.stars for item in star.items for leaf in leaves_of(item))
        lines = (line for star in self.stars for line in star.bottom_lines)
        return any(isinstance(leaf.rule, Occurring) for leaf in leaves) or any(
            isinstance(line.rule, InInfluence) for line in lines
        )

    @property
    def ranking_bounds(self) -> tuple[int, ...]:
        """A number above the largest value of each ranking measure, in their order."""
        floor, cap = self.totals.floor_points, self.totals.bonus_cap_points
        bounds = {
            "level": max(band.level for band in self.levels) + 1,
            "stars": len(self.stars) + 1,
            "base": sum(star.block_points("base") for star in self.stars) + 1,
            "total": sum(max(s.block_points("base") + cap, floor) for s in self.stars) + 1,
        }
        return tuple(bounds[measure] for measure in self.ranking.by)

    @property
    def hash(self) -> str:
        """`sha256:<hex>` of the canonical document: two equal policies have one hash."""
        return content_hash(self.model_dump(mode="json"))
