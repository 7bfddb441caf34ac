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
    sums = add_up(plan, counted.points, applied)
    hit, lost = _hits(plan, inputs)
    eligible = sums.lines_met & ~lost
    awards = award(plan, inputs, sums, eligible)
    whole = whole_of(plan, awards, sums, applied)
    levels = settle(plan, inputs, whole, hit)
    county_rank, township_rank = rank(
        _rank_key(plan, levels.level, whole),
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
        lines_met=sums.lines_met,
        hit=hit,
        eligible=eligible,
        awarded=awards.awarded,
        cut=awards.cut,
        assessed=inputs.assessed,
        submitted=inputs.submitted,
        star_count=whole.measures["stars"],
        level=levels.level,
        level_cut=levels.cut,
        county_rank=county_rank,
        township_rank=township_rank,
        counted=counted,
        provisional=inputs.provisional,
    )


def _hits(plan: Plan, inputs: Inputs) -> tuple[Bools, Bools]:
    """Return which bottom lines are hit, and which stars are lost by them."""
    # One row more, which nobody hits: `star_lines` points there where a star has fewer lines.
    rows = np.zeros((len(plan.bottom_lines) + 1, inputs.size), dtype=np.bool_)
    hit = rows[:-1]
    np.equal(inputs.answers, HIT, out=hit)
    for row, rule in plan.problem_lines:
        table = inputs.problems[row]
        if table is not None:
            hit[row] = _hit_by_problem(rule, table, inputs.size)
    return hit, np.logical_or.reduce(rows.take(plan.star_lines, axis=0), axis=0)


def _hit_by_problem(rule: CountsPerProblem, table: ProblemTable, size: int) -> Bools:
    """Each problem alone is held against the limits; nothing is summed across problems."""
    minimum = [limit.minimum for limit in rule.limits]
    over = (table.counts >= np.array(minimum, dtype=np.int32)[:, None]).any(axis=0)
    hit = np.zeros(size, dtype=np.bool_)
    hit[table.organization[over]] = True
    return hit


def _rank_key(plan: Plan, level: Ints, whole: Whole) -> Longs:
    """Return one int64 per organization, higher is better, equal only if all measures are."""
    measures = {"level": level, **whole.measures}
    first, *others = plan.policy.ranking.by
    key = measures[first].astype(np.int64)
    for measure, radix in zip(others, plan.ranking_bounds[1:], strict=True):
        key *= radix
        key += measures[measure]
    return key
