"""Occurrences as arrays, and how equal references are counted once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.plan import Bools, Ints, Longs, Plan
from services.scoring.kernel.rules import Occurring


@dataclass(frozen=True, eq=False)
class OccurrenceTable:
    """What one stage said happened, one column an occurrence that is in force.

    `leaf` and `organization` say where it belongs, `position` its place in its list; `event`
    numbers equal references of one organization alike, `points` is what its kind brings.
    `said` marks (leaves x organizations) where a list was given, also an empty one.
    """

    said: Bools
    leaf: Longs
    organization: Longs
    position: Longs
    event: Longs
    points: Longs

    def only(self, chosen: Bools | Longs) -> "OccurrenceTable":
        """Return the chosen occurrences."""
        return OccurrenceTable(
            self.said,
            self.leaf[chosen],
            self.organization[chosen],
            self.position[chosen],
            self.event[chosen],
            self.points[chosen],
        )


def listed_points(rule: Occurring, table: OccurrenceTable, leaf: int, into: Ints) -> None:
    """Write what one stage's lists of one leaf are worth, where a list was given."""
    own = table.only(table.leaf == leaf)
    if rule.same_event == "highest":
        own = own.only(_first(own, np.zeros_like(own.event), own.event))
    said = table.said[leaf]
    into[said] = _capped(rule, own, into.size)[said]


def count_lists(
    plan: Plan,
    tables: Sequence[OccurrenceTable | None],
    layers: Sequence[Ints | None],
    points: Ints,
) -> OccurrenceTable:
    """Recount the lists that count, events shared between items once; return what counts.

    The list that counts for a leaf is that of the stage whose points count. An event counts
    where it brings most, of equals in the first leaf of the policy.
    """
    rules = {
        row: leaf.rule for row, leaf in enumerate(plan.leaves) if isinstance(leaf.rule, Occurring)
    }
    stages = {row: _counting_stage(plan, layers, row) for row in rules}
    given = [(stage, table) for stage, table in enumerate(tables) if table is not None]
    joined = _joined([table.only(_counts(table, stage, stages)) for stage, table in given])
    scope, event = _shared(rules, joined)
    kept = joined.only(_first(joined, scope, event))
    for row, rule in rules.items():
        counts = (stages[row] >= 0) & (points[row] >= 0)
        own = kept.only(kept.leaf == row)
        points[row, counts] = _capped(rule, own, points.shape[1])[counts]
    return kept


def _counting_stage(plan: Plan, layers: Sequence[Ints | None], row: int) -> Ints:
    """Return the position of the stage whose points count for one leaf; -1 where none does."""
    size = next(layer.shape[1] for layer in layers if layer is not None)
    stage_of = np.full(size, -1, dtype=np.int32)
    standing = np.full(size, -1, dtype=np.int32)
    for position, (stage, layer) in enumerate(zip(plan.policy.stages, layers, strict=True)):
        if layer is None:
            continue
        given = layer[row] >= 0
        if stage.effect == "lowers":
            worse = layer[row] > standing if plan.is_deduction[row] else layer[row] < standing
            given &= (standing >= 0) & worse
        stage_of[given] = position
        standing[given] = layer[row][given]
    return stage_of


def _counts(table: OccurrenceTable, stage: int, stages: dict[int, Ints]) -> Bools:
    """Return whether each occurrence stands in a list that counts."""
    counts = np.zeros(table.leaf.size, dtype=np.bool_)
    for row, stage_of in stages.items():
        own = table.leaf == row
        counts[own] = stage_of[table.organization[own]] == stage
    return counts


def _joined(tables: Sequence[OccurrenceTable]) -> OccurrenceTable:
    return OccurrenceTable(
        tables[0].said,
        np.concatenate([table.leaf for table in tables]),
        np.concatenate([table.organization for table in tables]),
        np.concatenate([table.position for table in tables]),
        np.concatenate([table.event for table in tables]),
        np.concatenate([table.points for table in tables]),
    )


def _shared(rules: dict[int, Occurring], table: OccurrenceTable) -> tuple[Longs, Longs]:
    """Return scope and event: equal in both means the same event, of which one counts.

    Items that share events have scope 0, each other item its own; where every row counts,
    every row is an event of its own.
    """
    scope, event = table.leaf + 1, table.event.copy()
    for row, rule in rules.items():
        own = table.leaf == row
        if rule.same_event == "each":
            event[own] = -1 - np.flatnonzero(own)
        elif rule.across == "policy":
            scope[own] = 0
    return scope, event


def _first(table: OccurrenceTable, scope: Longs, event: Longs) -> Longs:
    """Return the positions of each event's highest occurrence, the first leaf of equals."""
    keys = (table.position, table.leaf, -table.points, event, scope, table.organization)
    order = np.lexsort(keys)
    new = np.zeros(order.size, dtype=np.bool_)
    new[:1] = True
    for values in (event, scope, table.organization):
        new[1:] |= values[order][1:] != values[order][:-1]
    return np.sort(order[new])


def _capped(rule: Occurring, own: OccurrenceTable, size: int) -> Longs:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, own.organization, own.points)
    return rule.points(sums[None])
