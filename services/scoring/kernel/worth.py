"""What words are worth on their own, so that one can be compared with another before the end."""

from collections.abc import Mapping
from datetime import date

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.counting import count
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import ABSENT, Plan
from services.scoring.kernel.rules import Ranked
from services.scoring.kernel.said import NotApplicable, Said


def worths(
    plan: Plan,
    words: Mapping[str, Said],
    facts: Mapping[str, int],
    assessed_on: date | None,
) -> dict[str, int | None]:
    """Return leaf → what its word is worth: hundredths, more being more points.

    A ranked leaf has no points on its own: its value stands for them, turned round where lower
    is better. None: the item does not apply, or facts that it needs are not known. The words
    must be free of complaints.
    """
    if all(isinstance(word, int) for word in words.values()):
        return {code: word for code, word in words.items() if isinstance(word, int)}
    known = {code: word for code, word in words.items() if _is_known(plan, code, word, facts)}
    scope = plan.policy.applies_to
    stage = plan.policy.stages[0].code
    one = OrganizationInput(
        organization_id="one",
        county_id="one",
        township_id="one",
        kind=scope.kinds[0],
        sector=scope.sectors[0],
        submitted=True,
        scores={stage: known},
        facts=dict(facts),
        assessed_on=assessed_on,
    )
    inputs = Inputs.of(plan, [one], provisional=True)
    layer = count(plan, inputs).layers[0]
    found: dict[str, int | None] = dict.fromkeys(words)
    for code in known:
        row = plan.leaf_index[code]
        rule = plan.leaves[row].rule
        if isinstance(rule, Ranked):
            found[code] = _ordered(inputs, plan.leaves[row].slots.start, rule)
        elif layer is not None:
            found[code] = int(layer[row, 0])
    return found


def _is_known(plan: Plan, code: str, word: Said, facts: Mapping[str, int]) -> bool:
    needed = [slot.fact for slot in plan.slots[plan.leaves[plan.leaf_index[code]].slots]]
    return not isinstance(word, NotApplicable) and all(
        fact is None or fact in facts for fact in needed
    )


def _ordered(inputs: Inputs, slot: int, rule: Ranked) -> int | None:
    values = inputs.values[0] if inputs.values else None
    value = ABSENT if values is None else int(values[slot, 0])
    if value == ABSENT:
        return None
    return value if rule.better == "higher" else -value
