"""The columns of each kind of table, as the template, the export and the import share them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.registry.coverage.domain.units import UNIT_KINDS
from services.registry.divisions.domain import LEVEL_NAMES
from services.registry.facts.domain.catalogue import Definition
from services.registry.imports.domain.kinds import ORGANIZATION_KINDS, SECTORS, TIERS, Kind
from services.registry.people.domain.terms import POST_NAMES


@dataclass(frozen=True)
class Column:
    """One column: `choices` are the values with the words people pick.

    Others than these are refused at once, unless the choices are `open`.
    """

    key: str
    title: str
    note: str
    required: bool = True
    choices: Mapping[Any, str] = field(default_factory=dict)
    width: int = 16
    open: bool = False


_DAY = "写作 2024-01-15"
_PLACE = (
    Column(
        "organization", "组织编号", "组织的编号：从“组织”表导出，或当初导入时填的编号", width=38
    ),
    Column(
        "organization_name",
        "组织名称",
        "可不填；填了就核对，防止错行",
        required=False,
        width=30,
    ),
)
_DIVISIONS = (
    Column("code", "区划代码", "12 位数字，不足的在末尾补 0"),
    Column("name", "名称", "不超过 60 个字", width=30),
    Column("level", "层级", "从下拉框选", choices=LEVEL_NAMES),
    Column("parent_code", "上级代码", "上级的 12 位代码；省级留空", required=False),
)
_ORGANIZATIONS = (
    Column(
        "code",
        "编号",
        "新组织填自己的编号（以后再导入时凭它认出同一个组织）；已有的组织填导出的编号",
        width=38,
    ),
    Column("parent", "上级编号", "本表中或已登记的编号；县委留空", required=False, width=38),
    Column("name", "全称", "2 至 100 个字，可以重名", width=40),
    Column("short_name", "简称", "不超过 60 个字", width=24),
    Column("kind", "类型", "从下拉框选", choices=ORGANIZATION_KINDS),
    Column("sector", "领域", "从下拉框选", choices=SECTORS),
    Column("tier", "层级", "从下拉框选", choices=TIERS),
    Column("founded_on", "成立日期", _DAY),
    Column(
        "division_code", "区划代码", "12 位数字，已登记的区划；可不填，空白不改", required=False
    ),
    Column(
        "credit_code", "统一社会信用代码", "18 位；没有的留空，空白不改", required=False, width=24
    ),
    Column("sort", "排序", "0 至 1000000 的整数；可不填，空白不改", required=False, width=8),
)
_PEOPLE = (
    *_PLACE,
    Column(
        "person",
        "人员编号",
        "可不填；同一人任几个职务的，几行填同一个编号，已登记的人填导出的编号",
        required=False,
        width=38,
    ),
    Column("name", "姓名", "不超过 50 个字"),
    Column("post", "职务", "从下拉框选", choices=POST_NAMES),
    Column("starts_on", "任职日期", _DAY),
    Column("ends_on", "离任日期", "任职的最后一日；在任的留空", required=False),
)
_FACTS = (
    *_PLACE,
    Column("code", "数据项目", "从下拉框选，或填目录中的代码", width=28, open=True),
    Column("value", "数值", "按项目的单位填写，如金额填元，可带小数"),
    Column("valid_from", "生效日期", f"自该日起有效，{_DAY}"),
    Column("source", "数据来源", "如：县财政局 2026 年报酬表", width=36),
)
_COVERAGE = (
    *_PLACE,
    Column(
        "unit",
        "单位编号",
        "已登记的填导出的编号；新的留空，凭统一社会信用代码或名称认出",
        required=False,
        width=38,
    ),
    Column("name", "单位名称", "2 至 100 个字", width=36),
    Column("kind", "单位类型", "从下拉框选", choices=UNIT_KINDS),
    Column(
        "credit_code", "统一社会信用代码", "18 位；没有的留空，空白不改", required=False, width=24
    ),
    Column("division_code", "区划代码", "所在区划的 12 位代码；可不填，空白不改", required=False),
    Column("employees", "从业人员", "人数"),
    Column("members", "正式党员", "其中的正式党员人数"),
    Column(
        "branch",
        "覆盖党组织编号",
        "覆盖它的党组织的编号；几家共用的须是联合支部，没有的留空",
        required=False,
        width=38,
    ),
    Column("valid_from", "数据日期", f"自该日起如此，{_DAY}"),
)
_COLUMNS = {
    Kind.DIVISIONS: _DIVISIONS,
    Kind.ORGANIZATIONS: _ORGANIZATIONS,
    Kind.PEOPLE: _PEOPLE,
    Kind.FACTS: _FACTS,
    Kind.COVERAGE: _COVERAGE,
}


def columns_of(kind: Kind, facts: Iterable[Definition] = ()) -> tuple[Column, ...]:
    """Return the columns of a kind of table; `facts` are what may be picked in a table of them.

    A fact is picked by its name; one that the catalogue does not offer is judged with its row.
    """
    found = _COLUMNS[kind]
    if kind is not Kind.FACTS:
        return found
    names = {each.code: each.name for each in facts if not each.derived}
    return tuple(replace(each, choices=names) if each.key == "code" else each for each in found)
