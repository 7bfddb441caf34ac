"""What the source offices answered to one bottom line, checked count by count and day by day."""

from collections.abc import Sequence

from services.scoring.kernel.certificate import BottomLineCheck, ProblemCheck, SanctionCheck
from services.scoring.kernel.inputs import (
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
    SanctionsAnswer,
)
from services.scoring.kernel.rules import CountsPerProblem, EventLimit, InInfluence
from services.scoring.kernel.rules.influence import in_force, last_day, period_of
from services.scoring.kernel.stars import BottomLine


def bottom_line_check(line: BottomLine, one: OrganizationInput, *, hit: bool) -> BottomLineCheck:
    """Return one bottom line with the answer it was given."""
    answer = one.answers.get(line.code)
    problems: tuple[ProblemCheck, ...] = ()
    if isinstance(answer, CountsAnswer) and isinstance(line.rule, CountsPerProblem):
        limits = line.rule.limits
        problems = tuple(_problem(limits, problem) for problem in answer.problems)
    sanctions: tuple[SanctionCheck, ...] = ()
    if isinstance(answer, SanctionsAnswer) and isinstance(line.rule, InInfluence):
        sanctions = _sanctions(line.rule, answer, one)
    return BottomLineCheck(
        bottom_line=line.code,
        clause=line.clause,
        source_office=line.source_office,
        answered=answer is not None,
        hit=hit,
        reference=None if answer is None else answer.reference,
        problems=problems,
        sanctions=sanctions,
        effect=line.effect,
    )


def _sanctions(
    rule: InInfluence, answer: SanctionsAnswer, one: OrganizationInput
) -> tuple[SanctionCheck, ...]:
    checks = []
    for each in answer.sanctions:
        periods = rule.sanction(each.sanction).periods
        period = period_of(periods, each.decided_on)
        if period is not None and one.assessed_on is not None:
            checks.append(
                SanctionCheck(
                    sanction=each.sanction,
                    decided_on=each.decided_on,
                    reference=each.reference,
                    clause=period.clause,
                    last_day=last_day(period, each.decided_on),
                    in_force=in_force(periods, each.decided_on, one.assessed_on),
                )
            )
    return tuple(checks)


def _problem(limits: Sequence[EventLimit], problem: CountedProblem) -> ProblemCheck:
    counts = {limit.event: problem.counts.get(limit.event, 0) for limit in limits}
    return ProblemCheck(
        reference=problem.reference,
        counts=counts,
        reached=tuple(limit.event for limit in limits if counts[limit.event] >= limit.minimum),
    )
