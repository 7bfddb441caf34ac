"""Checks of what the stages said: the right form, known names, within range and precise enough."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.scoring.kernel.errors import InputFault, unknown
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import Composite
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.rules import Awarded, Occurring
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.rules.influence import period_of
from services.scoring.kernel.rules.occurring import LARGEST_LIST
from services.scoring.kernel.said import NotApplicable, Occurrences, Said, Value, Values
from services.scoring.kernel.vocabulary import NUMBER_DECIMALS, number_text
from shared.money import decimal_text

Complaint = tuple[str, str]


def score_faults(plan: Plan, one: OrganizationInput) -> list[InputFault]:
    """Return everything wrong with what all stages said of one organization."""
    faults = unknown(one, "unknown_stage", one.scores, plan.stage_index, "环节")
    for said in one.scores.values():
        doubtful = _doubtful(plan, said)
        if doubtful:
            faults += unknown(one, "unknown_item", doubtful, plan.leaf_index, "评分项")
            faults += _word_faults(plan, one, doubtful)
            faults += _half_applicable(plan, one, said)
    return faults


def _doubtful(plan: Plan, said: Mapping[str, Said]) -> dict[str, Said]:
    """Leave out what is points within range where points are asked for: nearly always all."""
    most = plan.awarded_most.get
    return {
        code: word
        for code, word in said.items()
        if not isinstance(word, int) or word > most(code, -1)
    }


def _word_faults(
    plan: Plan, one: OrganizationInput, said: Mapping[str, Said]
) -> Iterator[InputFault]:
    for code, word in said.items():
        if code in plan.leaf_index:
            leaf = plan.leaves[plan.leaf_index[code]]
            for complaint, sentence in (
                *word_complaints(plan, leaf, word, one.assessed_on),
                *_fact_complaints(plan, one, leaf, word),
            ):
                said_of = f"“{leaf.name}”{sentence}"
                yield InputFault(complaint, one.organization_id, code, said_of)


def word_complaints(
    plan: Plan, leaf: Leaf, said: Said, assessed_on: date | None
) -> Iterator[Complaint]:
    """Yield a stable code and a sentence for everything wrong with one word.

    Without a day of assessment influence periods cannot be counted: `missing_date`.
    """
    if isinstance(said, NotApplicable):
        if leaf.item.when_not_applicable is None:
            yield "not_applicable", "没有不适用的规定，不能填不适用"
    elif not isinstance(said, _form(leaf)):
        yield "said_kind", _FORMS[_form(leaf)]
    elif isinstance(said, int):
        if said > leaf.rule.max_points:
            most = decimal_text(leaf.rule.max_points)
            yield "over_maximum", f"得分{decimal_text(said)}超过满分{most}"
    elif isinstance(said, Values):
        yield from _value_complaints(plan, leaf, said)
    else:
        yield from _occurrence_complaints(leaf, said, assessed_on)


_FORMS: dict[type, str] = {
    int: "应填写得分",
    Values: "应填写指标数值，得分由系统计算",
    Occurrences: "应逐项列出事项，得分由系统计算",
}


def _form(leaf: Leaf) -> type:
    if isinstance(leaf.rule, Awarded):
        return int
    return Occurrences if isinstance(leaf.rule, Occurring) else Values


def _value_complaints(plan: Plan, leaf: Leaf, said: Values) -> Iterator[Complaint]:
    slots = {slot.code: slot for slot in plan.slots[leaf.slots]}
    for code in said.values:
        if code not in slots:
            yield "unknown_value", f"没有“{code}”这个数值，应填写{'、'.join(slots)}"
    for code, slot in slots.items():
        if slot.fact is not None:
            if code in said.values:
                yield "fact_entered", f"的“{slot.name}”取自基础数据，不在这里填写"
        elif code in said.values:
            yield from _slot_complaints(slot, said.values[code])
        elif slot.unlisted is None:
            yield "missing_value", f"缺少“{slot.name}”"


def _fact_complaints(
    plan: Plan, one: OrganizationInput, leaf: Leaf, said: Said
) -> Iterator[Complaint]:
    """Yield the facts that a word needs beside what it says, and that are not known."""
    if isinstance(said, Values):
        for slot in plan.slots[leaf.slots]:
            if slot.fact is not None and slot.fact not in one.facts:
                yield "missing_fact", f"的“{slot.name}”没有基础数据"


def _slot_complaints(slot: Slot, value: Value) -> Iterator[Complaint]:
    if slot.choices:
        if value not in slot.choices:
            yield "unknown_choice", f"的“{slot.name}”只能是{'、'.join(slot.choices)}"
    elif isinstance(value, str):
        yield "value_kind", f"的“{slot.name}”应为数字"
    elif value % (slot.step if slot.scaled else 10**NUMBER_DECIMALS):
        yield "too_precise", f"的“{slot.name}”{number_text(value)}小数位数过多"
    elif not slot.minimum <= slot.own(value) <= slot.maximum:
        low, high = (
            number_text(one) if slot.scaled else str(one) for one in (slot.minimum, slot.maximum)
        )
        yield "out_of_range", f"的“{slot.name}”{number_text(value)}不在{low}到{high}之间"


def _occurrence_complaints(
    leaf: Leaf, said: Occurrences, assessed_on: date | None
) -> Iterator[Complaint]:
    rule = leaf.rule
    if not isinstance(rule, Occurring):
        return
    if len(said.occurrences) > LARGEST_LIST:
        yield "too_many", f"最多列出{LARGEST_LIST}项"
    known = {kind.event for kind in rule.events}
    for each in said.occurrences:
        if each.event not in known:
            yield "unknown_event", f"没有“{each.event}”这种事项"
            continue
        periods = rule.occasion(each.event).periods
        if periods and each.decided_on is None:
            yield "missing_date", f"的“{each.reference}”缺少决定日期"
        elif periods and assessed_on is None:
            yield "missing_date", "须有评定日期才能计算影响期"
        elif each.decided_on is not None and periods and not period_of(periods, each.decided_on):
            yield "before_rules", f"{each.decided_on}的“{each.reference}”没有对应的影响期规定"


def _half_applicable(
    plan: Plan, one: OrganizationInput, said: Mapping[str, Said]
) -> Iterator[InputFault]:
    """Yield composite items of which only some sub-items are said not to apply."""
    items = {leaf.item.code: leaf.item for leaf in plan.leaves}
    for item in items.values():
        if isinstance(item.rule, Composite) and item.when_not_applicable is not None:
            words = [said.get(part.code) for part in item.rule.parts]
            away = sum(isinstance(word, NotApplicable) for word in words)
            if away and away < len(words):
                yield InputFault(
                    "partly_not_applicable",
                    one.organization_id,
                    item.code,
                    f"“{item.name}”的分项应全部填不适用，或者全部评分",
                )
