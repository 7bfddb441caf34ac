"""Many organizations as int arrays, one row a thing scored, one column an organization."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.errors import InputError
from services.scoring.kernel.inputs import CountsAnswer, OrganizationInput, ReportedAnswer
from services.scoring.kernel.intake import faults_of, is_assessed, missing_scores
from services.scoring.kernel.plan import MISSING, Bools, Ints, Plan
from services.scoring.kernel.precedence import counted_scores
from services.scoring.kernel.rules import CountsPerProblem

# An answer of a source office: not yet given, no, yes.
UNANSWERED, CLEAR, HIT = -1, 0, 1


@dataclass(frozen=True, eq=False)
class ProblemTable:
    """All reported problems of one per-problem bottom line.

    `organization` is the column each problem belongs to; `counts` is one row per limit of
    the rule, one column per problem.
    """

    organization: Ints
    counts: Ints


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of `size` organizations.

    `scores` has one array items x organizations per stage (`MISSING` where not scored), or
    None where a stage scored nobody. `answers` is bottom lines x organizations; for a
    per-problem line it says only whether the office answered, the counts are in `problems`.
    `county` and `township` number the ranking groups. `organizations` are the documents the
    arrays were made of, empty when the arrays were made directly.
    """

    size: int
    scores: tuple[Ints | None, ...]
    applied: Bools
    assessed: Bools
    submitted: Bools
    answers: npt.NDArray[np.int8]
    problems: tuple[ProblemTable | None, ...]
    refused: Bools
    struck: Bools
    county: Ints
    township: Ints
    organizations: tuple[OrganizationInput, ...]
    provisional: bool

    @classmethod
    def of(
        cls, plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool = False
    ) -> Self:
        """Build the arrays; raise `InputError` with everything missing, unknown or too high.

        `provisional` is for outcomes before the source offices have answered: an unanswered
        bottom line stays open instead of being an error, and the outcome says so.
        """
        faults = faults_of(plan, organizations, answers_required=not provisional)
        if faults:
            raise InputError(faults)
        scores = _score_layers(plan, organizations)
        applied = _flags(plan.star_index, [one.applied for one in organizations])
        assessed = _vector([is_assessed(plan, one) for one in organizations])
        needed = (applied & assessed)[plan.item_star]
        gaps = needed & (counted_scores(plan, scores, len(organizations)) == MISSING)
        if gaps.any():
            raise InputError(missing_scores(plan, organizations, gaps))
        return cls(
            size=len(organizations),
            scores=scores,
            applied=applied,
            assessed=assessed,
            submitted=_vector([one.submitted for one in organizations]),
            answers=_answers(plan, organizations),
            problems=_problems(plan, organizations),
            refused=_flags(plan.star_index, [one.refusals for one in organizations]),
            struck=_vector([one.listing_struck is not None for one in organizations]),
            county=_groups([one.county_id for one in organizations]),
            township=_groups([(one.county_id, one.township_id) for one in organizations]),
            organizations=tuple(organizations),
            provisional=provisional,
        )


def _vector(flags: list[bool]) -> Bools:
    return np.array(flags, dtype=np.bool_)


def _groups(keys: Sequence[Hashable]) -> Ints:
    """Number equal keys alike, in order of appearance."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int32)


def _flags(index: dict[str, int], codes: Sequence[Iterable[str]]) -> Bools:
    flags = np.zeros((len(index), len(codes)), dtype=np.bool_)
    for column, named in enumerate(codes):
        for code in named:
            flags[index[code], column] = True
    return flags


def _score_layers(
    plan: Plan, organizations: Sequence[OrganizationInput]
) -> tuple[Ints | None, ...]:
    return tuple(
        _layer(plan, [one.scores.get(stage.code, {}) for one in organizations])
        for stage in plan.policy.stages
    )


def _layer(plan: Plan, given: list[dict[str, int]]) -> Ints | None:
    if not any(given):
        return None
    codes = list(plan.item_index)
    rows = [[scores.get(code, MISSING) for code in codes] for scores in given]
    return np.ascontiguousarray(np.array(rows, dtype=np.int32).T)


def _answers(plan: Plan, organizations: Sequence[OrganizationInput]) -> npt.NDArray[np.int8]:
    answers = np.full((len(plan.bottom_lines), len(organizations)), UNANSWERED, dtype=np.int8)
    for column, one in enumerate(organizations):
        for code, answer in one.answers.items():
            hit = isinstance(answer, ReportedAnswer) and answer.hit
            answers[plan.bottom_line_index[code], column] = HIT if hit else CLEAR
    return answers


def _problems(
    plan: Plan, organizations: Sequence[OrganizationInput]
) -> tuple[ProblemTable | None, ...]:
    return tuple(
        _problem_table(line.code, line.rule, organizations)
        if isinstance(line.rule, CountsPerProblem)
        else None
        for line in plan.bottom_lines
    )


def _problem_table(
    code: str, rule: CountsPerProblem, organizations: Sequence[OrganizationInput]
) -> ProblemTable:
    owners: list[int] = []
    rows: list[list[int]] = []
    for column, one in enumerate(organizations):
        answer = one.answers.get(code)
        for problem in answer.problems if isinstance(answer, CountsAnswer) else ():
            owners.append(column)
            rows.append([problem.counts.get(limit.event, 0) for limit in rule.limits])
    counts = np.array(rows, dtype=np.int32).reshape(len(rows), len(rule.limits))
    return ProblemTable(np.array(owners, dtype=np.int32), np.ascontiguousarray(counts.T))
