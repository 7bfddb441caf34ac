"""Checks of organization documents against the policy, every fault named at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from services.scoring.kernel.errors import InputFault
from services.scoring.kernel.inputs import CountsAnswer, OrganizationInput
from services.scoring.kernel.plan import Bools, Plan
from services.scoring.kernel.rules import CountsPerProblem
from shared.money import decimal_text


def is_assessed(plan: Plan, organization: OrganizationInput) -> bool:
    """Return whether the policy judges this organization; if not it is 未参评."""
    scope = plan.policy.applies_to
    return (
        organization.in_snapshot
        and organization.kind in scope.kinds
        and organization.sector in scope.sectors
    )


def faults_of(
    plan: Plan, organizations: Sequence[OrganizationInput], *, answers_required: bool
) -> tuple[InputFault, ...]:
    """Return everything unknown, contradictory or out of range; missing scores come later.

    Answers are required of the assessed that submitted an application.
    """
    faults = list(_duplicates(organizations))
    for one in organizations:
        faults += _application_faults(plan, one)
        faults += _score_faults(plan, one)
        faults += _answer_faults(plan, one)
        if answers_required and one.submitted and is_assessed(plan, one):
            faults += _silence(plan, one)
    return tuple(faults)


def missing_scores(
    plan: Plan, organizations: Sequence[OrganizationInput], gaps: Bools
) -> tuple[InputFault, ...]:
    """Name every gap (items x organizations), organization by organization."""
    return tuple(
        InputFault(
            "missing_score",
            organizations[column].organization_id,
            plan.items[row].code,
            f"“{plan.items[row].name}”没有得分",
        )
        for column, row in np.argwhere(gaps.T).tolist()
    )


def _duplicates(organizations: Sequence[OrganizationInput]) -> Iterator[InputFault]:
    counts = Counter(one.organization_id for one in organizations)
    for organization_id, count in counts.items():
        if count > 1:
            yield InputFault(
                "duplicate_organization",
                organization_id,
                organization_id,
                f"同一组织出现了{count}次",
            )


def _unknown(
    one: OrganizationInput, code: str, named: Iterable[str], known: Iterable[str], what: str
) -> list[InputFault]:
    known = set(known)
    return [
        InputFault(code, one.organization_id, name, f"方案中没有这个{what}")
        for name in named
        if name not in known
    ]


def _application_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    faults = _unknown(one, "unknown_star", one.applied, plan.star_index, "星")
    faults += _unknown(one, "unknown_star", one.refusals, plan.star_index, "星")
    if one.applied and not one.submitted:
        faults.append(
            InputFault(
                "applied_without_submission",
                one.organization_id,
                one.applied[0],
                "没有提交申报，却申报了星",
            )
        )
    posts = (holder.post for holder in one.posts)
    known = (post.code for post in plan.policy.posts)
    return faults + _unknown(one, "unknown_post", posts, known, "职务")


def _score_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    faults = _unknown(one, "unknown_stage", one.scores, plan.stage_index, "环节")
    for scores in one.scores.values():
        faults += _unknown(one, "unknown_item", scores, plan.item_index, "评分项")
        faults += [
            _too_high(plan, one, code, points)
            for code, points in scores.items()
            if code in plan.item_index and points > plan.item_maximum[plan.item_index[code]]
        ]
    return faults


def _too_high(plan: Plan, one: OrganizationInput, code: str, points: int) -> InputFault:
    item = plan.items[plan.item_index[code]]
    most = decimal_text(item.rule.max_points)
    return InputFault(
        "over_maximum",
        one.organization_id,
        code,
        f"“{item.name}”得分{decimal_text(points)}超过满分{most}",
    )


def _answer_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    faults = _unknown(one, "unknown_bottom_line", one.answers, plan.bottom_line_index, "底线标准")
    for code, answer in one.answers.items():
        if code not in plan.bottom_line_index:
            continue
        rule = plan.bottom_lines[plan.bottom_line_index[code]].rule
        if isinstance(rule, CountsPerProblem) != isinstance(answer, CountsAnswer):
            wanted = "逐个问题填写次数" if isinstance(rule, CountsPerProblem) else "答复有或无"
            faults.append(
                InputFault("answer_kind", one.organization_id, code, f"这条底线标准应{wanted}")
            )
        elif isinstance(rule, CountsPerProblem) and isinstance(answer, CountsAnswer):
            faults += _count_faults(one, code, rule, answer)
    return faults


def _count_faults(
    one: OrganizationInput, code: str, rule: CountsPerProblem, answer: CountsAnswer
) -> list[InputFault]:
    events = {limit.event for limit in rule.limits}
    faults = []
    for problem in answer.problems:
        faults += _unknown(one, "unknown_event", problem.counts, events, "事项")
        unlisted = sorted(events - problem.counts.keys()) if rule.unlisted == "error" else []
        faults += [
            InputFault(
                "missing_count",
                one.organization_id,
                code,
                f"问题{problem.reference}缺少{event}的次数",
            )
            for event in unlisted
        ]
    return faults


def _silence(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    offices = {office.code: office.name for office in plan.policy.source_offices}
    return [
        InputFault(
            "missing_answer",
            one.organization_id,
            line.code,
            f"{offices[line.source_office]}尚未就“{line.name}”答复",
        )
        for line in plan.bottom_lines
        if line.code not in one.answers
    ]
