"""The items of a star as a table: one row an item, one column a stage that scored."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.scoring.kernel.certificate import ItemScore, StarVerdict
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite, Item, Part
from services.scoring.kernel.render_items import (
    BLOCK_NAMES,
    judgement,
    parts_together,
    points_text,
)
from shared.money import decimal_text


@dataclass(frozen=True)
class Given:
    """What one stage gave; `counts` marks the one that holds."""

    text: str
    counts: bool


@dataclass(frozen=True)
class ItemRow:
    """One item or sub-item; points are decimal text, `note` says how the rule came to them."""

    block: str
    name: str
    clause: str
    most: str
    given: tuple[Given, ...]
    counted: str
    note: str
    part: bool


@dataclass(frozen=True)
class ItemTable:
    """The rows of one star; `stages` are the titles of the columns of `given`."""

    stages: tuple[str, ...]
    rows: tuple[ItemRow, ...]


def item_table(policy: Policy, verdict: StarVerdict) -> ItemTable:
    """Return what was scored of a star; no rows where nothing was."""
    scored = {
        stage for item in verdict.items for one in (item, *item.parts) for stage in one.scores
    }
    stages = [stage for stage in policy.stages if stage.code in scored]
    codes = tuple(stage.code for stage in stages)
    pairs = zip(policy.star(verdict.star).items, verdict.items, strict=True)
    rows = (row for item, score in pairs for row in _rows(policy, item, score, codes))
    return ItemTable(tuple(stage.name for stage in stages), tuple(rows))


def _rows(
    policy: Policy, item: Item, score: ItemScore, stages: tuple[str, ...]
) -> Iterator[ItemRow]:
    known = [one for one in (score, *score.parts) if one.scores or one.basis or one.values]
    if not known:
        return
    if not isinstance(item.rule, Composite):
        yield _row(item, score, stages, judgement(policy, item, item, score))
        return
    yield _row(item, score, (), parts_together(item.rule), columns=len(stages))
    for part, found in zip(item.rule.parts, score.parts, strict=True):
        yield _row(part, found, stages, judgement(policy, item, part, found))


def _row(
    leaf: Item | Part, score: ItemScore, stages: tuple[str, ...], note: str, columns: int = 0
) -> ItemRow:
    given = tuple(
        Given(points_text(score.scores[stage]), stage == score.counted_stage)
        if stage in score.scores
        else Given("", counts=False)
        for stage in stages
    )
    return ItemRow(
        block=BLOCK_NAMES[score.block],
        name=leaf.name,
        clause=score.clause,
        most=decimal_text(score.max_points),
        given=given or (Given("", counts=False),) * columns,
        counted="—" if score.counted is None else decimal_text(score.counted),
        note=note,
        part=isinstance(leaf, Part),
    )
