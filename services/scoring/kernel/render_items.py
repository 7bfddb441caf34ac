"""Items of a certificate in Chinese: what was said, how it was judged, what counts."""

from collections.abc import Iterator, Mapping

from services.scoring.kernel.certificate import CountedOccurrence, ItemScore
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite, Item, Part, PeerAverage
from services.scoring.kernel.plan import NOT_APPLICABLE
from services.scoring.kernel.rules import Awarded, Occurring
from shared.money import decimal_text

BLOCK_NAMES = {"base": "基本分", "bonus": "加分", "deduction": "扣分"}
GROUP_NAMES = {"county": "全县", "township": "本乡镇"}


def item_sentences(policy: Policy, item: Item, score: ItemScore) -> Iterator[str]:
    """Yield an item's sentences, those of its sub-items after it; none where nothing is known."""
    if isinstance(item.rule, Composite):
        yield from _composite(policy, item, item.rule, score)
    elif score.scores or score.basis or score.values:
        yield f"{BLOCK_NAMES[score.block]}·{_leaf(policy, item, item, score)}"


def _composite(policy: Policy, item: Item, rule: Composite, score: ItemScore) -> Iterator[str]:
    if not any(part.scores or part.basis or part.values for part in score.parts):
        return
    counted = "没有有效得分" if score.counted is None else f"计{decimal_text(score.counted)}"
    most = f"{score.clause}，满分{decimal_text(score.max_points)}"
    yield f"{BLOCK_NAMES[score.block]}·{item.name}（{most}）：{parts_together(rule)}，{counted}。"
    for part, found in zip(rule.parts, score.parts, strict=True):
        yield f"　分项·{_leaf(policy, item, part, found)}"


def parts_together(rule: Composite) -> str:
    """Return how sub-items are added up, their caps included."""
    caps = "".join(
        f"，{'、'.join(_name(rule, code) for code in cap.parts)}合计最多"
        f"{decimal_text(cap.most_points)}（{cap.clause}）"
        for cap in rule.caps
    )
    return f"各分项合计{caps}"


def _name(rule: Composite, code: str) -> str:
    return next(part.name for part in rule.parts if part.code == code)


def _leaf(policy: Policy, item: Item, leaf: Item | Part, score: ItemScore) -> str:
    most = f"{score.clause}，满分{decimal_text(score.max_points)}"
    return f"{leaf.name}（{most}）：{_how(policy, item, leaf, score)}。"


def _how(policy: Policy, item: Item, leaf: Item | Part, score: ItemScore) -> str:
    note = judgement(policy, item, leaf, score)
    if score.basis in {"not_applicable", "default", "peer_average"}:
        return note
    stages = {stage.code: stage.name for stage in policy.stages}
    given = "，".join(
        f"{stages[stage]}{points_text(points)}" for stage, points in score.scores.items()
    )
    return "；".join(part for part in (given, note, _counted(stages, score)) if part)


def judgement(policy: Policy, item: Item, leaf: Item | Part, score: ItemScore) -> str:
    """Return how the points come about, beside what was given; empty for plain points."""
    if score.basis == "not_applicable":
        return _not_applicable(item, score)
    if score.basis in {"default", "peer_average"}:
        return _filled(item, score)
    return _judged(policy, leaf, score)


def points_text(points: int) -> str:
    """Return what a stage gave: points, or that the item does not apply."""
    return "不适用" if points == NOT_APPLICABLE else decimal_text(points)


def _not_applicable(item: Item, score: ItemScore) -> str:
    why = f"（{score.reason}）" if score.reason else ""
    return {
        "renormalised": f"不适用{why}，其余各项得分按比例折算",
        "full_marks": f"不适用{why}，按满分计",
        "left_out": f"不适用{why}，不计",
    }[item.when_not_applicable or "left_out"]


def _filled(item: Item, score: ItemScore) -> str:
    points = decimal_text(score.counted or 0)
    if isinstance(item.when_missing, PeerAverage):
        return f"没有得分，按{GROUP_NAMES[item.when_missing.within]}平均分计{points}"
    return f"没有得分，按方案规定计{points}"


def _judged(policy: Policy, leaf: Item | Part, score: ItemScore) -> str:
    """Say how the rule comes to the points, unless an assessor simply gave them."""
    rule = leaf.rule
    if isinstance(rule, Awarded | Composite) or score.counted is None:
        return ""
    sentence = rule.sentence({one.code: one for one in policy.measures}, score.values)
    if isinstance(rule, Occurring):
        listed = "、".join(_occurrence(rule, one) for one in score.occurrences) or "没有发生"
        return f"{sentence}：{listed}"
    return f"{sentence}，第{score.place}名" if score.place else sentence


def _occurrence(rule: Occurring, one: CountedOccurrence) -> str:
    day = f"{one.decided_on}，" if one.decided_on else ""
    counts = f"计{decimal_text(one.points)}" if one.counts else "不再计分"
    return f"{rule.occasion(one.event).name}（{one.reference}，{day}{counts}）"


def _counted(stages: Mapping[str, str], score: ItemScore) -> str:
    if score.counted is None:
        return "没有有效得分"
    source = "基础数据" if score.basis == "facts" else stages.get(score.counted_stage or "", "")
    return f"以{source}为准，计{decimal_text(score.counted)}"
