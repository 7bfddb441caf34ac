"""How the points of one item came about, from the same arrays as the verdict."""

from collections.abc import Mapping
from typing import Literal

from services.scoring.kernel.certificate import CountedOccurrence, ItemScore
from services.scoring.kernel.counting import BY_DEFAULT, BY_PEERS, Counted
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import Composite
from services.scoring.kernel.layout import ItemPlan, Leaf
from services.scoring.kernel.plan import MISSING, NOT_APPLICABLE, Plan
from services.scoring.kernel.precedence import counting_stage
from services.scoring.kernel.rules import Occurring, Ranked
from services.scoring.kernel.said import NotApplicable, Occurrences, Said, Value, Values
from services.scoring.kernel.sums import item_points

Basis = Literal["facts", "default", "peer_average", "not_applicable"]


def item_score(
    plan: Plan, counted: Counted, item: ItemPlan, one: OrganizationInput, index: int
) -> ItemScore:
    """Return what each stage gave for one item and what counts, sub-items included."""
    rows = range(item.span.start, item.span.stop)
    leaves = tuple(_leaf_score(plan, counted, row, one, index) for row in rows)
    if not isinstance(item.item.rule, Composite):
        return leaves[0]
    known = all(leaf.counted is not None for leaf in leaves)
    points = item_points(item, counted.points[item.span, index : index + 1])
    away = leaves[0].basis == "not_applicable"
    return ItemScore(
        item=item.item.code,
        clause=item.item.clause,
        block=item.item.block,
        max_points=item.item.rule.max_points,
        scores={},
        counted_stage=None,
        counted=int(points[0]) if known or away else None,
        basis="not_applicable" if away else None,
        parts=leaves,
    )


def _leaf_score(
    plan: Plan, counted: Counted, row: int, one: OrganizationInput, index: int
) -> ItemScore:
    leaf = plan.leaves[row]
    said = {
        stage.code: one.scores[stage.code][leaf.code]
        for stage in plan.policy.stages
        if leaf.code in one.scores.get(stage.code, {})
    }
    scores = {
        stage.code: int(layer[row, index])
        for stage, layer in zip(plan.policy.stages, counted.layers, strict=True)
        if stage.code in said and layer is not None
    }
    points = int(counted.points[row, index])
    basis = _basis(counted, row, index, points, told=bool(said))
    stage = None if basis else _stage(plan, leaf, said, scores)
    word = None if stage is None else said[stage]
    place = counted.places[row][index] if row in counted.places else 0
    return ItemScore(
        item=leaf.code,
        clause=leaf.clause,
        block=leaf.item.block,
        max_points=leaf.rule.max_points,
        scores={} if isinstance(leaf.rule, Ranked) else scores,
        counted_stage=stage,
        counted=None if points == MISSING else _shown(leaf, points),
        basis=basis,
        values=_values(plan, leaf, word, one) if basis in {None, "facts"} else {},
        occurrences=_occurrences(plan, counted, row, index, word),
        place=int(place) or None,
        reason=_reason(said) if basis == "not_applicable" else None,
    )


def _shown(leaf: Leaf, points: int) -> int:
    """Return what an item brings that does not apply: full marks or nothing."""
    if points != NOT_APPLICABLE:
        return points
    return leaf.rule.max_points if leaf.item.when_not_applicable == "full_marks" else 0


def _basis(counted: Counted, row: int, index: int, points: int, *, told: bool) -> Basis | None:
    if points == NOT_APPLICABLE:
        return "not_applicable"
    filled = 0 if counted.filled is None else int(counted.filled[row, index])
    if filled in {BY_DEFAULT, BY_PEERS}:
        return "default" if filled == BY_DEFAULT else "peer_average"
    by_facts = counted.facts is not None and counted.facts[row, index] >= 0
    return "facts" if by_facts and not told else None


def _stage(plan: Plan, leaf: Leaf, said: Mapping[str, Said], scores: dict[str, int]) -> str | None:
    """Return the stage whose word counts; a ranked leaf has no points to compare by stage."""
    if isinstance(leaf.rule, Ranked):
        replacing = [one.code for one in plan.policy.stages if one.effect == "replaces"]
        given = [stage for stage in replacing if stage in said]
        return given[-1] if given else None
    return counting_stage(plan, scores, deduction=leaf.item.block == "deduction")


def _values(plan: Plan, leaf: Leaf, word: Said | None, one: OrganizationInput) -> dict[str, Value]:
    """Return the values that count, facts among them."""
    if not leaf.measured:
        return {}
    said = word.values if isinstance(word, Values) else {}
    found: dict[str, Value] = {}
    for slot in plan.slots[leaf.slots]:
        value = said.get(slot.code)
        if slot.fact is not None and slot.fact in one.facts:
            found[slot.code] = plan.measures[slot.code].of_fact(one.facts[slot.fact])
        elif value is not None:
            found[slot.code] = value if isinstance(value, str) else slot.own(value)
    return found


def _occurrences(
    plan: Plan, counted: Counted, row: int, index: int, word: Said | None
) -> tuple[CountedOccurrence, ...]:
    rule = plan.leaves[row].rule
    if not isinstance(word, Occurrences) or not isinstance(rule, Occurring):
        return ()
    kept = counted.kept
    own = () if kept is None else kept.position[(kept.leaf == row) & (kept.organization == index)]
    counting = {int(position) for position in own}
    return tuple(
        CountedOccurrence(
            event=each.event,
            reference=each.reference,
            decided_on=each.decided_on,
            points=rule.occasion(each.event).points,
            counts=position in counting,
        )
        for position, each in enumerate(word.occurrences)
    )


def _reason(said: Mapping[str, Said]) -> str | None:
    """Return why an item does not apply, as the last stage that said so gave it."""
    words = [word.reason for word in said.values() if isinstance(word, NotApplicable)]
    return words[-1] if words else None
