"""From eligible to awarded: refusals, stars that require another, and quotas."""

from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.admission import admitted, order_key, refilled
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.plan import Bools, Plan
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.sums import Sums


@dataclass(frozen=True, eq=False)
class Awards:
    """Stars x organizations: who holds a star, who only a quota kept from it.

    `placed` are those who held a place when the notice came: what they lost since is in it.
    """

    awarded: Bools
    cut: Bools
    placed: Bools


def award(plan: Plan, inputs: Inputs, sums: Sums, eligible: Bools) -> Awards:
    """Return who is awarded each star, every star after those it requires."""
    policy = plan.policy
    awarded = eligible & ~inputs.refused
    cut = np.zeros(awarded.shape, dtype=np.bool_)
    if not policy.star_prerequisites and not policy.quotas:
        return Awards(awarded, cut, awarded)
    placed = awarded.copy() if inputs.fallen is None else eligible & (awarded | inputs.fallen)
    awards = Awards(awarded, cut, placed)
    quotas = {quota.star: index for index, quota in enumerate(policy.quotas) if quota.star}
    for row in plan.star_order:
        code = policy.stars[row].code
        for rule in policy.star_prerequisites:
            if rule.star == code:
                required = plan.star_index[rule.requires]
                awarded[row] &= awarded[required]
                placed[row] &= placed[required]
        if code in quotas:
            index = quotas[code]
            let_in = None if inputs.let_in is None else inputs.let_in[index]
            _limit(inputs, sums, policy.quotas[index], row, awards, let_in)
    return awards


def _limit(
    inputs: Inputs, sums: Sums, quota: Quota, row: int, awards: Awards, let_in: Bools | None
) -> None:
    """Keep the best within the quota; a place lost after the notice stays empty until refilled."""
    measures = {"total": sums.total[row], "base": sums.base[row], "bonus": sums.counted_bonus[row]}
    key = order_key(quota.order, measures)
    group = inputs.county if quota.within == "county" else inputs.township
    before = admitted(quota, key, group, awards.placed[row], inputs.assessed)
    now = before
    if quota.refill == "next" and let_in is not None:
        awarded = awards.awarded[row]
        now = refilled(quota, key, group, awarded & before, awarded & let_in, inputs.assessed)
    awards.cut[row] = awards.awarded[row] & ~now
    awards.awarded[row] &= now
    awards.placed[row] &= before
