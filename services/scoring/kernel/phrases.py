"""What pydantic finds wrong, said so that the writer of a policy knows what to do."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from services.scoring.kernel.vocabulary import ONE_LINE

# Every kind of rule, linkage and choice under the name that annex tables give it.
KIND_NAMES = {
    "awarded": "评定",
    "events": "按次计分",
    "steps": "阶梯计分",
    "bands": "分档计分",
    "proportion": "按比例计分",
    "per_percentage_point": "按百分点扣分",
    "ranked": "按排名计分",
    "graded": "按等级计分",
    "all_or_nothing": "全部达到得分",
    "occurring": "按事项计分",
    "composite": "分项合计",
    "reported": "报告",
    "counts_per_problem": "按问题计数",
    "in_influence": "影响期",
    "lowers_level": "降级",
    "caps_level": "封顶",
    "default": "默认分",
    "peer_average": "同类平均",
    "performance_pay": "绩效报酬",
    "star_pay": "星级报酬",
    "county_award": "县级奖补",
    "per_resident_70": "老人补助",
    "credits": "积分",
    "rights": "权利",
    "rectification": "整顿",
    "township_appraisal": "乡镇考核",
}

SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "int_type": "应为整数",
    "bool_type": "应为true或false",
    "string_type": "应为文字，纯数字请加引号",
    "string_unicode": "含有无法识别的字符",
    "tuple_type": "应为列表",
    "model_type": "应为若干键值",
    "model_attributes_type": "应为若干键值",
    "dict_type": "应为若干键值",
    "string_too_short": "不能为空",
    "string_too_long": "最多{max_length}个字",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "literal_error": "只能是{expected}",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "union_tag_invalid": "没有这种kind，只能是{expected_tags}",
    "union_tag_not_found": "缺少kind，可以是{expected_tags}",
}

PATTERNS = {
    r"^[a-z][a-z0-9_]{0,63}$": "应以小写字母开头，只含小写字母、数字和下划线，最多64个字符",
    r"^[a-z][a-z0-9_.]{0,63}$": "应以小写字母开头，只含小写字母、数字、下划线和点，最多64个字符",
    r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$": "只含数字、字母、点和短横，最多32个字符",
    ONE_LINE: "应为一行文字，前后不留空格",
}

# Limits of points and money as people write them; inside they are ints of 0.01.
LIMITS = {10_000_000: "100000", 10**12: "10000000000"}

_ITEM_KINDS = tuple(KIND_NAMES)[: list(KIND_NAMES).index("reported")]
# Where a kind is chosen, and what there is to choose from: the last place that fits counts.
_CHOICES = {
    "items": _ITEM_KINDS,
    "parts": tuple(kind for kind in _ITEM_KINDS if kind != "composite"),
    "bottom_lines": ("reported", "counts_per_problem", "in_influence"),
    "effect": ("lowers_level", "caps_level"),
    "when_missing": ("default", "peer_average"),
    "linkages": tuple(KIND_NAMES)[list(KIND_NAMES).index("performance_pay") :],
}


def sentence(fault: ErrorDetails) -> str:
    """Return what to do about one error; pydantic's own sentence where we have none."""
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context["error"])
    if fault["type"] == "string_pattern_mismatch":
        return "格式不对：" + PATTERNS.get(context["pattern"], f"应符合{context['pattern']}")
    said = SENTENCES.get(fault["type"])
    return said.format(**_shown(context, fault["loc"])) if said else fault["msg"]


def _shown(context: Mapping[str, Any], loc: tuple[str | int, ...]) -> dict[str, object]:
    shown = {name: LIMITS.get(value, value) for name, value in context.items()}
    if "expected" in shown:
        shown["expected"] = str(shown["expected"]).replace(", ", "、").replace(" or ", "或")
    kinds = [kinds for place, kinds in _CHOICES.items() if place in loc]
    chosen = kinds[-1] if kinds else tuple(KIND_NAMES)
    shown["expected_tags"] = "、".join(f"{kind}（{KIND_NAMES[kind]}）" for kind in chosen)
    return shown
