"""The certificate in Chinese, section by section, as a village cadre reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.scoring.kernel.certificate import (
    BottomLineCheck,
    Certificate,
    GroupCheck,
    LevelVerdict,
    Reason,
    StarVerdict,
    Sum,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.render_entitlements import entitlement_sentence
from services.scoring.kernel.render_items import item_sentences
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.stars import LevelEffect, LowersLevel
from shared.money import decimal_text

MEASURE_NAMES = {"base": "基本分", "total": "总分"}
BODY_NAMES = {
    "township": "镇级评审组",
    "department": "牵头部门",
    "county_group": "县级评审组",
    "committee": "县委",
    "finding": "异议核查结论",
    "change_case": "动态管理决定",
}
STATUS_SENTENCES = {
    "judged": "参加评定。",
    "not_applied": "没有提交申报，定为无星（未申报）。",
    "outside_policy": "不在本方案适用范围，未参评，报酬不受影响。",
    "founded_later": "在基础数据冻结后成立，未参评，报酬不受影响。",
}


@dataclass(frozen=True)
class Section:
    """A titled group of sentences; `code` is a star's code, `level`, `entitlements` or `head`."""

    code: str
    title: str
    sentences: tuple[str, ...]


def render(policy: Policy, certificate: Certificate) -> tuple[Section, ...]:
    """Return the certificate in Chinese; the policy must be the one it was made by."""
    head = [f"依据：{policy.title}（方案代码{policy.code}，版本{policy.edition}）。"]
    head.append(STATUS_SENTENCES[certificate.status])
    if certificate.provisional:
        head.append("联审尚未完成，未答复的底线标准暂不计入，结果可能变化。")
    sections = [Section("head", "得分证明", tuple(head))]
    if certificate.status in {"judged", "not_applied"}:
        sections += [_star(policy, star) for star in certificate.stars]
        sections.append(_level(policy, certificate))
    if certificate.entitlements:
        lines = tuple(entitlement_sentence(policy, one) for one in certificate.entitlements)
        total = f"以上金额合计{decimal_text(certificate.money_fen)}元。"
        sections.append(Section("entitlements", "挂钩待遇", (*lines, total)))
    return tuple(sections)


def render_text(policy: Policy, certificate: Certificate) -> str:
    """Return the sections as plain text, one sentence a line."""
    blocks = (
        "\n".join((f"【{section.title}】", *section.sentences))
        for section in render(policy, certificate)
    )
    return "\n\n".join(blocks) + "\n"


def reason_sentence(  # noqa: PLR0911 -- one return a kind of reason
    policy: Policy, star: str, reason: Reason
) -> str:
    """Return in one sentence why a star is not held."""
    match reason.code:
        case "not_applied":
            return "没有申报这颗星，不予评定。"
        case "below_line":
            line = next(one for one in policy.lines if one.code == reason.subject)
            return (
                f"{line.name}（{line.operator}{decimal_text(line.points)}，{reason.clause}）"
                f"差{decimal_text(reason.short)}分。"
            )
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
            return f"达到要求，因{quota.name}名额已满没有列入（{reason.clause}）。"
        case "refused":
            return f"{BODY_NAMES[reason.subject]}决定不授予（{reason.reference}）。"


def _star(policy: Policy, verdict: StarVerdict) -> Section:
    star = policy.star(verdict.star)
    sentences = [
        sentence
        for item, score in zip(star.items, verdict.items, strict=True)
        for sentence in item_sentences(policy, item, score)
    ]
    if verdict.sum:
        sentences.append(_sum(verdict.sum))
    sentences += [
        f"{MEASURE_NAMES[line.measure]}{decimal_text(line.value)}，要求{line.operator}"
        f"{decimal_text(line.points)}（{line.clause}）："
        + ("达到。" if line.met else f"未达到，差{decimal_text(line.short)}分。")
        for line in verdict.lines
    ]
    sentences += [_group(policy, verdict, one) for one in verdict.groups]
    sentences += [_bottom_line(policy, verdict, one) for one in verdict.bottom_lines]
    sentences += [reason_sentence(policy, star.code, one) for one in verdict.reasons]
    sentences.append(f"结论：{'授予' if verdict.awarded else '不授予'}{star.name}。")
    return Section(star.code, star.name, tuple(sentences))


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
    end = f"触碰底线{_effect(policy, check.effect)}" if check.hit else "没有触碰"
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
            f"{limits[event].name}{count}次（限度{limits[event].operator}{limits[event].count}）"
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


def _effect(policy: Policy, effect: LevelEffect | None) -> str:
    if effect is None:
        return ""
    if isinstance(effect, LowersLevel):
        return f"，星级降低{effect.by}级，星保留"
    return f"，星级不高于{policy.level_name(effect.level)}，星保留"


def _group(policy: Policy, verdict: StarVerdict, check: GroupCheck) -> str:
    name = next(one.name for one in policy.star(verdict.star).groups if one.code == check.group)
    end = "达到。" if check.met else f"未达到，差{decimal_text(check.short)}分。"
    return (
        f"{name}合计{decimal_text(check.value)}，要求{check.operator}"
        f"{decimal_text(check.points)}（{check.clause}）：{end}"
    )


def _level(policy: Policy, certificate: Certificate) -> Section:
    level = certificate.level
    reached = (
        f"获得{level.star_count}颗星"
        if level.total is None
        else f"总得分{decimal_text(level.total)}"
    )
    name = policy.level_name(level.level_by_stars)
    sentences = [f"{reached}，对应{name}（{level.clause}）。"]
    sentences += _prerequisites(policy, level)
    for one in level.effects:
        lines = {line.code: line.name for star in policy.stars for line in star.bottom_lines}
        effect = _effect(policy, one.effect)
        sentences.append(f"触碰底线标准“{lines[one.bottom_line]}”（{one.clause}）{effect}。")
    if level.listing_struck:
        body = BODY_NAMES[level.listing_struck.by]
        fallen = policy.level_name(policy.procedure.determination.struck_level)
        sentences.append(
            f"{body}将其从名单中去除（{level.listing_struck.reference}），星级不高于{fallen}，星保留。"
        )
    if level.quota:
        quota = next(one for one in policy.quotas if one.code == level.quota)
        sentences.append(f"因{quota.name}名额已满，没有列入更高星级（{quota.clause}）。")
    sentences.append(f"结论：{policy.level_name(level.level)}。")
    sentences.append(
        f"全县第{certificate.county_rank}名，本乡镇第{certificate.township_rank}名（并列同名次）。"
    )
    return Section("level", "星级", tuple(sentences))


def _prerequisites(policy: Policy, level: LevelVerdict) -> Sequence[str]:
    before = level.level_by_stars
    sentences = []
    for check in level.prerequisites:
        if before >= check.from_level:
            star = policy.star(check.star).name
            start = f"{policy.level_name(check.from_level)}以上须有{star}（{check.clause}）："
            end = (
                "已有。"
                if check.held
                else f"没有，定为{policy.level_name(check.level)}，已得的星保留。"
            )
            sentences.append(start + end)
        before = check.level
    return sentences
