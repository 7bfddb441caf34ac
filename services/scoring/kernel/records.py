"""The bytes of a result: numbers and codes only, so that a replay can be compared to the bit."""

import numpy as np

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from shared.canonical import canonical_json, content_hash

Record = dict[str, object]


def result_record(plan: Plan, inputs: Inputs, outcome: Outcome, index: int) -> Record:
    """Return one organization's result as JSON-able integers, flags and codes.

    Stars that were not applied for have no numbers (null), as they have no total.
    """
    bottom_lines = (
        plan.bottom_lines[row].code for row in np.flatnonzero(outcome.hit[:, index]).tolist()
    )
    return {
        "organization_id": inputs.organizations[index].organization_id,
        "assessed": bool(outcome.assessed[index]),
        "submitted": bool(outcome.submitted[index]),
        "stars": {
            star.code: _star_record(outcome, row, index)
            for row, star in enumerate(plan.policy.stars)
        },
        "bottom_lines_hit": sorted(bottom_lines),
        "star_count": int(outcome.star_count[index]),
        "level": int(outcome.level[index]),
        "county_rank": int(outcome.county_rank[index]),
        "township_rank": int(outcome.township_rank[index]),
    }


def _star_record(outcome: Outcome, row: int, index: int) -> Record | None:
    if not outcome.applied[row, index]:
        return None
    return {
        "base": int(outcome.base[row, index]),
        "bonus": int(outcome.bonus[row, index]),
        "counted_bonus": int(outcome.counted_bonus[row, index]),
        "deduction": int(outcome.deduction[row, index]),
        "total": int(outcome.total[row, index]),
        "lines_met": bool(outcome.lines_met[row, index]),
        "eligible": bool(outcome.eligible[row, index]),
        "awarded": bool(outcome.awarded[row, index]),
    }


def snapshot_hash(organizations: tuple[OrganizationInput, ...]) -> str:
    """Return `sha256:<hex>` of the frozen inputs, in their order."""
    return content_hash([one.model_dump(mode="json") for one in organizations])


def result_bytes(plan: Plan, inputs: Inputs, outcome: Outcome) -> bytes:
    """Return the canonical bytes of all results, bound to the hashes of policy and inputs."""
    return canonical_json(
        {
            "policy_hash": plan.policy_hash,
            "snapshot_hash": snapshot_hash(inputs.organizations),
            "provisional": outcome.provisional,
            "results": [
                result_record(plan, inputs, outcome, index) for index in range(inputs.size)
            ],
        }
    )
