"""Checks of organization documents against the policy, every fault named at once."""

from collections import Counter
from collections.abc import Iterator, Sequence

from services.scoring.kernel.errors import InputFault, unknown
from services.scoring.kernel.inputs import (
    CountsAnswer,
    OrganizationInput,
    ReportedAnswer,
    SanctionsAnswer,
)
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.rules.influence import period_of
from services.scoring.kernel.saying import score_faults

# What each kind of bottom line is answered with, and how to say so.
_ANSWERS: dict[str, tuple[type[ReportedAnswer | CountsAnswer | SanctionsAnswer], str]] = {
    "reported": (ReportedAnswer, "答复有或无"),
    "counts_per_problem": (CountsAnswer, "逐个问题填写次数"),
    "in_influence": (SanctionsAnswer, "逐项填写处分种类和决定日期"),
}


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
        faults += score_faults(plan, one)
        faults += _answer_faults(plan, one)
        if answers_required and one.submitted and is_assessed(plan, one):
            faults += _silence(plan, one)
    return tuple(faults)


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


def _application_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    faults = unknown(one, "unknown_star", one.applied, plan.star_index, "星")
    faults += unknown(one, "unknown_star", one.refusals, plan.star_index, "星")
    places = [quota.code for quota in plan.policy.quotas if quota.refill == "next"]
    faults += unknown(one, "unknown_quota", one.let_in, places, "可递补的名额")
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
    known = {post.code for post in plan.policy.posts}
    return faults + unknown(one, "unknown_post", posts, known, "职务")


def _answer_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    faults = unknown(one, "unknown_bottom_line", one.answers, plan.bottom_line_index, "底线标准")
    for code, answer in one.answers.items():
        if code not in plan.bottom_line_index:
            continue
        rule = plan.bottom_lines[plan.bottom_line_index[code]].rule
        wanted, how = _ANSWERS[rule.kind]
        if not isinstance(answer, wanted):
            said = f"这条底线标准应{how}"
            faults.append(InputFault("answer_kind", one.organization_id, code, said))
        elif isinstance(rule, CountsPerProblem) and isinstance(answer, CountsAnswer):
            faults += _count_faults(one, code, rule, answer)
        elif isinstance(rule, InInfluence) and isinstance(answer, SanctionsAnswer):
            faults += _sanction_faults(one, code, rule, answer)
    return faults


def _sanction_faults(
    one: OrganizationInput, code: str, rule: InInfluence, answer: SanctionsAnswer
) -> list[InputFault]:
    known = {sanction.sanction for sanction in rule.sanctions}
    faults = unknown(one, "unknown_sanction", [x.sanction for x in answer.sanctions], known, "处分")
    if answer.sanctions and one.assessed_on is None:
        said = "影响期须有评定日期才能计算"
        faults.append(InputFault("missing_date", one.organization_id, code, said))
    faults += [
        InputFault(
            "before_rules",
            one.organization_id,
            code,
            f"{each.decided_on}的处分没有对应的影响期规定",
        )
        for each in answer.sanctions
        if each.sanction in known
        and period_of(rule.sanction(each.sanction).periods, each.decided_on) is None
    ]
    return faults


def _count_faults(
    one: OrganizationInput, code: str, rule: CountsPerProblem, answer: CountsAnswer
) -> list[InputFault]:
    events = {limit.event for limit in rule.limits}
    faults = []
    for problem in answer.problems:
        faults += unknown(one, "unknown_event", problem.counts, events, "事项")
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
    silent = [line for line in plan.bottom_lines if line.code not in one.answers]
    if not silent:
        return []
    offices = {office.code: office.name for office in plan.policy.source_offices}
    return [
        InputFault(
            "missing_answer",
            one.organization_id,
            line.code,
            f"{offices[line.source_office]}尚未就“{line.name}”答复",
        )
        for line in silent
    ]
