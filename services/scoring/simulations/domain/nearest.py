"""最接近达标: who misses a star by points alone, and in which items they could be found.

Explaining is dear, so the search goes from the smallest possible shortfall upwards and
stops when nobody left can be nearer than those it has.
"""

import numpy as np

from services.scoring.kernel.certificate import StarVerdict
from services.scoring.kernel.plan import Longs
from services.scoring.simulations.domain.outcomes import NearMiss
from services.scoring.simulations.domain.rooms import rooms
from services.scoring.simulations.domain.trials import Trial

# So many items are named for each miss.
_ITEMS = 5


def nearest(trial: Trial, wanted: int) -> tuple[NearMiss, ...]:
    """Return the `wanted` nearest misses, smallest shortfall first, then by organization and star.

    A star that a bottom line or a decision keeps from the organization is no near miss: no
    points would bring it.
    """
    bounds = _lower_bounds(trial)
    missed = np.argwhere((trial.outcome.applied & ~trial.outcome.awarded).T)
    order = sorted((int(bounds[row, column]), int(column), int(row)) for column, row in missed)
    found: list[tuple[int, int, int, NearMiss]] = []
    for bound, column, row in order:
        if len(found) >= wanted and bound > sorted(found)[wanted - 1][0]:
            break
        miss = _near_miss(trial, column, row)
        if miss is not None:
            found.append((miss.short, column, row, miss))
    return tuple(miss for *_, miss in sorted(found, key=lambda each: each[:3])[:wanted])


def _lower_bounds(trial: Trial) -> Longs:
    """Return, stars x organizations, a shortfall that the real one is never below."""
    outcome = trial.outcome
    bounds = np.zeros(outcome.total.shape, dtype=np.int64)
    for line in trial.policy.lines:
        value = outcome.base if line.measure == "base" else outcome.total
        np.maximum(bounds, line.minimum - value.astype(np.int64), out=bounds)
    return bounds


def _near_miss(trial: Trial, column: int, row: int) -> NearMiss | None:
    verdict = trial.verdict(column, row)
    if not verdict.reasons or any(reason.short <= 0 for reason in verdict.reasons):
        return None
    one = trial.inputs.organizations[column]
    return NearMiss(
        organization_id=one.organization_id,
        township_id=one.township_id,
        star=verdict.star,
        short=_short(verdict),
        reasons=verdict.reasons,
        items=tuple(room for room in rooms(trial.policy, verdict) if room.gain > 0)[:_ITEMS],
    )


def _short(verdict: StarVerdict) -> int:
    """Return what is missing in all: points in a group count towards the lines as well."""
    lines = [each.short for each in verdict.reasons if each.code == "below_line"]
    groups = sum(each.short for each in verdict.reasons if each.code == "below_group")
    return max([groups, *(short + _below_floor(verdict) for short in lines)])


def _below_floor(verdict: StarVerdict) -> int:
    """Return what deductions took below the floor of the total: it must be made up first."""
    if verdict.sum is None:
        return 0
    exact = verdict.sum.base + verdict.sum.counted_bonus - verdict.sum.counted_deduction
    return max(verdict.sum.total - exact, 0)
