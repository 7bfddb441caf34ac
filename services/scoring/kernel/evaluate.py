"""From scores and answers to stars, levels and ranks: integer arrays, no loop over branches."""

from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.answers import HIT, ProblemTable
from services.scoring.kernel.awards import award
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.counting import Counted, count
from services.scoring.kernel.levels import Whole, settle, whole_of
from services.scoring.kernel.plan import Bools, Ints, Longs, Plan
from services.scoring.kernel.ranking import rank
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.kernel.sums import add_up


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came out, one column an organization, points in hundredths.

    Stars x organizations: `base` (scaled up where items do not apply), `bonus` and `deduction`
    (as awarded), `counted_bonus` and `counted_deduction` (capped), `total` mean something only
    where `applied`; `lines_met` (groups included), `eligible` (lines met, no bottom line),
    `awarded` (eligible, not refused, what it requires held, a place in its quota), `cut` (only
    the quota stood in the way). `hit` is bottom lines x organizations. One number an
    organization: `star_count`, `level`, `level_cut` (a level's quota stood in the way), and
    competition ranks from 1 within county and township (0 = 未参评, not ranked). `counted` is
    where the points come from. `provisional`: bottom lines without an answer were taken as
    open, not as clear.
    """

    applied: Bools
    base: Ints
    bonus: Ints
    counted_bonus: Ints
    deduction: Ints
    counted_deduction: Ints
    total: Ints
    lines_met: Bools
    hit: Bools
    eligible: Bools
    awarded: Bools
    cut: Bools
    assessed: Bools
    submitted: Bools
    star_count: Ints
    level: Ints
    level_cut: Bools
    county_rank: Ints
    township_rank: Ints
    counted: Counted
    provisional: bool


def evaluate(plan: Plan, inputs: Inputs) -> Outcome:
    """Return the outcome of all organizations; a pure function of plan and inputs."""
    applied = inputs.applied & inputs.assessed
    counted = count(plan, inputs)
    sums = add_up(plan, counted.points)
    hit = _hits(plan, inputs)
    eligible = applied & sums.lines_met & ~_star_hit(plan, hit)
    awards = award(plan, inputs, sums, eligible)
    county = whole_of(awards, sums, applied)
    levels = settle(plan, inputs, county, hit)
    county_rank, township_rank = rank(
        _rank_key(plan, levels.level, county),
        (inputs.county, inputs.township),
        inputs.assessed,
    )
    return Outcome(
        applied=applied,
        base=sums.base,
        bonus=sums.bonus,
        counted_bonus=sums.counted_bonus,
        deduction=sums.deduction,
        counted_deduction=sums.counted_deduction,
        total=sums.total,
        lines_met=applied & sums.lines_met,
        hit=hit,
        eligible=eligible,
        awarded=awards.awarded,
        cut=awards.cut,
        assessed=inputs.assessed,
        submitted=inputs.submitted,
        star_count=county.stars,
        level=levels.level,
        level_cut=levels.cut,
        county_rank=county_rank,
        township_rank=township_rank,
        counted=counted,
        provisional=inputs.provisional,
    )


def _hits(plan: Plan, inputs: Inputs) -> Bools:
    hit: Bools = inputs.answers == HIT
    for row, (line, table) in enumerate(zip(plan.bottom_lines, inputs.problems, strict=True)):
        if isinstance(line.rule, CountsPerProblem) and table is not None:
            hit[row] = _hit_by_problem(line.rule, table, inputs.size)
    return hit


def _hit_by_problem(rule: CountsPerProblem, table: ProblemTable, size: int) -> Bools:
    """Each problem alone is held against the limits; nothing is summed across problems."""
    minimum = [limit.minimum for limit in rule.limits]
    over = (table.counts >= np.array(minimum, dtype=np.int32)[:, None]).any(axis=0)
    hit = np.zeros(size, dtype=np.bool_)
    hit[table.organization[over]] = True
    return hit


def _star_hit(plan: Plan, hit: Bools) -> Bools:
    """Return which stars a bottom line takes; those with an effect take from the level."""
    lost = np.zeros((len(plan.stars), hit.shape[1]), dtype=np.bool_)
    for line, star, row in zip(plan.bottom_lines, plan.bottom_line_star, hit, strict=True):
        if line.effect is None:
            lost[star] |= row
    return lost


def _rank_key(plan: Plan, level: Ints, whole: Whole) -> Longs:
    """Return one int64 per organization, higher is better, equal only if all measures are."""
    measures = {"level": level, "stars": whole.stars, "base": whole.base, "total": whole.total}
    key = np.zeros(level.shape, dtype=np.int64)
    for measure, radix in zip(plan.policy.ranking.by, plan.ranking_bounds, strict=True):
        key = key * radix + measures[measure]
    return key
