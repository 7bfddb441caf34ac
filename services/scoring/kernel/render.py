"""The certificate in Chinese, section by section, as a village cadre reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.kernel.certificate import (
    Certificate,
    LevelVerdict,
    StarVerdict,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.render_entitlements import entitlement_sentence
from services.scoring.kernel.render_items import item_sentences
from services.scoring.kernel.render_stars import (
    BODY_NAMES,
    effect_sentence,
    quota_full,
    refill_sentence,
    star_sentences,
    stars_stay,
)
from shared.money import decimal_text

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


def _star(policy: Policy, verdict: StarVerdict) -> Section:
    star = policy.star(verdict.star)
    items = [
        sentence
        for item, score in zip(star.items, verdict.items, strict=True)
        for sentence in item_sentences(policy, item, score)
    ]
    said = star_sentences(policy, verdict)
    refill = (said.refill,) if said.refill else ()
    beside = (*said.sums, *said.bottom_lines, *said.reasons, *refill, said.conclusion)
    return Section(star.code, star.name, (*items, *beside))


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
        effect = effect_sentence(policy, one.effect)
        sentences.append(f"触碰底线标准“{lines[one.bottom_line]}”（{one.clause}）{effect}。")
    if level.listing_struck:
        body = BODY_NAMES[level.listing_struck.by]
        fallen = policy.level_name(policy.procedure.determination.struck_level)
        sentences.append(
            f"{body}将其从名单中去除（{level.listing_struck.reference}），{policy.level_word}不高于{fallen}"
            f"{stars_stay(policy)}。"
        )
    if level.quota:
        quota = next(one for one in policy.quotas if one.code == level.quota)
        sentences.append(
            f"因{quota_full(quota)}，没有列入更高{policy.level_word}（{quota.clause}）。"
        )
    if level.refill:
        sentences.append(refill_sentence(level.refill))
    sentences.append(f"结论：{policy.level_name(level.level)}。")
    sentences.append(
        f"全县第{certificate.county_rank}名，本乡镇第{certificate.township_rank}名（并列同名次）。"
    )
    return Section("level", policy.level_word, tuple(sentences))


def _prerequisites(policy: Policy, level: LevelVerdict) -> Sequence[str]:
    before = level.level_by_stars
    sentences = []
    for check in level.prerequisites:
        if before >= check.from_level:
            star = policy.star(check.star).name
            start = f"{policy.level_name(check.from_level)}以上须有{star}（{check.clause}）："
            kept = "" if policy.levels_by_points else "，已得的星保留"
            end = "已有。" if check.held else f"没有，定为{policy.level_name(check.level)}{kept}。"
            sentences.append(start + end)
        before = check.level
    return sentences
