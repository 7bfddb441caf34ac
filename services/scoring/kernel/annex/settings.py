"""The sheet 方案: what a policy says once, as label and content."""

from dataclasses import dataclass

from services.scoring.kernel.annex import words
from services.scoring.kernel.annex.cells import (
    DECIMAL,
    LINES,
    TEXT,
    WHOLE,
    Choice,
    Codec,
    Listed,
)

SHEET = "方案"
TITLES = ("类别", "项目", "内容")
_DAYS = ("工作日", "working_days", WHOLE)
_CLAUSE = ("条款", "clause", TEXT)
_STRATA = Listed(Choice({"township": "乡镇", "level": "星级", "lowered": "被降级"}))
_SCOPE = Choice({"star": "有关的星", "whole_award": "全部评定结果"})


@dataclass(frozen=True)
class Line:
    """One row: its labels and its path in the document."""

    group: str
    label: str
    path: tuple[str, ...]
    codec: Codec
    optional: bool = False


def _lines(group: str, path: tuple[str, ...], *rows: tuple[str, str, Codec]) -> tuple[Line, ...]:
    return tuple(Line(group, label, (*path, key), codec) for label, key, codec in rows)


_TOTALS = (
    *_lines("计分", ("totals",), ("加分上限", "bonus_cap_points", DECIMAL)),
    Line("计分", "扣分上限", ("totals", "deduction_cap_points"), DECIMAL, optional=True),
    *_lines(
        "计分",
        ("totals",),
        ("扣分作用于", "deductions_touch", words.MEASURE),
        ("最低总分", "floor_points", DECIMAL),
        ("取整", "rounding", words.ROUNDING),
        _CLAUSE,
    ),
)
_STEPS = (
    ("村级申报", "application", (
        _DAYS,
        ("退回次数上限", "return_limit", WHOLE),
        ("每次退回延长工作日", "return_extension_working_days", WHOLE),
    )),
    ("乡镇推荐", "township", (_DAYS, ("审定到几级", "decides_up_to_level", WHOLE))),
    ("部门评审", "department", (_DAYS, ("从几级起评审", "reviews_from_level", WHOLE))),
    ("逾期延长", "late", (_DAYS, ("次数上限", "limit", WHOLE))),
    ("抽查", "spot_check", (
        ("比例", "share_percent", WHOLE),
        ("分层", "strata", _STRATA),
        ("取整", "rounding", words.ROUNDING),
        ("含被降级的", "includes_lowered", words.YES),
        _DAYS,
    )),
    ("联审", "clearance", (_DAYS, ("不答复", "silence", Choice({"blocks": "不得进入下一步"})))),
    ("县委确定", "determination", (
        ("从几级起确定", "listing_from_level", WHOLE),
        ("取消提名后定为", "struck_level", WHOLE),
        ("可否提高得分", "may_raise_scores", Choice({False: "否"})),
    )),
    ("结果公示", "announcement", (
        _DAYS,
        ("发布当日计入", "first_day_counts", words.YES),
        ("从几级起公示", "from_level", WHOLE),
    )),
    ("复核", "reconsideration", (_DAYS, ("每环节次数", "per_stage", WHOLE))),
    ("听取意见", "hearing", (_DAYS,)),
    ("监督暂停", "pause", (("最多工作日", "max_working_days", WHOLE),)),
    ("异议处理", "objection", (
        ("成立时撤销", "default", _SCOPE),
        ("弄虚作假撤销", "fraud", _SCOPE),
    )),
)  # fmt: skip
# What a policy may leave out: the kernel's own lengths count then.
_OPTIONAL = (
    ("县委确定", "工作日", ("determination", "working_days"), WHOLE),
    ("结果公示", "确定后几个工作日内发布", ("announcement", "publish_within"), WHOLE),
    ("催办", "提前工作日", ("reminder", "working_days"), WHOLE),
    ("催办", "条款", ("reminder", "clause"), TEXT),
)
LINES_OF_POLICY = (
    *_lines(
        "方案",
        (),
        ("代码", "code", TEXT),
        ("版号", "edition", TEXT),
        ("名称", "title", TEXT),
    ),
    Line("方案", "说明", ("notes",), LINES, optional=True),
    *_lines(
        "适用范围",
        ("applies_to",),
        ("组织类型", "kinds", Listed(words.KINDS)),
        ("领域", "sectors", Listed(words.SECTORS)),
        _CLAUSE,
    ),
    *_TOTALS,
    *_lines("排名", ("ranking",), ("依据", "by", Listed(words.RANKING)), _CLAUSE),
    *_lines(
        "待遇发放",
        ("payment",),
        ("生效后第几个月起", "months_after_effect", WHOLE),
        ("发放月数", "months", WHOLE),
        ("每月几号在职", "holder_on_day", WHOLE),
        _CLAUSE,
    ),
    *(
        line
        for group, key, rows in _STEPS
        for line in _lines(group, ("procedure", key), *rows, _CLAUSE)
    ),
    *(
        Line(group, label, ("procedure", *path), codec, optional=True)
        for group, label, path, codec in _OPTIONAL
    ),
)
