"""星: its items, the groups that must each reach their line, and its bottom lines."""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.items import Block, Item
from services.scoring.kernel.rules import BottomLineRule
from services.scoring.kernel.vocabulary import (
    Clause,
    Code,
    Frozen,
    Level,
    Operator,
    Points,
    Rows,
    Title,
    unsaid,
)


class LowersLevel(Frozen):
    """The star stays; the level falls by so many declared levels."""

    kind: Literal["lowers_level"]
    by: Annotated[int, Field(ge=1, le=20)]


class CapsLevel(Frozen):
    """The star stays; the level is not above this one (0 loses the whole award)."""

    kind: Literal["caps_level"]
    level: Level


LevelEffect = Annotated[LowersLevel | CapsLevel, Field(discriminator="kind")]


class BottomLine(Frozen):
    """底线标准: confirmed by its source office, it takes the star.

    With an `effect` it takes from the level instead, whether or not the star was applied for.
    """

    code: Code
    name: Title
    clause: Clause
    source_office: Code
    rule: BottomLineRule
    effect: LevelEffect | None = Field(default=None, exclude_if=unsaid)


class ItemGroup(Frozen):
    """A group of items that must reach a line of its own, whatever the total is."""

    code: Code
    name: Title
    items: Annotated[Rows[Code], Field(min_length=1)]
    operator: Operator
    points: Points
    clause: Clause

    @property
    def minimum(self) -> int:
        """The smallest sum that meets it: integers make `>` a `>=` one hundredth higher."""
        return self.points + (self.operator == ">")


class Star(Frozen):
    """星: judged by one lead department; `base_points` is what its base items add up to."""

    code: Code
    name: Title
    department: Code
    clause: Clause
    base_points: Points
    items: Annotated[Rows[Item], Field(min_length=1)]
    bottom_lines: Rows[BottomLine]
    groups: Rows[ItemGroup] = Field(default=(), exclude_if=unsaid)

    def block_points(self, block: Block) -> int:
        """Return the sum of the highest points of one block's items, in hundredths."""
        return sum(item.rule.max_points for item in self.items if item.block == block)
