"""The sheets of an annex and their columns: one row a part of the policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.kernel.annex import words
from services.scoring.kernel.annex.cells import (
    DECIMAL,
    LINES,
    TEXT,
    WHOLE,
    Choice,
    Codec,
    Lines,
    Listed,
    Reference,
)
from services.scoring.kernel.annex.kinds import KINDS, Scoped
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.phrases import Effect, WhenMissing
from services.scoring.kernel.phrases import KIND_NAMES

# In characters of a digit's width; an item's sheet must still be read when printed on A4.
NARROW, MIDDLE, WIDE = 8, 13, 36


@dataclass(frozen=True)
class Column:
    """One column: its title and which key of the document it holds.

    `offers` are words to choose from in a free cell; others may be written.
    """

    title: str
    key: str
    codec: Codec = TEXT
    width: int = MIDDLE
    numeric: bool = False
    ignored: bool = False
    offers: tuple[str, ...] = ()

    @property
    def may_be_empty(self) -> bool:
        """Whether an empty cell says something: a list of nothing."""
        return isinstance(self.codec, Listed | Lines)

    def choices(self, names: Names) -> tuple[str, ...]:
        """Return the words there are to choose from; empty for free cells."""
        if isinstance(self.codec, Choice):
            return tuple(self.codec.words.values())
        if isinstance(self.codec, Reference):
            return names.written(self.codec.kind)
        return self.offers


@dataclass(frozen=True)
class Table:
    """One sheet: where its rows go in the document, and its columns.

    `of_star` rows name their star in the first column. `kind` is what others call its codes by.
    """

    sheet: str
    key: str
    columns: Sequence[Column]
    kind: str = ""
    of_star: bool = False
    needed: bool = False

    @property
    def titles(self) -> tuple[str, ...]:
        """All titles, in their order."""
        return tuple(column.title for column in self.columns)


def _kinds(group: str) -> tuple[str, ...]:
    return tuple(KIND_NAMES[kind] for kind in KINDS[group])


NAME = Column("名称", "name", width=26)
CODE = Column("代码", "code")
CLAUSE = Column("条款", "clause", width=16)
STAR = Column("星", "star", Reference("star"), 11)
KIND = Column("办法", "kind", width=11, offers=_kinds("linkage"))
PARAMETERS = Column("参数", "parameters", width=WIDE)
ITEM_KIND = Column("计分办法", "kind", width=11, offers=_kinds("rule"))
ITEM_PARAMETERS = Column("计分参数", "parameters", width=WIDE)
LINE_KIND = Column("判定办法", "kind", width=11, offers=_kinds("bottom"))
LINE_PARAMETERS = Column("判定参数", "parameters", width=WIDE)
LIST = Column("类别", "list", words.LIST, NARROW)
BLOCK = Column("区块", "block", Choice({**words.BLOCKS, words.PART: words.PART}), NARROW)
MOST = Column("满分", "max_points", DECIMAL, NARROW, numeric=True)
PLACES = Column("名额", "places", width=NARROW)
POINTS = Column("分数", "points", DECIMAL, NARROW, numeric=True)
RELATION = Column("关系", "operator", words.OPERATOR, NARROW)

# What is declared by several lists of one sheet, and what others call each of them by.
LISTS = {
    "departments": "department",
    "source_offices": "office",
    "payers": "payer",
    "posts": "post",
    "stages": "stage",
}
DECLARED = Table(
    "机构",
    "declared",
    (
        LIST,
        NAME,
        CODE,
        Column("作用", "effect", words.EFFECT),
    ),
    needed=True,
)
MEASURES = Table(
    "指标",
    "measures",
    (
        NAME,
        CODE,
        Column("单位", "unit", width=NARROW),
        Column("小数位数", "decimals", WHOLE, NARROW, numeric=True),
        Column("最小值", "minimum", DECIMAL),
        Column("最大值", "maximum", DECIMAL),
        Column("基础数据", "fact"),
    ),
    kind="measure",
)
STARS = Table(
    "星",
    "stars",
    (
        NAME,
        CODE,
        Column("牵头部门", "department", Reference("department")),
        Column("基本分合计", "base_points", DECIMAL, NARROW, numeric=True),
        CLAUSE,
    ),
    kind="star",
    needed=True,
)
ITEMS = Table(
    "评分项",
    "items",
    (
        STAR,
        BLOCK,
        Column("序号", "number", width=6, ignored=True),
        Column("评分项", "name", width=20),
        CODE,
        MOST,
        ITEM_KIND,
        ITEM_PARAMETERS,
        CLAUSE,
        Column("页码", "page", width=NARROW),
        Column("责任部门", "department", Reference("department")),
        Column("佐证清单", "evidence", LINES, 16),
        Column("检查方式", "check_methods", Listed(TEXT), 11),
        Column("适用范围", "only", Scoped(), 13),
        Column("缺项处理", "when_missing", WhenMissing()),
        Column("不适用时", "when_not_applicable", words.ABSENT, 10),
    ),
    kind="item",
    of_star=True,
    needed=True,
)
BOTTOM_LINES = Table(
    "底线标准",
    "bottom_lines",
    (
        STAR,
        NAME,
        CODE,
        CLAUSE,
        Column("答复部门", "source_office", Reference("office")),
        LINE_KIND,
        LINE_PARAMETERS,
        Column("触碰后果", "effect", Effect()),
    ),
    of_star=True,
)
GROUPS = Table(
    "小组线",
    "groups",
    (
        STAR,
        NAME,
        CODE,
        Column("评分项", "items", Listed(Reference("item", inside=True)), WIDE),
        RELATION,
        POINTS,
        CLAUSE,
    ),
    of_star=True,
)
LINES_ = Table(
    "分数线",
    "lines",
    (NAME, CODE, Column("对象", "measure", words.MEASURE, NARROW), RELATION, POINTS, CLAUSE),
)
LEVELS = Table(
    "星级",
    "levels",
    (
        Column("星级", "level", WHOLE, NARROW, numeric=True),
        NAME,
        Column("最少星数", "min_stars", WHOLE, NARROW, numeric=True),
        Column("起始分", "from_points", DECIMAL, NARROW, numeric=True),
        CLAUSE,
    ),
    needed=True,
)
PREREQUISITES = Table(
    "星级前提",
    "prerequisites",
    (
        STAR,
        Column("从几级起须有此星", "from_level", WHOLE, numeric=True),
        Column("没有则定为", "otherwise_level", WHOLE, numeric=True),
        CLAUSE,
    ),
)
STAR_PREREQUISITES = Table(
    "星的前提",
    "star_prerequisites",
    (STAR, Column("须同时有", "requires", Reference("star")), CLAUSE),
)
QUOTAS = Table(
    "名额",
    "quotas",
    (
        NAME,
        CODE,
        STAR,
        Column("星级", "level", WHOLE, NARROW, numeric=True),
        Column("范围", "within", words.WITHIN, NARROW),
        PLACES,
        Column("取整", "rounding", words.ROUNDING, NARROW),
        Column("排序", "order", Listed(words.ORDER)),
        Column("并列", "tied", Choice({"none": "都不入选", "all": "都入选"}), 12),
        Column("递补", "refill", Choice({"none": "不递补", "next": "依次递补"}), 12),
        CLAUSE,
    ),
)
LINKAGES = Table(
    "挂钩",
    "linkages",
    (NAME, CODE, KIND, Column("支付方", "payer", Reference("payer")), PARAMETERS, CLAUSE),
)
# In the order of the workbook, and of reading: what declares comes before what refers.
TABLES = (
    DECLARED,
    MEASURES,
    STARS,
    ITEMS,
    BOTTOM_LINES,
    GROUPS,
    LINES_,
    LEVELS,
    PREREQUISITES,
    STAR_PREREQUISITES,
    QUOTAS,
    LINKAGES,
)
# Whose rows go into one list as they are.
PLAIN_TABLES = (MEASURES, LINES_, LEVELS, PREREQUISITES, STAR_PREREQUISITES, QUOTAS, LINKAGES)
