"""评分项: what is scored inside a star, and what stands in for a score that is not there."""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.rules import (
    AllOrNothing,
    Awarded,
    Bands,
    Events,
    Graded,
    LeafRule,
    Occurring,
    PerPercentagePoint,
    Proportion,
    Ranked,
    Steps,
)
from services.scoring.kernel.said import Reference
from services.scoring.kernel.vocabulary import (
    Clause,
    Code,
    Frozen,
    Points,
    Rounding,
    Rows,
    Title,
    unsaid,
)

Block = Literal["base", "bonus", "deduction"]
BLOCKS: tuple[Block, ...] = ("base", "bonus", "deduction")


class Part(Frozen):
    """One sub-item of a composite item, judged by a rule of its own."""

    code: Code
    name: Title
    clause: Clause
    rule: LeafRule


class InnerCap(Frozen):
    """These sub-items together bring no more than so many points."""

    parts: Annotated[Rows[Code], Field(min_length=1)]
    most_points: Points
    clause: Clause


class Composite(Frozen):
    """An item made of sub-items, with caps inside.

    `adds_up` says that the sub-items' highest points add up to `max_points` exactly; `capped`
    that they may exceed it and are cut there.
    """

    kind: Literal["composite"]
    max_points: Points
    parts: Annotated[Rows[Part], Field(min_length=1, max_length=50)]
    sum: Literal["adds_up", "capped"]
    caps: Rows[InnerCap] = Field(default=(), exclude_if=unsaid)


ItemRule = Annotated[
    Awarded
    | Events
    | Steps
    | Bands
    | Proportion
    | PerPercentagePoint
    | Ranked
    | Graded
    | AllOrNothing
    | Occurring
    | Composite,
    Field(discriminator="kind"),
]


class DefaultPoints(Frozen):
    """A score that is missing counts as so many points."""

    kind: Literal["default"]
    points: Points


class PeerAverage(Frozen):
    """A score that is missing counts as the average of those of the group that have one."""

    kind: Literal["peer_average"]
    within: Literal["county", "township"]
    rounding: Rounding


WhenMissing = Annotated[DefaultPoints | PeerAverage, Field(discriminator="kind")]


class Scope(Frozen):
    """Which organizations an item is for; what is not said is not restricted.

    `organizations` names single ones by their id.
    """

    kinds: Rows[Code] = Field(default=(), exclude_if=unsaid)
    sectors: Rows[Code] = Field(default=(), exclude_if=unsaid)
    organizations: Rows[Reference] = Field(default=(), exclude_if=unsaid)

    def includes(self, kind: str, sector: str, organization_id: str) -> bool:
        """Whether the item is for an organization."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.sectors or sector in self.sectors)
            and (not self.organizations or organization_id in self.organizations)
        )


class Item(Frozen):
    """评分项: one number in one of the three blocks of a star.

    `when_missing` unsaid: a missing score is an error. `when_not_applicable` unsaid: the item
    applies to everyone; `renormalised` scales what the other base items bring up to the whole
    base, `full_marks` gives the item's highest points, `left_out` is for bonus and deduction.
    """

    code: Code
    name: Title
    clause: Clause
    block: Block
    rule: ItemRule
    page: Title | None = Field(default=None, exclude_if=unsaid)
    department: Code | None = Field(default=None, exclude_if=unsaid)
    evidence: Rows[Title] = Field(default=(), exclude_if=unsaid)
    check_methods: Rows[Literal["听取汇报", "审核材料", "实地察看", "访问调查"]] = Field(
        default=(), exclude_if=unsaid
    )
    only: Scope | None = Field(default=None, exclude_if=unsaid)
    when_missing: WhenMissing | None = Field(default=None, exclude_if=unsaid)
    when_not_applicable: Literal["renormalised", "full_marks", "left_out"] | None = Field(
        default=None, exclude_if=unsaid
    )


def leaves_of(item: Item) -> tuple[Item | Part, ...]:
    """Return what is scored of an item: itself, or the sub-items of a composite one."""
    return item.rule.parts if isinstance(item.rule, Composite) else (item,)
