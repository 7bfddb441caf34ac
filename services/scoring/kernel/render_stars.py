"""A star of a certificate in Chinese: its sums, its bottom lines, why it is not held."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.scoring.kernel.certificate import (
    BottomLineCheck,
    GroupCheck,
    Reason,
    StarVerdict,
    Sum,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import LetIn
from services.scoring.kernel.quotas import Quota
from services.scoring.kernel.render_items import GROUP_NAMES
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.stars import LevelEffect, LowersLevel
from services.scoring.kernel.vocabulary import relation
from shared.money import decimal_text

MEASURE_NAMES = {"base": "基本分", "total": "总分"}
_ORDER_NAMES = {**MEASURE_NAMES, "bonus": "加分", "stars": "星数"}
BODY_NAMES = {
    "township": "镇级评审组",
    "department": "牵头部门",
    "county_group": "县级评审组",
    "committee": "县委",
    "finding": "异议核查结论",
    "change_case": "动态管理决定",
}


@dataclass(frozen=True)
class StarSentences:
    """What is said of a star beside its items; `sums` is empty where it was not scored."""

    sums: tuple[str, ...]
    bottom_lines: tuple[str, ...]
    reasons: tuple[str, ...]
    conclusion: str
    refill: str = ""


def star_sentences(policy: Policy, verdict: StarVerdict) -> StarSentences:
    """Return the sentences of one star."""
    star = policy.star(verdict.star)
    sums = [_sum(verdict.sum)] if verdict.sum else []
    sums += [
        f"{MEASURE_NAMES[line.measure]}{decimal_text(line.value)}，要求"
        f"{relation(line.operator, f'{decimal_text(line.points)}分')}（{line.clause}）："
        + ("达到。" if line.met else f"未达到，差{decimal_text(line.short)}分。")
        for line in verdict.lines
    ]
    return StarSentences(
        sums=(*sums, *(_group(policy, verdict, one) for one in verdict.groups)),
        bottom_lines=tuple(_bottom_line(policy, verdict, one) for one in verdict.bottom_lines),
        reasons=tuple(reason_sentence(policy, star.code, one) for one in verdict.reasons),
        conclusion=_conclusion(policy, verdict),
        refill=refill_sentence(verdict.refill) if verdict.refill else "",
    )


def _conclusion(policy: Policy, verdict: StarVerdict) -> str:
    name = policy.star(verdict.star).name
    if not policy.levels_by_points:
        return f"结论：{'授予' if verdict.awarded else '不授予'}{name}。"
    scored = f"{decimal_text(verdict.sum.total)}分" if verdict.sum else "不计分"
    return f"结论：{name}{scored}。"


def quota_full(quota: Quota) -> str:
    """Return that all places are taken, how many they are, and who comes first."""
    number = f"参评总数的{quota.percent}%" if quota.at_most is None else f"{quota.at_most}个"
    order = "、".join(_ORDER_NAMES[each] for each in quota.order)
    return f"{quota.name}名额（{GROUP_NAMES[quota.within]}{number}，依次按{order}排序）已满"


def refill_sentence(refill: LetIn) -> str:
    """Return who left the place, by which objection, and who let the branch in."""
    left = "、".join(f"{one.name}（异议{one.objection}）" for one in refill.left)
    return f"因异议成立，{left}退出名额，经补充确定（{refill.reference}）依次递补。"


def reason_sentence(  # noqa: PLR0911 -- one return a kind of reason
    policy: Policy, star: str, reason: Reason
) -> str:
    """Return in one sentence why a star is not held."""
    match reason.code:
        case "not_applied":
            return "没有填报，不计分。" if policy.levels_by_points else "没有申报这颗星，不予评定。"
        case "below_line":
            line = next(one for one in policy.lines if one.code == reason.subject)
            minimum = relation(line.operator, f"{decimal_text(line.points)}分")
            short = decimal_text(reason.short)
            return f"{line.name}（{minimum}，{reason.clause}）差{short}分。"
        case "bottom_line":
            lines = {one.code: one.name for one in policy.star(star).bottom_lines}
            return f"触碰底线标准“{lines[reason.subject]}”（{reason.clause}，{reason.reference}）。"
        case "below_group":
            groups = {one.code: one.name for one in policy.star(star).groups}
            short = decimal_text(reason.short)
            return f"{groups[reason.subject]}（{reason.clause}）差{short}分。"
        case "requires":
            required = policy.star(reason.subject).name
            return f"须先取得{required}（{reason.clause}），没有取得。"
        case "quota":
            quota = next(one for one in policy.quotas if one.code == reason.subject)
            return f"达到要求，因{quota_full(quota)}，没有列入（{reason.clause}）。"
        case "refused":
            return f"{BODY_NAMES[reason.subject]}决定不授予（{reason.reference}）。"


def _sum(total: Sum) -> str:
    scaled = (
        f"（适用项得{decimal_text(total.brought)}÷{decimal_text(total.reachable)}，按比例折算）"
        if total.brought is not None and total.reachable is not None
        else ""
    )
    most = total.deduction_cap
    off = f"（实扣{decimal_text(total.deduction)}，上限{decimal_text(most)}）" if most else ""
    capped = f"，上限{decimal_text(total.bonus_cap)}" if total.bonus > total.bonus_cap else ""
    exact = total.base + total.counted_bonus - total.counted_deduction
    floored = f"，低于{decimal_text(total.floor)}按{decimal_text(total.floor)}计"
    return (
        f"总分（{total.clause}）：基本分{decimal_text(total.base)}{scaled}"
        f" + 加分{decimal_text(total.counted_bonus)}（实得{decimal_text(total.bonus)}{capped}）"
        f" − 扣分{decimal_text(total.counted_deduction)}{off}"
        f" = {decimal_text(total.total)}{floored if exact < total.floor else ''}。"
    )


def _bottom_line(policy: Policy, verdict: StarVerdict, check: BottomLineCheck) -> str:
    line = next(
        one for one in policy.star(verdict.star).bottom_lines if one.code == check.bottom_line
    )
    office = next(one.name for one in policy.source_offices if one.code == check.source_office)
    start = f"底线标准“{line.name}”（{check.clause}）：{office}"
    if not check.answered:
        return f"{start}尚未答复。"
    end = f"触碰底线{effect_sentence(policy, check.effect)}" if check.hit else "没有触碰"
    problems = ""
    if isinstance(line.rule, CountsPerProblem):
        problems = "".join(_problems(line.rule, check)) or "没有问题；"
    if isinstance(line.rule, InInfluence):
        problems = "".join(_sanctions(line.rule, check)) or "没有处分；"
    return f"{start}答复（{check.reference}）：{problems}{end}。"


def _problems(rule: CountsPerProblem, check: BottomLineCheck) -> Iterator[str]:
    limits = {limit.event: limit for limit in rule.limits}
    for problem in check.problems:
        counts = "、".join(
            f"{limits[event].name}{count}次"
            f"（限度{relation(limits[event].operator, f'{limits[event].count}次')}）"
            for event, count in problem.counts.items()
            if count
        )
        yield f"问题{problem.reference}：{counts or '没有发生次数'}；"


def _sanctions(rule: InInfluence, check: BottomLineCheck) -> Iterator[str]:
    for one in check.sanctions:
        name = rule.sanction(one.sanction).name
        state = "影响期未满" if one.in_force else "已过影响期"
        yield (
            f"{name}（{one.reference}，{one.decided_on}决定，"
            f"影响期至{one.last_day}，{one.clause}）{state}；"
        )


def effect_sentence(policy: Policy, effect: LevelEffect | None) -> str:
    """Return what a bottom line takes from the level; empty where it takes the star."""
    if effect is None:
        return ""
    if isinstance(effect, LowersLevel):
        return f"，{policy.level_word}降低{effect.by}级{stars_stay(policy)}"
    return f"，{policy.level_word}不高于{policy.level_name(effect.level)}{stars_stay(policy)}"


def stars_stay(policy: Policy) -> str:
    """Return that what lowers the level leaves the stars, where there are stars to leave."""
    return "" if policy.levels_by_points else "，星保留"


def _group(policy: Policy, verdict: StarVerdict, check: GroupCheck) -> str:
    name = next(one.name for one in policy.star(verdict.star).groups if one.code == check.group)
    end = "达到。" if check.met else f"未达到，差{decimal_text(check.short)}分。"
    return (
        f"{name}合计{decimal_text(check.value)}，要求"
        f"{relation(check.operator, f'{decimal_text(check.points)}分')}（{check.clause}）：{end}"
    )
