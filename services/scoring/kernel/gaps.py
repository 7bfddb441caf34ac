"""What nobody said although a verdict needs it, and what several stages said at odds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.errors import InputFault
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import PeerAverage
from services.scoring.kernel.plan import ABSENT, MISSING, NOT_APPLICABLE, Bools, Ints, Longs, Plan
from services.scoring.kernel.precedence import counted_points


@dataclass(frozen=True, eq=False)
class Given:
    """What was said of many organizations, and which of it is needed.

    `needed` is stars x organizations; `groups` number county and township of each.
    """

    organizations: Sequence[OrganizationInput]
    scores: tuple[Ints | None, ...]
    fact_values: Longs | None
    excluded: Bools | None
    needed: Bools
    assessed: Bools
    groups: dict[str, Ints]


def gaps_of(plan: Plan, given: Given) -> tuple[InputFault, ...]:
    """Name every gap, organization by organization: points nobody gave, averages of nobody."""
    present = counted_points(plan, given.scores, given.assessed.size, _by_facts(plan, given))
    if given.excluded is not None:
        present = np.where(given.excluded, NOT_APPLICABLE, present)
    missing = given.needed[plan.leaf_star] & (present == MISSING)
    for row, leaf in enumerate(plan.leaves):
        if leaf.item.when_missing is not None:
            missing[row] &= _without_peers(leaf.item.when_missing, given, present[row])
    faults = [
        InputFault(
            "missing_score",
            given.organizations[column].organization_id,
            plan.leaves[row].code,
            _sentence(plan, row),
        )
        for column, row in np.argwhere(missing.T).tolist()
    ]
    return (
        *faults,
        *_partly_applicable(plan, given, present),
        *_nothing_applicable(plan, given, present),
    )


def _by_facts(plan: Plan, given: Given) -> Ints | None:
    """Return 0 where facts alone give a leaf all its values, `MISSING` elsewhere."""
    if given.fact_values is None:
        return None
    present = np.full((len(plan.leaves), given.assessed.size), MISSING, dtype=np.int32)
    for row, leaf in enumerate(plan.leaves):
        if leaf.measured:
            present[row, (given.fact_values[leaf.slots] != ABSENT).all(axis=0)] = 0
    return present


def _without_peers(rule: object, given: Given, present: Ints) -> Bools:
    """Return where nothing can stand in: a default always can, an average needs a peer."""
    if not isinstance(rule, PeerAverage):
        return np.zeros(present.shape, dtype=np.bool_)
    group = given.groups[rule.within]
    heads = np.bincount(group[(present >= 0) & given.assessed], minlength=int(group.max()) + 1)
    lonely: Bools = heads[group] == 0
    return lonely


def _sentence(plan: Plan, row: int) -> str:
    leaf = plan.leaves[row]
    if leaf.item.when_missing is not None:
        return f"“{leaf.name}”没有得分，也没有同组得分可取平均"
    facts = [slot.name for slot in plan.slots[leaf.slots] if slot.fact is not None]
    if facts and leaf.measured and len(facts) == leaf.slots.stop - leaf.slots.start:
        return f"“{leaf.name}”缺少基础数据：{'、'.join(facts)}"
    return f"“{leaf.name}”没有得分"


def _partly_applicable(plan: Plan, given: Given, present: Ints) -> list[InputFault]:
    """Name every item that one stage said not to apply and a later one scored only in part.

    An item applies as a whole or not at all: its sub-items must be scored together.
    """
    faults = []
    for row, star in enumerate(plan.stars):
        for item in star.composites:
            away = present[item.span] == NOT_APPLICABLE
            mixed = given.needed[row] & away.any(axis=0) & ~away.all(axis=0)
            faults += [
                InputFault(
                    "partly_not_applicable",
                    given.organizations[column].organization_id,
                    item.item.code,
                    f"“{item.item.name}”的分项应全部填不适用，或者全部评分",
                )
                for column in np.flatnonzero(mixed).tolist()
            ]
    return faults


def _nothing_applicable(plan: Plan, given: Given, present: Ints) -> list[InputFault]:
    """Name every star of which no base item applies: nothing can be scaled up to the whole."""
    faults = []
    for row, star in enumerate(plan.stars):
        if star.base.plain:
            continue
        away = given.needed[row] & (present[star.base.span] == NOT_APPLICABLE).all(axis=0)
        faults += [
            InputFault(
                "nothing_applicable",
                given.organizations[column].organization_id,
                star.star.code,
                f"“{star.star.name}”没有一个基本分项适用，不能申报这颗星",
            )
            for column in np.flatnonzero(away).tolist()
        ]
    return faults
