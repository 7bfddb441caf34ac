"""The bytes of a result: numbers and codes only, so that a replay can be compared to the bit."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from shared.canonical import canonical_json, content_hash

Record = dict[str, Any]

_STAR = ("base", "bonus", "counted_bonus", "deduction", "total", "lines_met", "eligible", "awarded")
_WHOLE = ("assessed", "submitted", "star_count", "level", "county_rank", "township_rank")


def result_records(
    plan: Plan, inputs: Inputs, outcome: Outcome, columns: Sequence[int] | None = None
) -> Iterator[Record]:
    """Yield every organization's result, or those in some `columns`, as integers, flags, codes.

    Stars that were not applied for have no numbers (null), as they have no total.
    """
    chosen = range(inputs.size) if columns is None else columns
    stars = [star.code for star in plan.policy.stars]
    lines = [line.code for line in plan.bottom_lines]
    applied, hit = (_columns(outcome, name, chosen) for name in ("applied", "hit"))
    # organizations x stars x numbers, as plain numbers at once
    numbers = zip(*(_columns(outcome, name, chosen) for name in _STAR), strict=True)
    whole = zip(*(_columns(outcome, name, chosen) for name in _WHOLE), strict=True)
    for column, is_applied, is_hit, of_stars, of_whole in zip(
        chosen, applied, hit, numbers, whole, strict=True
    ):
        own = zip(stars, is_applied, zip(*of_stars, strict=True), strict=True)
        yield {
            "organization_id": inputs.organizations[column].organization_id,
            "stars": {
                star: dict(zip(_STAR, each, strict=True)) if judged else None
                for star, judged, each in own
            },
            "bottom_lines_hit": sorted(compress(lines, is_hit)),
            **dict(zip(_WHOLE, of_whole, strict=True)),
        }


def _columns(outcome: Outcome, name: str, chosen: Sequence[int]) -> list[Any]:
    """Return one entry an organization: a number, or a list of one number a star."""
    found: list[Any] = getattr(outcome, name).T[chosen].tolist()
    return found


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
            "results": list(result_records(plan, inputs, outcome)),
        }
    )
