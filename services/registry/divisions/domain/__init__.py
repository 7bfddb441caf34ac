"""Administrative divisions as a dated list, and the rules of a file that brings them.

Codes change over time (长垣 410728 → 410783), so a code is a dated attribute of a division
and never its key. Clause: GB/T 2260, GB/T 10114 (6+3+3 digits).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from unicodedata import normalize
from uuid import UUID

from shared.errors import Fault, Invalid, NotFound, Text
from shared.sheets import Row, read_sheet

COLUMNS = ("code", "name", "level", "parent_code")
# The parent of provinces in published lists: the country itself, which is no row.
COUNTRY = "100000000000"
LONGEST_NAME = 60
FAULTS_SHOWN = 1_000
_CODE = re.compile(r"[0-9]{12}")
# Letters that stand in codes copied by hand or by a scanner.
_ALIKE = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5"}


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


def read_lines(content: bytes, name: str = "") -> list[Line]:
    """Read a table of divisions; ImportRejected, or a problem of the file, when it is none."""
    sheet = read_sheet(content, name)
    rows = sheet.rows
    header = next(rows, None)
    if header is None or header.number != 1 or _cells(header, len(header.cells)) != COLUMNS:
        zh = "首行应为 code,name,level,parent_code"
        raise rejected([_fault(1, "code", zh, "the header must be these four")])
    lines, faults = [], []
    for row in rows:
        faults += [fault.named(COLUMNS) for fault in row.faults]
        if len(row.cells) > len(COLUMNS):
            width = len(row.cells)
            zh = f"应为 4 列，实为 {width} 列"
            faults.append(_fault(row.number, "code", zh, f"4 columns, not {width}"))
        lines.append(Line(row.number, *_cells(row, len(COLUMNS))[: len(COLUMNS)]))
    faults += [fault.named(COLUMNS) for fault in sheet.merged]
    if faults or not lines:
        raise rejected(faults or [_fault(2, "code", "文件中没有数据行", "the file has no rows")])
    return lines


def _cells(row: Row, width: int) -> tuple[str, ...]:
    cells = tuple(cell.strip() for cell in row.cells)
    return cells + ("",) * (width - len(cells))


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
    wrong = wrong_code(line.code)
    if wrong is not None:
        faults.append(Fault(f"row {line.row}, column code", wrong))
    if not 0 < len(line.name) <= LONGEST_NAME or not line.name.isprintable():
        zh = f"名称必填，不超过 {LONGEST_NAME} 个字，不含换行等不可见字符"
        faults.append(_fault(line.row, "name", zh, f"1 to {LONGEST_NAME} visible characters"))
    if not _is_level(line):
        zh = f"“{line.level}”不是层级，应为 province、city、county、town 或 village"
        faults.append(_fault(line.row, "level", zh, "unknown level"))
    return faults


def wrong_code(code: str) -> Text | None:
    """Return what is wrong with a code: what a reader of the sheet cannot see comes first."""
    if _CODE.fullmatch(code):
        return None
    plain = normalize("NFKC", code)
    if plain != code and _CODE.fullmatch(plain):
        return Text(
            f"“{code}”含全角数字，请改成半角的 {plain}", f"full-width digits: {plain} is meant"
        )
    for place, sign in enumerate(code, 1):
        if sign.upper() in _ALIKE:
            digit = _ALIKE[sign.upper()]
            zh = f"“{code}”第 {place} 位是字母 {sign}，疑为数字 {digit}，请核对后改正"
            return Text(zh, f"sign {place} is the letter {sign}: probably the digit {digit}")
    if code.isascii() and code.isdigit():
        zh = f"“{code}”有 {len(code)} 位，代码应为 12 位，不足的在末尾补 0"
        return Text(zh, f"{len(code)} digits instead of 12")
    return Text(f"“{code}”不是 12 位数字代码，请用半角数字补足 12 位", "a code is 12 ASCII digits")


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


def changed(line: Line, parent_id: UUID | None, current: Division) -> bool:
    """Whether the line says something else than what is stored for its code."""
    return (line.name, parent_id) != (current.name, current.parent_id)


def compare(
    lines: list[Line],
    stored: Mapping[str, Division],
    begin: date,
    source: str,
    new_id: Callable[[], UUID],
) -> tuple[list[Division], list[Division]]:
    """Return the divisions that a file brings and those it changes, parents first.

    `stored` are the current divisions with the codes of the file. ImportRejected names every
    fault of the file.
    """
    check(lines, {code: each.level for code, each in stored.items()})
    check_dates(lines, stored, begin)
    ids = {code: each.id for code, each in stored.items()}
    created, changes = [], []
    for line in top_down(lines):
        parent_id = ids.get(line.parent_code)
        known = stored.get(line.code)
        division = Division(
            id=known.id if known else new_id(),
            code=line.code,
            name=line.name,
            level=Level(line.level),
            parent_id=parent_id,
            valid_from=begin,
            valid_until=None,
            source=source,
        )
        ids[line.code] = division.id
        if known is None:
            created.append(division)
        elif changed(line, parent_id, known):
            changes.append(division)
    return created, changes


def top_down(lines: Iterable[Line]) -> list[Line]:
    """Return the lines so that every parent stands before its children."""
    order = {level.value: place for place, level in enumerate(Level)}
    return sorted(lines, key=lambda line: (order[line.level], line.code))
