"""The certificate of one organization, from the same plan, inputs and outcome as its verdict."""

from collections.abc import Sequence
from typing import Literal

from services.scoring.kernel.certificate import (
    BottomLineCheck,
    Certificate,
    ItemScore,
    LevelVerdict,
    LineCheck,
    PrerequisiteCheck,
    ProblemCheck,
    Reason,
    StarVerdict,
    Sum,
)
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.grammar import BottomLine, Item, Star
from services.scoring.kernel.inputs import (
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
)
from services.scoring.kernel.intake import is_assessed
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.precedence import counting_stage
from services.scoring.kernel.rules import CountsPerProblem, EventLimit

Status = Literal["judged", "not_applied", "outside_policy", "founded_later"]


def explain(
    plan: Plan,
    inputs: Inputs,
    outcome: Outcome,
    index: int,
    entitlements: Sequence[Entitlement] = (),
) -> Certificate:
    """Return the certificate of the organization in column `index`.

    `entitlements` are its lines of the county's settlement; lines of others are left out.
    The inputs must hold the documents they were made of.
    """
    one = inputs.organizations[index]
    own = tuple(x for x in entitlements if x.organization_id == one.organization_id)
    return Certificate(
        policy=plan.policy.code,
        edition=plan.policy.edition,
        policy_hash=plan.policy_hash,
        organization_id=one.organization_id,
        status=_status(plan, one),
        provisional=outcome.provisional,
        stars=tuple(_star(plan, outcome, one, row, index) for row in range(len(plan.policy.stars))),
        level=_level(plan, outcome, one, index),
        county_rank=int(outcome.county_rank[index]),
        township_rank=int(outcome.township_rank[index]),
        entitlements=own,
    )


def _status(plan: Plan, one: OrganizationInput) -> Status:
    if not one.in_snapshot:
        return "founded_later"
    if not is_assessed(plan, one):
        return "outside_policy"
    return "judged" if one.submitted else "not_applied"


def _star(
    plan: Plan, outcome: Outcome, one: OrganizationInput, row: int, index: int
) -> StarVerdict:
    star = plan.policy.stars[row]
    applied = bool(outcome.applied[row, index])
    total = _sum(plan, outcome, row, index) if applied else None
    lines = _lines(plan, total) if total else ()
    checks = tuple(
        _bottom_line(line, one, hit=bool(outcome.hit[plan.bottom_line_index[line.code], index]))
        for line in star.bottom_lines
    )
    eligible = bool(outcome.eligible[row, index])
    refusal = one.refusals.get(star.code)
    return StarVerdict(
        star=star.code,
        clause=star.clause,
        department=star.department,
        applied=applied,
        items=tuple(_item(plan, item, one) for item in star.items),
        sum=total,
        lines=lines,
        bottom_lines=checks,
        eligible=eligible,
        refusal=refusal,
        awarded=bool(outcome.awarded[row, index]),
        reasons=_reasons(star, lines, checks, one) if applied else (_not_applied(star),),
    )


def _item(plan: Plan, item: Item, one: OrganizationInput) -> ItemScore:
    given = {
        stage.code: one.scores[stage.code][item.code]
        for stage in plan.policy.stages
        if item.code in one.scores.get(stage.code, {})
    }
    stage = counting_stage(plan, given, deduction=item.block == "deduction")
    return ItemScore(
        item=item.code,
        clause=item.clause,
        block=item.block,
        max_points=item.rule.max_points,
        scores=given,
        counted_stage=stage,
        counted=None if stage is None else given[stage],
    )


def _sum(plan: Plan, outcome: Outcome, row: int, index: int) -> Sum:
    totals = plan.policy.totals
    return Sum(
        base=int(outcome.base[row, index]),
        bonus=int(outcome.bonus[row, index]),
        bonus_cap=totals.bonus_cap_points,
        counted_bonus=int(outcome.counted_bonus[row, index]),
        deduction=int(outcome.deduction[row, index]),
        floor=totals.floor_points,
        total=int(outcome.total[row, index]),
        clause=totals.clause,
    )


def _lines(plan: Plan, total: Sum) -> tuple[LineCheck, ...]:
    touched = plan.policy.totals.deductions_touch == "base"
    tested = total.base - total.deduction if touched else total.base
    checks = []
    for line in plan.policy.lines:
        value = tested if line.measure == "base" else total.total
        checks.append(
            LineCheck(
                line=line.code,
                clause=line.clause,
                measure=line.measure,
                value=value,
                operator=line.operator,
                points=line.points,
                met=value >= line.minimum,
                short=max(line.minimum - value, 0),
            )
        )
    return tuple(checks)


def _bottom_line(line: BottomLine, one: OrganizationInput, *, hit: bool) -> BottomLineCheck:
    answer = one.answers.get(line.code)
    problems: tuple[ProblemCheck, ...] = ()
    if isinstance(answer, CountsAnswer) and isinstance(line.rule, CountsPerProblem):
        limits = line.rule.limits
        problems = tuple(_problem(limits, problem) for problem in answer.problems)
    return BottomLineCheck(
        bottom_line=line.code,
        clause=line.clause,
        source_office=line.source_office,
        answered=answer is not None,
        hit=hit,
        reference=None if answer is None else answer.reference,
        problems=problems,
    )


def _problem(limits: Sequence[EventLimit], problem: CountedProblem) -> ProblemCheck:
    counts = {limit.event: problem.counts.get(limit.event, 0) for limit in limits}
    return ProblemCheck(
        reference=problem.reference,
        counts=counts,
        reached=tuple(limit.event for limit in limits if counts[limit.event] >= limit.minimum),
    )


def _not_applied(star: Star) -> Reason:
    return Reason(
        code="not_applied", clause=star.clause, subject=star.code, short=0, reference=None
    )


def _reasons(
    star: Star,
    lines: Sequence[LineCheck],
    checks: Sequence[BottomLineCheck],
    one: OrganizationInput,
) -> tuple[Reason, ...]:
    below = [
        Reason(code="below_line", clause=x.clause, subject=x.line, short=x.short, reference=None)
        for x in lines
        if not x.met
    ]
    hit = [
        Reason(
            code="bottom_line",
            clause=x.clause,
            subject=x.bottom_line,
            short=0,
            reference=x.reference,
        )
        for x in checks
        if x.hit
    ]
    refusal = one.refusals.get(star.code)
    refused = (
        [
            Reason(
                code="refused",
                clause=star.clause,
                subject=refusal.by,
                short=0,
                reference=refusal.reference,
            )
        ]
        if refusal
        else []
    )
    return (*below, *hit, *refused)


def _level(plan: Plan, outcome: Outcome, one: OrganizationInput, index: int) -> LevelVerdict:
    count = int(outcome.star_count[index])
    by_stars = int(plan.level_of_stars[count])
    band = next(band for band in plan.policy.levels if band.level == by_stars)
    level, checks = by_stars, []
    for rule in plan.policy.prerequisites:
        held = bool(outcome.awarded[plan.star_index[rule.star], index])
        if not held and level >= rule.from_level:
            level = rule.otherwise_level
        checks.append(
            PrerequisiteCheck(
                star=rule.star,
                clause=rule.clause,
                from_level=rule.from_level,
                held=held,
                level=level,
            )
        )
    return LevelVerdict(
        star_count=count,
        level_by_stars=by_stars,
        clause=band.clause,
        prerequisites=tuple(checks),
        listing_struck=one.listing_struck,
        level=int(outcome.level[index]),
    )
