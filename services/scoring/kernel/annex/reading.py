"""From the sheets of an annex to a policy: everything wrong at once, each with its cell."""

from services.scoring.kernel.annex import settings, tables
from services.scoring.kernel.annex.grid import Line, read_grid
from services.scoring.kernel.annex.phrases import places_of
from services.scoring.kernel.annex.signs import UnreadableError
from services.scoring.kernel.annex.starred import read_items, read_of_stars
from services.scoring.kernel.annex.tables import LISTS, Column, Table
from services.scoring.kernel.annex.taking import Content, Taker
from services.scoring.kernel.spots import (
    DocumentError,
    DocumentFault,
    Place,
    Spot,
    Written,
    dotted,
    understood,
)

_ORDER = (settings.SHEET, *(table.sheet for table in tables.TABLES))
_SHEETS = {sheet: place for place, sheet in enumerate(_ORDER)}
_GROUP, _LABEL, _CONTENT = (Column(title, title) for title in settings.TITLES)


def read_annex(content: bytes, name: str) -> Written:
    """Return the policy of an xlsx annex and the cell of each part.

    `DocumentError` names every mistake with sheet, row and column; SheetUnreadable and
    SheetTooLarge say that it is no workbook at all.
    """
    taker = Taker(read_grid(content, name))
    document = _document(taker)
    faults = taker.grid.faults
    refused = {fault.spot for fault in faults}
    try:
        policy = understood(document, taker.spots)
    except DocumentError as error:
        others = [taker.labelled(one) for one in error.faults if one.spot not in refused]
        raise DocumentError(_sorted([*faults, *others])) from None
    if faults:
        raise DocumentError(_sorted(faults))
    return Written(policy, {dotted(place): spot for place, spot in taker.spots.items()})


def _sorted(faults: list[DocumentFault]) -> tuple[DocumentFault, ...]:
    def order(one: DocumentFault) -> tuple[int, int, int]:
        return _SHEETS.get(one.spot.sheet, len(_SHEETS)), one.spot.row, one.spot.column

    return tuple(sorted(dict.fromkeys(faults), key=order))


def _document(taker: Taker) -> Content:
    """Return the plain document; what cannot be read is left out and stands in the faults."""
    found = _settings(taker)
    found |= {key: [] for key in LISTS} | {one.key: [] for one in tables.PLAIN_TABLES}
    found["stars"] = []
    for line in taker.grid.of(tables.DECLARED.sheet):
        _declare(taker, line, found)
    for table in (tables.MEASURES, tables.STARS):
        _rows(taker, table, found)
    for star in found["stars"]:
        star |= {"items": [], "bottom_lines": [], "groups": []}
    read_items(taker, found["stars"])
    for table in (tables.BOTTOM_LINES, tables.GROUPS):
        read_of_stars(taker, table, found["stars"])
    for table in tables.PLAIN_TABLES[1:]:
        _rows(taker, table, found)
    return found


def _settings(taker: Taker) -> Content:
    lines = {(line.group, line.label): line for line in settings.LINES_OF_POLICY}
    found: Content = {"notes": []}
    for row in taker.grid.of(settings.SHEET):
        group, label, raw = (row.text(one) for one in (_GROUP, _LABEL, _CONTENT))
        line = lines.pop((group, label), None)
        if line is None:
            zh = f"“{group}·{label}”不是方案的项目，或者写了两次，请对照模板"
            taker.grid.refuse(row.at(_LABEL), zh)
        else:
            _setting(taker, line, row, raw, found)
    for line in lines.values():
        if not line.optional:
            taker.spots[line.path] = Spot(0, 0, settings.SHEET)
            zh = f"缺少一行：类别“{line.group}”，项目“{line.label}”"
            taker.grid.refuse(taker.spots[line.path], zh)
    return found


def _setting(taker: Taker, line: settings.Line, row: Line, raw: str, found: Content) -> None:
    """Take the content of one row to its place; a list may be empty."""
    *groups, key = line.path
    inner = found
    for group in groups:
        inner = inner.setdefault(group, {})
    column = Column(line.label, key, line.codec)
    taker.note(line.path, row.at(_CONTENT), f"{line.group}·{line.label}")
    if column.may_be_empty:
        inner[key] = []
    taker.cell(column, raw, line.path[:-1], inner)


def _declare(taker: Taker, line: Line, found: Content) -> None:
    try:
        key = str(tables.LIST.codec.read(line.text(tables.LIST), taker.names))
    except UnreadableError as error:
        taker.grid.refuse(line.at(tables.LIST), str(error))
        return
    entry = taker.row(tables.DECLARED, line, (key, len(found[key])))
    del entry[tables.LIST.key]
    taker.name(LISTS[key], entry)
    found[key].append(entry)


def _rows(taker: Taker, table: Table, found: Content) -> None:
    for line in taker.grid.of(table.sheet):
        place: Place = (table.key, len(found[table.key]))
        entry = taker.row(table, line, place)
        if table.kind:
            taker.name(table.kind, entry)
        if table is tables.MEASURES and "minimum" in entry and "code" in entry:
            taker.names.lowest[entry["code"]] = entry["minimum"]
        if table is tables.QUOTAS:
            _places(taker, line, place, entry)
        if table is tables.LINKAGES:
            entry = _linkage(taker, line, place, entry)
        found[table.key].append(entry)


def _places(taker: Taker, line: Line, place: Place, entry: Content) -> None:
    entry.pop(tables.PLACES.key, None)
    taker.note(place, line.at(tables.PLACES), tables.PLACES.title)
    try:
        entry |= places_of(line.text(tables.PLACES))
    except UnreadableError as error:
        taker.grid.refuse(line.at(tables.PLACES), str(error))


def _linkage(taker: Taker, line: Line, place: Place, entry: Content) -> Content:
    for key in ("kind", "parameters"):
        entry.pop(key, None)
    judged = taker.judged("linkage", (tables.KIND, tables.PARAMETERS), line, place)
    if judged is None:
        taker.spots[place] = line.at(tables.KIND)
    return entry | (judged or {})
