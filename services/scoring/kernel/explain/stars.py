"""One star's verdict: its items, its sum, its lines, and everything that stood in the way."""

from collections.abc import Iterator

from services.scoring.kernel.certificate import (
    BottomLineCheck,
    GroupCheck,
    LineCheck,
    Reason,
    StarVerdict,
    Sum,
)
from services.scoring.kernel.evaluate import Outcome
from services.scoring.kernel.explain.bottom_lines import bottom_line_check
from services.scoring.kernel.explain.items import item_score
from services.scoring.kernel.explain.reasons import (
    because,
    below_groups,
    below_lines,
    bottom_reasons,
)
from services.scoring.kernel.grammar import Line
from services.scoring.kernel.inputs import LetIn, OrganizationInput
from services.scoring.kernel.plan import NOT_APPLICABLE, Plan
from services.scoring.kernel.sums import item_points


def star_verdict(
    plan: Plan, outcome: Outcome, one: OrganizationInput, row: int, index: int
) -> StarVerdict:
    """Return one star of the certificate, applied for or not."""
    star = plan.policy.stars[row]
    own = plan.stars[row]
    items = {
        item.item.code: item
        for block in (own.base, own.bonus, own.deduction)
        for item in block.items
    }
    applied = bool(outcome.applied[row, index])
    return StarVerdict(
        star=star.code,
        clause=star.clause,
        department=star.department,
        applied=applied,
        items=tuple(
            item_score(plan, outcome.counted, items[item.code], one, index) for item in star.items
        ),
        sum=_sum(plan, outcome, row, index) if applied else None,
        lines=_lines(plan, outcome, row, index) if applied else (),
        bottom_lines=_bottom_lines(plan, outcome, one, row, index),
        eligible=bool(outcome.eligible[row, index]),
        refusal=one.refusals.get(star.code),
        awarded=bool(outcome.awarded[row, index]),
        reasons=star_reasons(plan, outcome, one, row, index),
        groups=_groups(plan, outcome, row, index) if applied else (),
        refill=_refill(plan, outcome, one, row, index),
    )


def star_reasons(
    plan: Plan, outcome: Outcome, one: OrganizationInput, row: int, index: int
) -> tuple[Reason, ...]:
    """Return what stands in the way of one star, as its certificate says it."""
    star = plan.policy.stars[row]
    if not outcome.applied[row, index]:
        return (because("not_applied", star.clause, star.code),)
    reasons = [
        *below_lines(_against_lines(plan, outcome, row, index)),
        *below_groups(_groups(plan, outcome, row, index)),
        *bottom_reasons(_bottom_lines(plan, outcome, one, row, index, only_hit=True)),
    ]
    refusal = one.refusals.get(star.code)
    if refusal:
        reasons.append(because("refused", star.clause, refusal.by, refusal.reference))
    reasons += [
        because("requires", rule.clause, rule.requires)
        for rule in plan.policy.star_prerequisites
        if rule.star == star.code and not outcome.awarded[plan.star_index[rule.requires], index]
    ]
    if outcome.cut[row, index]:
        quota = next(one for one in plan.policy.quotas if one.star == star.code)
        reasons.append(because("quota", quota.clause, quota.code))
    return tuple(reasons)


def _refill(
    plan: Plan, outcome: Outcome, one: OrganizationInput, row: int, index: int
) -> LetIn | None:
    """Return the decision that let the branch in, where it holds the star by it."""
    if not outcome.awarded[row, index]:
        return None
    mine = (x.code for x in plan.policy.quotas if x.star == plan.policy.stars[row].code)
    return next((one.let_in[code] for code in mine if code in one.let_in), None)


def _bottom_lines(
    plan: Plan,
    outcome: Outcome,
    one: OrganizationInput,
    row: int,
    index: int,
    *,
    only_hit: bool = False,
) -> tuple[BottomLineCheck, ...]:
    hits = outcome.hit[:, index]
    checked = (
        (line, bool(hits[plan.bottom_line_index[line.code]]))
        for line in plan.policy.stars[row].bottom_lines
    )
    return tuple(
        bottom_line_check(line, one, hit=hit) for line, hit in checked if hit or not only_hit
    )


def _sum(plan: Plan, outcome: Outcome, row: int, index: int) -> Sum:
    totals = plan.policy.totals
    brought, reachable = _renormalised(plan, outcome, row, index)
    return Sum(
        base=int(outcome.base[row, index]),
        bonus=int(outcome.bonus[row, index]),
        bonus_cap=totals.bonus_cap_points,
        counted_bonus=int(outcome.counted_bonus[row, index]),
        deduction=int(outcome.deduction[row, index]),
        floor=totals.floor_points,
        total=int(outcome.total[row, index]),
        clause=totals.clause,
        deduction_cap=totals.deduction_cap_points,
        brought=brought,
        reachable=reachable,
    )


def _renormalised(
    plan: Plan, outcome: Outcome, row: int, index: int
) -> tuple[int, int] | tuple[None, None]:
    """Return what the applicable base items brought, of how many points; None if all apply."""
    star, points = plan.stars[row], outcome.counted.points[:, index : index + 1]
    gone = [
        item.item.rule.max_points
        for item in star.base.items
        if item.item.when_not_applicable == "renormalised"
        and points[item.span.start, 0] == NOT_APPLICABLE
    ]
    if not gone:
        return None, None
    brought = sum(int(item_points(item, points[item.span])[0]) for item in star.base.items)
    return brought, star.star.base_points - sum(gone)


def _groups(plan: Plan, outcome: Outcome, row: int, index: int) -> tuple[GroupCheck, ...]:
    points = outcome.counted.points[:, index : index + 1]
    checks = []
    for group, items in plan.stars[row].groups:
        value = sum(int(item_points(item, points[item.span])[0]) for item in items)
        checks.append(
            GroupCheck(
                group=group.code,
                clause=group.clause,
                value=value,
                operator=group.operator,
                points=group.points,
                met=value >= group.minimum,
                short=max(group.minimum - value, 0),
            )
        )
    return tuple(checks)


def _lines(plan: Plan, outcome: Outcome, row: int, index: int) -> tuple[LineCheck, ...]:
    return tuple(
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
        for line, value in _against_lines(plan, outcome, row, index)
    )


def _against_lines(
    plan: Plan, outcome: Outcome, row: int, index: int
) -> Iterator[tuple[Line, int]]:
    """Yield every line with the value that is held against it."""
    base, total = int(outcome.base[row, index]), int(outcome.total[row, index])
    if plan.policy.totals.deductions_touch == "base":
        base -= int(outcome.counted_deduction[row, index])
    for line in plan.policy.lines:
        yield line, base if line.measure == "base" else total
