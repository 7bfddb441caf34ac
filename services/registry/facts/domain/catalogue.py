"""基础数据目录: which facts there are, in what unit, within what bounds, how often, by whom.

What every county fills in is shipped as data (`presets/catalogue.yaml`); a county adds its own
facts, whose codes begin with `local.` so that they never meet a shipped one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.caller import Caller, Role
from shared.contracts.registry import Tier
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

LOCAL = re.compile(r"local\.[a-z][a-z0-9_]{1,40}")
MOST_DECIMALS = 4
# Ten thousand million yuan in fen: more than any village will own.
LARGEST_VALUE = 10**12
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)
FILLERS = (Role.FINANCE, Role.DEPARTMENT, Role.TOWNSHIP, Role.VILLAGE)


class FactCodeUnknown(Invalid):
    """A code that is neither shipped nor defined by the county."""

    slug = "fact-code-unknown"
    title = Text("没有这项基础数据", "No such fact")


class DefinitionUnknown(NotFound):
    """No such definition of the county."""

    slug = "fact-definition-unknown"
    title = Text("目录中没有这一项", "No such definition")


class DefinitionExists(Conflict):
    """The county has defined this code before."""

    slug = "fact-definition-exists"
    title = Text("这个代码已经用过", "The code is taken")


class DefinitionInvalid(Invalid):
    """A definition that contradicts itself."""

    slug = "fact-definition-invalid"
    title = Text("目录项有误", "Invalid definition")


class Frequency(StrEnum):
    """How often a value is due."""

    CHANGE = "change"  # 变动时
    MONTH = "month"  # 每月
    QUARTER = "quarter"  # 每季度
    YEAR = "year"  # 每年


@dataclass(frozen=True)
class Definition:
    """One fact: a value is an integer of 10^-`decimals` units, bounds in the same integers."""

    code: str
    name: str
    unit: str
    decimals: int
    minimum: int
    maximum: int
    every: Frequency
    tiers: tuple[Tier, ...]
    filled_by: Role | None = None
    department: str | None = None
    derived: bool = False
    id: UUID | None = None
    county_id: UUID | None = None
    retired_on: date | None = None
    version: int = 1

    def fills(self, caller: Caller) -> bool:
        """Whether the caller is one of those who fill it in, wherever that may be."""
        if caller.has(*KEEPERS):
            return True
        if self.filled_by is None or not caller.has(self.filled_by):
            return False
        return self.department is None or self.department in caller.departments(self.filled_by)

    def fault(self, value: int, valid_from: date) -> tuple[str, Text] | None:
        """Return which field of an entry breaks this definition, and how; None if none does."""
        if self.derived:
            zh = f"“{self.name}”由系统根据台账自动计算，不需要填报，请删去此项"
            return "code", Text(zh, "computed by the system: nobody fills it in")
        if self.retired_on is not None and valid_from >= self.retired_on:
            zh = f"“{self.name}”自 {self.retired_on} 起停用，不再填报"
            return "code", Text(zh, f"retired on {self.retired_on}")
        if not self.minimum <= value <= self.maximum:
            low, high = self.shown(self.minimum), self.shown(self.maximum)
            zh = f"“{self.name}”应在 {low} 至 {high} {self.unit}之间，请核对单位和位数"
            return "value", Text(zh, f"must lie between {self.minimum} and {self.maximum}")
        return None

    def shown(self, value: int) -> str:
        """Write an integer value in the definition's unit, exactly."""
        whole, rest = divmod(value, 10**self.decimals)
        return f"{whole}.{rest:0{self.decimals}d}" if self.decimals else str(whole)


class Catalogue:
    """What is shipped for all counties, together with what counties have defined."""

    def __init__(self, shipped: Iterable[Definition], own: Iterable[Definition] = ()) -> None:
        """Index the definitions; a county's own are valid in that county only."""
        self._shipped = {each.code: each for each in shipped}
        self._own = {(each.county_id, each.code): each for each in own}

    def find(self, code: str, county_id: UUID | None) -> Definition | None:
        """Return what the code means in a county, or None."""
        return self._shipped.get(code) or self._own.get((county_id, code))

    def require(
        self, codes: Sequence[str], counties: Iterable[UUID | None], pointer: str
    ) -> list[Definition]:
        """Return what the codes mean in these counties; FactCodeUnknown names every unknown one."""
        places = set(counties)
        meant = [[found for c in places if (found := self.find(code, c))] for code in codes]
        text = Text("目录中没有这个代码，请先查询基础数据目录", "not in the catalogue")
        faults = tuple(
            Fault(pointer.format(place), text) for place, found in enumerate(meant) if not found
        )
        if faults:
            raise FactCodeUnknown(
                f"有 {len(faults)} 个数据代码不在目录中，请查询 /v1/fact-definitions 后改正。",
                f"{len(faults)} codes are not in the catalogue: see /v1/fact-definitions.",
                faults=faults,
            )
        return [each for found in meant for each in found]


def check_definition(definition: Definition) -> None:
    """Raise DefinitionInvalid naming every contradiction of a county's own definition."""
    faults = []
    if not LOCAL.fullmatch(definition.code):
        zh = "本县自设的代码应以 local. 开头，后接小写字母、数字或下划线，如 local.greenhouses"
        faults.append(Fault("/body/code", Text(zh, "must look like local.greenhouses")))
    if definition.minimum > definition.maximum:
        faults.append(Fault("/body/minimum", Text("最小值大于最大值", "above the maximum")))
    if definition.filled_by is not None and definition.filled_by not in FILLERS:
        zh = "填报人只能是村、乡镇、部门或财政；组织部总是可以填报"
        faults.append(Fault("/body/filled_by", Text(zh, "not a role that fills in facts")))
    if definition.department is not None and definition.filled_by is not Role.DEPARTMENT:
        zh = "只有由部门填报的数据才写部门代码"
        faults.append(Fault("/body/department", Text(zh, "only with filled_by department")))
    if faults:
        raise DefinitionInvalid(
            "目录项有误，请按 errors 逐处改正，本次没有保存。",
            "The definition contradicts itself: see errors; nothing was saved.",
            faults=tuple(faults),
        )
