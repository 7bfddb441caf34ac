"""The sheet that tells a clerk how to fill in the others; made from what the reader accepts."""

from collections.abc import Iterator

from services.scoring.kernel.annex.cells import Choice, Codec, Listed, Reference
from services.scoring.kernel.annex.forms import Form
from services.scoring.kernel.annex.kinds import KINDS, SCOPE
from services.scoring.kernel.phrases import KIND_NAMES

SHEET = "填写说明"
TITLES = ("用在哪里", "办法", "参数，一行写一条", "逐条列出的内容，一行写一条")
GENERAL = (
    "一行写一项，不要合并单元格，不要写公式；标题行和工作表名称不要改，自己的说明放在名称以“备注”开头的表里。",
    "代码可以留空，由名称的拼音生成；已经用过的方案请保留代码，前后两版才能对照。",
    "部门、星、指标、职务、评分项在别处引用时写名称；名称有重复时写代码。",
    "参数一行写一条（也可用分号隔开），左边是项目，右边是内容，例如：指标=集体收入。",
    "“以上”含本数，“超过”“不满”不含本数；分数最多两位小数，指标最多四位小数。",
    "名称里有；=，、：（）[]“或”这些符号时，在符号前加反斜杠，例如：漏报\\；未报。",
    "分项写在“分项合计”的评分项下面，区块填“分项”。",
    "缺项处理：留空表示必须有分；也可写“按5分计”，或“全县平均，四舍五入”。",
    "触碰后果：留空表示失去该星；也可写“降1级”，或“最高4级”。",
    "名额：写个数，如10；或占参评数的百分比，如10%。",
)
_WHERE = {"rule": "评分项·计分办法", "bottom": "底线标准·判定办法", "linkage": "挂钩·办法"}


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the rows of the sheet."""
    yield from ((one,) for one in GENERAL)
    yield ()
    yield TITLES
    for group, forms in KINDS.items():
        for kind, form in forms.items():
            yield (_WHERE[group], KIND_NAMES[kind], *_told(form))
    yield ("评分项·适用范围", "", *_told(SCOPE))


def _told(form: Form) -> tuple[str, str]:
    said = "\n".join(f"{one.label}={_hint(one.codec)}" for one in form.settings)
    return said or "（不写）", form.row.example if form.row else ""


def _hint(codec: Codec) -> str:
    """Return what to write behind the equals sign."""
    if isinstance(codec, Choice):
        return " 或 ".join(codec.words.values())
    if isinstance(codec, Listed):
        return "一个或几个，用、隔开"
    return "名称" if isinstance(codec, Reference) else "数字"
