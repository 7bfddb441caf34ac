"""What the stages said, as arrays: points, values and occurrences of every leaf."""

from collections.abc import Mapping, Sequence

import numpy as np

from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.occurrences import OccurrenceTable
from services.scoring.kernel.plan import (
    ABSENT,
    MISSING,
    NOT_APPLICABLE,
    Bools,
    Ints,
    Longs,
    Plan,
)
from services.scoring.kernel.rules import Occurring
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.rules.influence import in_force
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said, Value, Values

Layers = tuple[Ints | None, ...]


def sheets(
    plan: Plan, organizations: Sequence[OrganizationInput]
) -> tuple[Layers, tuple[Longs | None, ...]]:
    """Return points (leaves x organizations) and values (slots x organizations) of every stage."""
    given = [
        [one.scores.get(stage.code, {}) for one in organizations] for stage in plan.policy.stages
    ]
    scores = tuple(_scores(plan, said) for said in given)
    if not plan.slots:
        return scores, ()
    facts = [_facts(plan, one) for one in organizations]
    return scores, tuple(_values(plan, said, facts) for said in given)


def _scores(plan: Plan, given: list[Mapping[str, Said]]) -> Ints | None:
    if not any(given):
        return None
    rows = [[said.get(code, MISSING) for code in plan.leaf_index] for said in given]
    try:
        points = np.array(rows, dtype=np.int32)
    except TypeError:  # not everything is points
        points = np.array([[_score(word) for word in row] for row in rows], dtype=np.int32)
    return np.ascontiguousarray(points.T)


def _score(word: Said) -> int:
    if isinstance(word, int):
        return word
    return NOT_APPLICABLE if isinstance(word, NotApplicable) else 0


def _values(
    plan: Plan, given: list[Mapping[str, Said]], facts: list[dict[int, int]]
) -> Longs | None:
    if not any(isinstance(one, Values) for said in given for one in said.values()):
        return None
    values = np.full((len(plan.slots), len(given)), ABSENT, dtype=np.int64)
    for column, said in enumerate(given):
        for code, one in said.items():
            if isinstance(one, Values):
                leaf = plan.leaves[plan.leaf_index[code]]
                for row, value in _leaf_values(plan, leaf, one.values, facts[column]):
                    values[row, column] = value
    return values


def _leaf_values(
    plan: Plan, leaf: Leaf, said: Mapping[str, Value], facts: Mapping[int, int]
) -> list[tuple[int, int]]:
    """Return the value of every slot of one leaf that was said, is a fact, or may be left out."""
    found = []
    for row in range(leaf.slots.start, leaf.slots.stop):
        slot = plan.slots[row]
        value = facts.get(row) if slot.fact else _number(slot, said.get(slot.code))
        if value is not None:
            found.append((row, value))
    return found


def _number(slot: Slot, value: Value | None) -> int | None:
    if value is None:
        return slot.unlisted
    return slot.choices.index(value) if isinstance(value, str) else slot.own(value)


def _facts(plan: Plan, one: OrganizationInput) -> dict[int, int]:
    """Return slot → value of every fact this organization has."""
    return {
        row: plan.measures[slot.code].of_fact(one.facts[slot.fact])
        for row, slot in enumerate(plan.slots)
        if slot.fact is not None and slot.fact in one.facts
    }


def fact_values(plan: Plan, organizations: Sequence[OrganizationInput]) -> Longs | None:
    """Return slots x organizations as the facts give them; None where the policy reads none."""
    if not any(slot.fact for slot in plan.slots):
        return None
    values = np.full((len(plan.slots), len(organizations)), ABSENT, dtype=np.int64)
    for column, one in enumerate(organizations):
        for row, value in _facts(plan, one).items():
            values[row, column] = value
    return values


def excluded(plan: Plan, organizations: Sequence[OrganizationInput]) -> Bools | None:
    """Return leaves x organizations that an item is not for; None where all are for all."""
    if all(leaf.item.only is None for leaf in plan.leaves):
        return None
    rows = [
        [
            leaf.item.only is not None
            and not leaf.item.only.includes(one.kind, one.sector, one.organization_id)
            for one in organizations
        ]
        for leaf in plan.leaves
    ]
    return np.array(rows, dtype=np.bool_).reshape(len(plan.leaves), len(organizations))


def occurrence_tables(
    plan: Plan, organizations: Sequence[OrganizationInput]
) -> tuple[OccurrenceTable | None, ...]:
    """Return every stage's occurrences; empty where the policy has no such items."""
    if not any(isinstance(leaf.rule, Occurring) for leaf in plan.leaves):
        return ()
    numbers: dict[tuple[int, str], int] = {}
    return tuple(
        _table(
            plan, [one.scores.get(stage.code, {}) for one in organizations], organizations, numbers
        )
        for stage in plan.policy.stages
    )


def _table(
    plan: Plan,
    given: list[Mapping[str, Said]],
    organizations: Sequence[OrganizationInput],
    numbers: dict[tuple[int, str], int],
) -> OccurrenceTable | None:
    rows: list[tuple[int, int, int, int, int]] = []
    marks = np.zeros((len(plan.leaves), len(given)), dtype=np.bool_)
    for column, said in enumerate(given):
        for code, one in said.items():
            if isinstance(one, Occurrences):
                row = plan.leaf_index[code]
                marks[row, column] = True
                for position, each in enumerate(one.occurrences):
                    points = _points(plan.leaves[row], each, organizations[column])
                    key = (column, each.reference)
                    number = numbers.setdefault(key, len(numbers))
                    if points is not None:
                        rows.append((row, column, position, number, points))
    if not marks.any():
        return None
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return OccurrenceTable(marks, *np.ascontiguousarray(table.T))


def _points(leaf: Leaf, each: Occurrence, one: OrganizationInput) -> int | None:
    """Return what an occurrence brings; None when it is not, or no longer, in force."""
    if not isinstance(leaf.rule, Occurring):
        return None
    kind = leaf.rule.occasion(each.event)
    decided, today = each.decided_on, one.assessed_on
    if decided is None or today is None:
        return None if kind.periods else kind.points
    return kind.points if in_force(kind.periods, decided, today) else None
