"""Where everything of a policy stands on the axes of the arrays: leaves, slots, items, blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import BLOCKS, Block, Composite, Item
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import Awarded, LeafRule, Occurring
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.stars import ItemGroup, Star


@dataclass(frozen=True)
class Leaf:
    """What is scored on its own: an item, or a sub-item of a composite one.

    `star` is the star's position; `slots` is where its values stand on the slot axis.
    """

    code: str
    name: str
    clause: str
    star: int
    item: Item
    rule: LeafRule
    slots: slice

    @property
    def measured(self) -> bool:
        """Whether it is computed from values."""
        return not isinstance(self.rule, Awarded | Occurring)


@dataclass(frozen=True)
class ItemPlan:
    """One item and where its leaves stand on the leaf axis; `caps` are rows within the span."""

    item: Item
    span: slice
    caps: tuple[tuple[tuple[int, ...], int], ...]


@dataclass(frozen=True)
class BlockPlan:
    """One block of a star on the leaf axis; `plain` when its points are simply added up."""

    span: slice
    items: tuple[ItemPlan, ...]
    plain: bool


@dataclass(frozen=True)
class StarPlan:
    """One star: its three blocks, and the items of each of its groups."""

    star: Star
    base: BlockPlan
    bonus: BlockPlan
    deduction: BlockPlan
    groups: tuple[tuple[ItemGroup, tuple[ItemPlan, ...]], ...]

    @property
    def composites(self) -> list[ItemPlan]:
        """The items that consist of sub-items."""
        blocks = (self.base, self.bonus, self.deduction)
        items = (item for block in blocks for item in block.items)
        return [item for item in items if isinstance(item.item.rule, Composite)]


class _Arranger:
    """Gives every leaf and slot its place."""

    def __init__(self, measures: Mapping[str, Measure]) -> None:
        self.measures = measures
        self.leaves: list[Leaf] = []
        self.slots: list[Slot] = []

    def star(self, position: int, star: Star) -> StarPlan:
        base, bonus, deduction = (self._block(position, star, block) for block in BLOCKS)
        plans = {plan.item.code: plan for block in (base, bonus, deduction) for plan in block.items}
        groups = tuple((group, tuple(plans[code] for code in group.items)) for group in star.groups)
        return StarPlan(star, base, bonus, deduction, groups)

    def _block(self, position: int, star: Star, block: Block) -> BlockPlan:
        start = len(self.leaves)
        items = tuple(self._item(position, item) for item in star.items if item.block == block)
        plain = all(
            not isinstance(plan.item.rule, Composite) and plan.item.when_not_applicable is None
            for plan in items
        )
        return BlockPlan(slice(start, len(self.leaves)), items, plain)

    def _item(self, position: int, item: Item) -> ItemPlan:
        start = len(self.leaves)
        if not isinstance(item.rule, Composite):
            self._leaf(Leaf(item.code, item.name, item.clause, position, item, item.rule, slice(0)))
            return ItemPlan(item, slice(start, start + 1), ())
        for part in item.rule.parts:
            self._leaf(Leaf(part.code, part.name, part.clause, position, item, part.rule, slice(0)))
        rows = {part.code: row for row, part in enumerate(item.rule.parts)}
        caps = tuple(
            (tuple(rows[code] for code in cap.parts), cap.most_points) for cap in item.rule.caps
        )
        return ItemPlan(item, slice(start, len(self.leaves)), caps)

    def _leaf(self, leaf: Leaf) -> None:
        own = leaf.rule.slots(self.measures)
        place = slice(len(self.slots), len(self.slots) + len(own))
        self.slots += own
        self.leaves.append(
            Leaf(leaf.code, leaf.name, leaf.clause, leaf.star, leaf.item, leaf.rule, place)
        )


def arrange(
    policy: Policy, measures: Mapping[str, Measure]
) -> tuple[tuple[Leaf, ...], tuple[Slot, ...], tuple[StarPlan, ...]]:
    """Return leaves, slots and stars of a policy that passed its check."""
    arranger = _Arranger(measures)
    stars = tuple(arranger.star(position, star) for position, star in enumerate(policy.stars))
    return tuple(arranger.leaves), tuple(arranger.slots), stars
