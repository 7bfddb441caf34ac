"""The source offices' answers as arrays: what they answered, and the problems they counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.inputs import (
    CountsAnswer,
    OrganizationInput,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.kernel.plan import Ints, Plan
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.rules.influence import in_force
from services.scoring.kernel.stars import BottomLine

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


def answered(plan: Plan, organizations: Sequence[OrganizationInput]) -> npt.NDArray[np.int8]:
    """Return bottom lines x organizations: unanswered, clear or hit; problems count later."""
    rows = [[_state(line, one) for one in organizations] for line in plan.bottom_lines]
    return np.array(rows, dtype=np.int8).reshape(len(plan.bottom_lines), len(organizations))


def _state(line: BottomLine, one: OrganizationInput) -> int:
    answer = one.answers.get(line.code)
    if answer is None:
        return UNANSWERED
    if isinstance(answer, ReportedAnswer):
        return HIT if answer.hit else CLEAR
    return HIT if isinstance(answer, SanctionsAnswer) and _in_force(line, answer, one) else CLEAR


def _in_force(line: BottomLine, answer: SanctionsAnswer, one: OrganizationInput) -> bool:
    rule, today = line.rule, one.assessed_on
    return (
        isinstance(rule, InInfluence)
        and today is not None
        and any(
            in_force(rule.sanction(each.sanction).periods, each.decided_on, today)
            for each in answer.sanctions
        )
    )


def problem_tables(
    plan: Plan, organizations: Sequence[OrganizationInput]
) -> tuple[ProblemTable | None, ...]:
    """Return the problems of every per-problem bottom line, None for the other lines."""
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
