"""Administrative divisions as a dated list, and the rules of a file that brings them.

Codes change over time (长垣 410728 → 410783), so a code is a dated attribute of a division
and never its key. Clause: GB/T 2260, GB/T 10114 (6+3+3 digits).
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.errors import Fault, Invalid, NotFound, Text

COLUMNS = ("code", "name", "level", "parent_code")
# The parent of provinces in published lists: the country itself, which is no row.
COUNTRY = "100000000000"
LONGEST_NAME = 60
FAULTS_SHOWN = 1_000
_CODE = re.compile(r"[0-9]{12}")


class Level(StrEnum):
    """行政区划层级, from the top down."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"

    @property
    def above(self) -> "Level | None":
        """The level a parent must have; None for a province."""
        order = list(Level)
        place = order.index(self)
        return order[place - 1] if place else None


LEVEL_NAMES = {
    Level.PROVINCE: "省级",
    Level.CITY: "地级",
    Level.COUNTY: "县级",
    Level.TOWN: "乡级",
    Level.VILLAGE: "村级",
}


class ImportRejected(Invalid):
    """A file has faults: every one is named by row and column, and nothing is saved."""

    slug = "import-rejected"
    title = Text("导入的文件有误", "The file cannot be imported")


class DivisionUnknown(NotFound):
    """No division has this code or id on the asked date."""

    slug = "division-unknown"
    title = Text("没有这个行政区划", "No such division")


@dataclass(frozen=True)
class Division:
    """One division as it is on a date; `valid_from` is the first day of these attributes."""

    id: UUID
    code: str
    name: str
    level: Level
    parent_id: UUID | None
    valid_from: date
    valid_until: date | None
    source: str


@dataclass(frozen=True)
class Line:
    """One row of the file; `row` counts as a spreadsheet does (the header is row 1)."""

    row: int
    code: str
    name: str
    level: str
    parent_code: str


def read_lines(content: bytes) -> list[Line]:
    """Read a CSV in UTF-8 or GB18030; ImportRejected when it is no such table."""
    reader = csv.reader(io.StringIO(_decode(content)), strict=True)
    try:
        rows = [(n, [cell.strip() for cell in row]) for n, row in enumerate(reader, 1)]
    except csv.Error as error:
        raise rejected(
            [_fault(reader.line_num, "code", f"不是有效的 CSV（{error}）", f"not CSV: {error}")]
        ) from error
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise rejected(
            [
                _fault(
                    1,
                    "code",
                    "首行应为 code,name,level,parent_code",
                    "the header must be these four",
                )
            ]
        )
    filled = [(number, row) for number, row in rows[1:] if any(row)]
    wide = [
        _fault(number, "code", f"应为 4 列，实为 {len(row)} 列", f"4 columns, not {len(row)}")
        for number, row in filled
        if len(row) != len(COLUMNS)
    ]
    if wide or not filled:
        raise rejected(wide or [_fault(2, "code", "文件中没有数据行", "the file has no rows")])
    return [Line(number, *row) for number, row in filled]


def check(lines: Iterable[Line], known: Mapping[str, Level]) -> None:
    """Raise ImportRejected with every fault of the file; `known` are divisions already stored."""
    rows = list(lines)
    levels = dict(known) | {line.code: Level(line.level) for line in rows if _is_level(line)}
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for line in rows:
        faults += _own_faults(line)
        if line.code in first:
            zh = f"代码 {line.code} 与第 {first[line.code]} 行重复，请删去其中一行"
            faults.append(_fault(line.row, "code", zh, f"same code as row {first[line.code]}"))
        first.setdefault(line.code, line.row)
        faults += _parent_faults(line, levels, known)
    if faults:
        raise rejected(faults)


def check_dates(lines: Iterable[Line], stored: Mapping[str, Division], begin: date) -> None:
    """Raise ImportRejected where a file of an older date contradicts what is stored since."""
    faults = [
        _fault(
            line.row,
            "name",
            f"该代码自 {known.valid_from} 起已登记为“{known.name}”，请改用不早于此的 valid_from",
            f"stored as {known.name} since {known.valid_from}: use a later valid_from",
        )
        for line in lines
        if (known := stored.get(line.code)) is not None
        and known.name != line.name
        and begin < known.valid_from
    ]
    if faults:
        raise rejected(faults)


def _own_faults(line: Line) -> list[Fault]:
    faults = []
    if not _CODE.fullmatch(line.code):
        zh = f"“{line.code}”不是 12 位数字代码，请用半角数字补足 12 位"
        faults.append(_fault(line.row, "code", zh, "a code is 12 ASCII digits"))
    if not 0 < len(line.name) <= LONGEST_NAME or not line.name.isprintable():
        zh = f"名称必填，不超过 {LONGEST_NAME} 个字，不含换行等不可见字符"
        faults.append(_fault(line.row, "name", zh, f"1 to {LONGEST_NAME} visible characters"))
    if not _is_level(line):
        zh = f"“{line.level}”不是层级，应为 province、city、county、town 或 village"
        faults.append(_fault(line.row, "level", zh, "unknown level"))
    return faults


def _parent_faults(
    line: Line, levels: Mapping[str, Level], known: Mapping[str, Level]
) -> list[Fault]:
    if not _is_level(line):
        return []
    level = Level(line.level)
    if line.code in known and known[line.code] is not level:
        zh = f"代码 {line.code} 已登记为{LEVEL_NAMES[known[line.code]]}，层级不能改变"
        return [_fault(line.row, "level", zh, "a stored division keeps its level")]
    wrong = _wrong_parent(line.parent_code, level.above, levels.get(line.parent_code))
    return [Fault(f"row {line.row}, column parent_code", wrong)] if wrong else []


def _wrong_parent(code: str, wanted: Level | None, found: Level | None) -> Text | None:
    if wanted is None:
        country = code in {"", COUNTRY}
        return None if country else Text(f"省级的上级应留空或填 {COUNTRY}", "must be empty")
    if found is None:
        return Text(
            f"上级代码“{code}”既不在文件中也未登记，请补上该行或改正代码",
            "the parent is neither in the file nor stored",
        )
    if found is not wanted:
        return Text(
            f"上级应为{LEVEL_NAMES[wanted]}，而 {code} 是{LEVEL_NAMES[found]}",
            f"the parent must be a {wanted}, not a {found}",
        )
    return None


def rejected(faults: list[Fault]) -> ImportRejected:
    """Return the problem that names the faults, at most the first thousand of them."""
    return ImportRejected(
        f"文件中有 {len(faults)} 处错误，请按 errors 中的行号和列名逐处改正后重新导入；"
        "本次没有保存任何一行。",
        f"The file has {len(faults)} faults, listed by row and column; nothing was saved.",
        faults=tuple(faults[:FAULTS_SHOWN]),
        fault_count=len(faults),
    )


def _fault(row: int, column: str, zh: str, en: str) -> Fault:
    return Fault(f"row {row}, column {column}", Text(zh, en))


def _is_level(line: Line) -> bool:
    return line.level in set(Level)


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise rejected(
        [_fault(1, "code", "文件编码应为 UTF-8 或 GB18030", "the encoding is neither of these")]
    )


def changed(line: Line, parent_id: UUID | None, current: Division) -> bool:
    """Whether the line says something else than what is stored for its code."""
    return (line.name, parent_id) != (current.name, current.parent_id)


def top_down(lines: Iterable[Line]) -> list[Line]:
    """Return the lines so that every parent stands before its children."""
    order = {level.value: place for place, level in enumerate(Level)}
    return sorted(lines, key=lambda line: (order[line.level], line.code))
