"""The rows of a table of organizations, each understood on its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.registry.divisions.domain import wrong_code
from services.registry.imports.domain.cells import day_of, number_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.reading import Line, Table
from services.registry.organizations.domain.codes import CreditCodeInvalid, check_credit_code
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import Text

LONGEST_CODE = 100
_SHORTEST_NAME, _LONGEST_NAME, _LONGEST_SHORT = 2, 100, 60
_LARGEST_SORT = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row; None is a cell left blank, which changes nothing of what is registered."""

    row: int
    code: str
    parent: str | None
    name: str
    short_name: str
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    founded_on: date
    division_code: str | None
    credit_code: str | None
    sort: int | None


def rows_of(table: Table) -> list[Row]:
    """Return the rows that can be understood; what is wrong goes into the table's faults."""
    first: dict[str, int] = {}
    rows = []
    for line in table.lines:
        if line["code"] and line["code"] in first:
            zh = f"编号“{line['code']}”与第 {first[line['code']]} 行重复，请改正或删去一行"
            table.faults.add(line.row, "code", zh, "the code occurs twice")
        first.setdefault(line["code"], line.row)
        before = table.faults.count
        checked = _checked(line, table.faults)
        complete = all(line[key] for key in ("code", "kind", "sector", "tier"))
        if table.faults.count == before and complete and checked is not None:
            rows.append(checked)
    return rows


def _checked(line: Line, faults: Faults) -> Row | None:
    for key, wrong in _wrong(line):
        faults.say(line.row, key, wrong)
    founded = day_of(line["founded_on"]) if line["founded_on"] else None
    sort = number_of(line["sort"], 0) if line["sort"] else None
    if isinstance(founded, Text):
        faults.say(line.row, "founded_on", founded)
    if isinstance(sort, Text):
        faults.say(line.row, "sort", sort)
    if not isinstance(founded, date) or isinstance(sort, Text):
        return None
    if not all(line[key] for key in ("kind", "sector", "tier")):
        return None
    return Row(
        row=line.row,
        code=line["code"],
        parent=line["parent"] or None,
        name=line["name"],
        short_name=line["short_name"],
        kind=OrganizationKind(line["kind"]),
        sector=Sector(line["sector"]),
        tier=Tier(line["tier"]),
        founded_on=founded,
        division_code=line["division_code"] or None,
        credit_code=line["credit_code"] or None,
        sort=sort,
    )


def _wrong(line: Line) -> Iterator[tuple[str, Text]]:
    if len(line["code"]) > LONGEST_CODE:
        yield "code", Text(f"编号不超过 {LONGEST_CODE} 个字", "the code is too long")
    if line["name"] and not _SHORTEST_NAME <= len(line["name"]) <= _LONGEST_NAME:
        yield "name", Text(f"全称应为 2 至 {_LONGEST_NAME} 个字", "2 to 100 characters")
    if len(line["short_name"]) > _LONGEST_SHORT:
        yield "short_name", Text(f"简称不超过 {_LONGEST_SHORT} 个字", "at most 60 characters")
    if line["division_code"] and (wrong := wrong_code(line["division_code"])):
        yield "division_code", wrong
    if line["credit_code"]:
        try:
            check_credit_code(line["credit_code"])
        except CreditCodeInvalid as problem:
            yield "credit_code", problem.detail
    if line["sort"].isascii() and line["sort"].isdigit() and int(line["sort"]) > _LARGEST_SORT:
        yield "sort", Text("排序应在 0 至 1000000 之间", "at most 1,000,000")
