"""From what the stages said to the points that count, leaf by leaf."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.items import PeerAverage
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.occurrences import OccurrenceTable, count_lists, listed_points
from services.scoring.kernel.plan import ABSENT, MISSING, NOT_APPLICABLE, Bools, Ints, Longs, Plan
from services.scoring.kernel.precedence import counted_points, counted_values
from services.scoring.kernel.ranking import rank
from services.scoring.kernel.rounding import divided
from services.scoring.kernel.rules import Occurring, Ranked

Layer = Ints | None
# How a point that nobody gave came about.
GIVEN, BY_DEFAULT, BY_PEERS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Counted:
    """Hundredths, leaves x organizations.

    `layers` are what each stage's words are worth (None: it said nothing), `facts` what facts
    alone give; `points` is what counts (`MISSING`, `NOT_APPLICABLE`). `places` are the places
    of ranked leaves, `filled` says which points stand in for missing ones (None: none do),
    `kept` are the occurrences that count (None: there are none).
    """

    layers: tuple[Layer, ...]
    facts: Layer
    points: Ints
    places: dict[int, Ints]
    filled: npt.NDArray[np.int8] | None
    kept: OccurrenceTable | None


def count(plan: Plan, inputs: Inputs) -> Counted:
    """Return the points of every leaf; relative rules compare the assessed of each group."""
    if not plan.slots and not inputs.tables and inputs.excluded is None and not plan.fillings:
        points = counted_points(plan, inputs.scores, inputs.size)
        return Counted(inputs.scores, None, points, {}, None, None)
    layers = tuple(
        _layer(plan, scores, values, table, inputs.size)
        for scores, values, table in _said(plan, inputs)
    )
    facts = _layer(plan, None, inputs.fact_values, None, inputs.size)
    points = counted_points(plan, layers, inputs.size, facts)
    if any(points is layer for layer in (facts, *layers)):
        points = points.copy()
    given = any(table is not None for table in inputs.tables)
    kept = count_lists(plan, inputs.tables, layers, points) if given else None
    places = _rank(plan, inputs, points)
    if inputs.excluded is not None:
        points[inputs.excluded] = NOT_APPLICABLE
    filled = _fill(plan, inputs, points)
    return Counted(layers, facts, points, places, filled, kept)


def _said(
    plan: Plan, inputs: Inputs
) -> Iterator[tuple[Layer, Longs | None, OccurrenceTable | None]]:
    nothing = (None,) * len(plan.policy.stages)
    yield from zip(inputs.scores, inputs.values or nothing, inputs.tables or nothing, strict=True)


def _layer(
    plan: Plan, scores: Layer, values: Longs | None, table: OccurrenceTable | None, size: int
) -> Layer:
    """Return one stage's points; without measured leaves they are its scores as they are."""
    if values is None and table is None:
        return scores
    shape = (len(plan.leaves), size)
    layer = np.full(shape, MISSING, dtype=np.int32) if scores is None else scores.copy()
    if values is not None:
        for row, leaf in enumerate(plan.leaves):
            if leaf.measured:
                _measure(leaf, values[leaf.slots], layer[row])
    if table is not None:
        for row, leaf in enumerate(plan.leaves):
            if isinstance(leaf.rule, Occurring):
                listed_points(leaf.rule, table, row, layer[row])
    return layer


def _measure(leaf: Leaf, values: Longs, into: Ints) -> None:
    """Write a measured leaf's points where all its values were given; places come later."""
    given = (values != ABSENT).all(axis=0)
    if isinstance(leaf.rule, Ranked):
        into[given] = 0
    elif given.all():
        into[:] = leaf.rule.points(values)
    elif given.any():
        into[given] = leaf.rule.points(values[:, given])


def _rank(plan: Plan, inputs: Inputs, points: Ints) -> dict[int, Ints]:
    places: dict[int, Ints] = {}
    for row, leaf in enumerate(plan.leaves):
        if isinstance(leaf.rule, Ranked):
            values = counted_values(plan, inputs.values, inputs.fact_values, leaf)
            ranked = (points[row] >= 0) & inputs.assessed
            if inputs.excluded is not None:
                ranked &= ~inputs.excluded[row]
            group = inputs.county if leaf.rule.within == "county" else inputs.township
            key = values if leaf.rule.better == "higher" else -np.where(ranked, values, 0)
            (places[row],) = rank(key, (group,), ranked)
            points[row, ranked] = leaf.rule.points(places[row][ranked][None].astype(np.int64))
    return places


def _fill(plan: Plan, inputs: Inputs, points: Ints) -> npt.NDArray[np.int8] | None:
    """Put in the place of missing points what the policy declares; say where."""
    if not plan.fillings:
        return None
    filled = np.zeros(points.shape, dtype=np.int8)
    for row, rule in plan.fillings:
        missing = points[row] == MISSING
        if isinstance(rule, PeerAverage):
            average = _peer_average(rule, inputs, points[row])
            found = missing & (average != MISSING)
            points[row, found] = average[found]
            filled[row, found] = BY_PEERS
        else:
            points[row, missing] = rule.points
            filled[row, missing] = BY_DEFAULT
    return filled


def _peer_average(rule: PeerAverage, inputs: Inputs, points: Ints) -> Ints:
    """Return the average of the assessed peers that have points; `MISSING` where none has."""
    group = inputs.county if rule.within == "county" else inputs.township
    peers: Bools = (points >= 0) & inputs.assessed
    groups = int(group.max(initial=-1)) + 1
    heads = np.bincount(group[peers], minlength=groups)
    sums = np.zeros(groups, dtype=np.int64)
    np.add.at(sums, group[peers], points[peers].astype(np.int64))
    known = heads > 0
    average = np.full(groups, MISSING, dtype=np.int32)
    average[known] = divided(sums[known], heads[known].astype(np.int64), rule.rounding)
    return average[group]
