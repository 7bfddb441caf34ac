"""From scores and answers to stars, levels and ranks: integer arrays, no loop over branches."""

from dataclasses import dataclass

import numpy as np

from services.scoring.kernel.columns import HIT, Inputs, ProblemTable
from services.scoring.kernel.plan import Blocks, Bools, Ints, Longs, Plan
from services.scoring.kernel.precedence import counted_scores
from services.scoring.kernel.ranking import rank
from services.scoring.kernel.rules import CountsPerProblem


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came out, one column an organization, points in hundredths.

    Stars x organizations: `base`, `bonus` (as awarded), `counted_bonus` (capped),
    `deduction`, `total` mean something only where `applied`; `lines_met`, `eligible`
    (lines met, no bottom line), `awarded` (eligible, not refused). `hit` is bottom lines x
    organizations. One number an organization: `star_count`, `level`, and competition ranks
    from 1 within county and township (0 = 未参评, not ranked). `provisional`: bottom lines
    without an answer were taken as open, not as clear.
    """

    applied: Bools
    base: Ints
    bonus: Ints
    counted_bonus: Ints
    deduction: Ints
    total: Ints
    lines_met: Bools
    hit: Bools
    eligible: Bools
    awarded: Bools
    assessed: Bools
    submitted: Bools
    star_count: Ints
    level: Ints
    county_rank: Ints
    township_rank: Ints
    provisional: bool


class _Points:
    """The point arrays of all stars, stars x organizations, filled star by star."""

    def __init__(self, stars: int, size: int) -> None:
        self.base, self.bonus, self.counted_bonus, self.deduction, self.total = np.empty(
            (5, stars, size), dtype=np.int32
        )
        self.lines_met = np.ones((stars, size), dtype=np.bool_)


def evaluate(plan: Plan, inputs: Inputs) -> Outcome:
    """Return the outcome of all organizations; a pure function of plan and inputs."""
    applied = inputs.applied & inputs.assessed
    points = _score(plan, counted_scores(plan, inputs.scores, inputs.size))
    hit = _hits(plan, inputs)
    eligible = applied & points.lines_met & ~_star_hit(plan, hit)
    awarded = eligible & ~inputs.refused
    star_count = awarded.sum(axis=0, dtype=np.int32)
    level = _level(plan, awarded, star_count, inputs.struck)
    county_rank, township_rank = rank(
        _rank_key(plan, level, star_count, points, applied),
        (inputs.county, inputs.township),
        inputs.assessed,
    )
    return Outcome(
        applied=applied,
        base=points.base,
        bonus=points.bonus,
        counted_bonus=points.counted_bonus,
        deduction=points.deduction,
        total=points.total,
        lines_met=applied & points.lines_met,
        hit=hit,
        eligible=eligible,
        awarded=awarded,
        assessed=inputs.assessed,
        submitted=inputs.submitted,
        star_count=star_count,
        level=level,
        county_rank=county_rank,
        township_rank=township_rank,
        provisional=inputs.provisional,
    )


def _score(plan: Plan, scores: Ints) -> _Points:
    points = _Points(len(plan.blocks), scores.shape[1])
    for star, blocks in enumerate(plan.blocks):
        _score_star(plan, blocks, scores, points, star)
    return points


def _score_star(plan: Plan, blocks: Blocks, scores: Ints, points: _Points, star: int) -> None:
    totals = plan.policy.totals
    base = scores[blocks.base].sum(axis=0, dtype=np.int32, out=points.base[star])
    bonus = scores[blocks.bonus].sum(axis=0, dtype=np.int32, out=points.bonus[star])
    taken = scores[blocks.deduction].sum(axis=0, dtype=np.int32, out=points.deduction[star])
    counted = np.minimum(bonus, totals.bonus_cap_points, out=points.counted_bonus[star])
    total = np.add(base, counted, out=points.total[star])
    total -= taken
    np.maximum(total, totals.floor_points, out=total)
    tested = base if totals.deductions_touch == "total" else base - taken
    for line in plan.policy.lines:
        met = (tested if line.measure == "base" else total) >= line.minimum
        points.lines_met[star] &= met


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
    lost = np.zeros((len(plan.blocks), hit.shape[1]), dtype=np.bool_)
    for star, row in zip(plan.bottom_line_star, hit, strict=True):
        lost[star] |= row
    return lost


def _level(plan: Plan, awarded: Bools, star_count: Ints, struck: Bools) -> Ints:
    level = plan.level_of_stars[star_count]
    for rule in plan.policy.prerequisites:
        lacking = ~awarded[plan.star_index[rule.star]] & (level >= rule.from_level)
        level = np.where(lacking, np.int32(rule.otherwise_level), level)
    fallen = np.minimum(level, plan.policy.procedure.determination.struck_level)
    settled: Ints = np.where(struck, fallen, level)
    return settled


def _rank_key(plan: Plan, level: Ints, star_count: Ints, points: _Points, applied: Bools) -> Longs:
    """Return one int64 per organization, higher is better, equal only if all measures are."""
    measures = {
        "level": level,
        "stars": star_count,
        "base": (points.base * applied).sum(axis=0, dtype=np.int32),
        "total": (points.total * applied).sum(axis=0, dtype=np.int32),
    }
    key = np.zeros(level.shape, dtype=np.int64)
    for measure, radix in zip(plan.policy.ranking.by, plan.policy.ranking_bounds, strict=True):
        key = key * radix + measures[measure]
    return key
