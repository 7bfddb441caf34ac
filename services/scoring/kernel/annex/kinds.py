"""The parameters of every kind of rule, bottom line and linkage, as tables write them."""

from typing import Any

from services.scoring.kernel.annex import words
from services.scoring.kernel.annex.cells import (
    DECIMAL,
    WHOLE,
    Choice,
    Listed,
    Quoted,
    Reference,
)
from services.scoring.kernel.annex.forms import Form, Setting
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.periods import BandRow, OccasionRow, SanctionRow
from services.scoring.kernel.annex.rows import (
    CapRow,
    Content,
    EventRow,
    FromRow,
    GradeRow,
    LevelRow,
    LimitRow,
    NamedRow,
    PlaceRow,
    RateRow,
    RightRow,
)
from services.scoring.kernel.annex.signs import UnreadableError
from services.scoring.kernel.phrases import KIND_NAMES

_MEASURE = Setting("指标", "measure", Reference("measure", inside=True))
_BETTER = Setting("方向", "better", words.BETTER)
_ROUNDING = Setting("取整", "rounding", words.ROUNDING)
_FLOOR = Setting("最低分", "floor_points", DECIMAL)
_UNLISTED = Setting("未填", "unlisted", words.UNLISTED)
_FROM = Setting("起始星级", "from_level", WHOLE)


class BandsForm(Form):
    """Bands that are all of one measure name it once, in front."""

    def write(self, content: Content, names: Names) -> str:
        """Return the cell, with the measure in front where there is only one."""
        cell = super().write(content, names)
        own = {one["measure"] for row in content["rows"] for one in row["any_of"]}
        if len(own) > 1:
            return cell
        name = _MEASURE.codec.write(own.pop(), names)
        return f"{_MEASURE.label}={name}\n" + cell.replace(f"{name}：", "")

    def read(self, raw: str, names: Names) -> tuple[Content, list[str]]:
        """Return the rows, each interval with its measure."""
        content, wrong = super().read(raw, names)
        measure = content.pop("measure", None)
        for row in content.get("rows", ()):
            for one in row["any_of"]:
                one.setdefault("measure", measure)
                if one["measure"] is None:
                    wrong.append("请先写一行“指标=…”，或在每一档前面写“指标：”")
                elif one["from_value"] is None:
                    one["from_value"] = names.lowest.get(one["measure"])
        return content, wrong


RULES: dict[str, Form] = {
    "awarded": Form(),
    "events": Form(
        (
            Setting("方式", "effect", Choice({"deducts": "从满分扣", "adds": "累加"})),
            _FLOOR,
            _UNLISTED,
        ),
        "events",
        EventRow(),
    ),
    "steps": Form((_MEASURE, Setting("不到", "below_points", DECIMAL)), "steps", FromRow()),
    "bands": BandsForm((_MEASURE,), "rows", BandRow()),
    "proportion": Form((_MEASURE, Setting("目标", "target", DECIMAL), _BETTER, _ROUNDING)),
    "per_percentage_point": Form(
        (
            _MEASURE,
            Setting("目标", "target", DECIMAL),
            Setting("扣分", "penalised", Choice({"below": "低于目标", "above": "高于目标"})),
            Setting("每个百分点", "points_each", DECIMAL),
            Setting(
                "不足1个百分点",
                "parts",
                Choice({"proportional": "按比例", "whole": "不计", "started": "按1个计"}),
            ),
            _FLOOR,
        )
    ),
    "ranked": Form(
        (
            _MEASURE,
            _BETTER,
            Setting("范围", "within", words.WITHIN),
            Setting("其余", "otherwise_points", DECIMAL),
        ),
        "places",
        PlaceRow(),
    ),
    "graded": Form(
        (Setting("系数", "load_factor", Reference("measure", inside=True)), _ROUNDING),
        "grades",
        GradeRow(),
    ),
    "all_or_nothing": Form((), "conditions", NamedRow()),
    "occurring": Form(
        (
            Setting("同一事项", "same_event", Choice({"highest": "取最高", "each": "逐次计"})),
            Setting("不重复范围", "across", Choice({"item": "本项", "policy": "全部评分项"})),
        ),
        "events",
        OccasionRow(),
    ),
    "composite": Form(
        (Setting("合计", "sum", Choice({"adds_up": "等于满分", "capped": "以满分为限"})),),
        "caps",
        CapRow(),
    ),
}
BOTTOM = {
    "reported": Form(),
    "counts_per_problem": Form((_UNLISTED,), "limits", LimitRow()),
    "in_influence": Form((), "sanctions", SanctionRow()),
}
LINKAGES = {
    "performance_pay": Form(
        (
            Setting("占比", "share_percent", WHOLE),
            Setting("未参评", "not_assessed_percent", WHOLE),
            _ROUNDING,
        ),
        "paid",
        LevelRow("from_level", "percent", onwards=True, whole=True),
    ),
    "star_pay": Form(
        (
            _FROM,
            Setting(
                "限额", "limited_by", Choice({"collective_income": "集体收入", "none": "不限"})
            ),
        ),
        "rates",
        RateRow(),
    ),
    "county_award": Form((), "amounts", LevelRow("level", "amount", onwards=False)),
    "per_resident_70": Form(
        (
            Setting("星", "star", Reference("star", inside=True)),
            _FROM,
            Setting("最高星级", "to_level", WHOLE),
            Setting("金额", "amount", DECIMAL),
        )
    ),
    "credits": Form((_FROM, Setting("积分", "credits", WHOLE))),
    "rights": Form((), "rights", RightRow()),
    "rectification": Form((Setting("最高星级", "up_to_level", WHOLE),), "measures", NamedRow()),
    "township_appraisal": Form((), "points", LevelRow("level", "points", onwards=False)),
}
SCOPE = Form(
    (
        Setting("类型", "kinds", Listed(words.KINDS)),
        Setting("领域", "sectors", Listed(words.SECTORS)),
        Setting("组织", "organizations", Listed(Quoted())),
    )
)
_ANYONE = "不限"


class Scoped:
    """`类型=…`, `领域=…`, `组织=…`; left empty, the item is for everyone."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401 -- any JSON value
        """Return the restrictions; a scope that restricts nothing is a word of its own."""
        return SCOPE.write(value, names) or _ANYONE

    def read(self, raw: str, names: Names) -> object:
        """Return the scope."""
        if raw.strip() == _ANYONE:
            return {}
        content, wrong = SCOPE.read(raw, names)
        if wrong:
            raise UnreadableError("；".join(wrong))
        return content


KINDS: dict[str, dict[str, Form]] = {"rule": RULES, "bottom": BOTTOM, "linkage": LINKAGES}


def kind_of(group: str, raw: str) -> str:
    """Return the kind that a cell names; UnreadableError lists those there are."""
    own = {KIND_NAMES[kind]: kind for kind in KINDS[group]}
    if raw.strip() not in own:
        raise UnreadableError(f"没有“{raw.strip()}”这种办法，可以是：{'、'.join(own)}")
    return own[raw.strip()]
