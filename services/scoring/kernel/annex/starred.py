"""The rows that belong to a star: items with their parts, bottom lines, groups."""

from dataclasses import dataclass

from services.scoring.kernel.annex import tables, words
from services.scoring.kernel.annex.grid import Line
from services.scoring.kernel.annex.kinds import RULES
from services.scoring.kernel.annex.tables import Table
from services.scoring.kernel.annex.taking import Content, Taker
from services.scoring.kernel.phrases import KIND_NAMES
from services.scoring.kernel.spots import Place

_COLUMNS = (tables.ITEM_KIND, tables.ITEM_PARAMETERS)
_LINE_COLUMNS = (tables.LINE_KIND, tables.LINE_PARAMETERS)
_OF_PARTS = KIND_NAMES["composite"]


@dataclass(frozen=True)
class _Whole:
    """An item of parts: its row, its place, and the rule that its parts go into."""

    line: Line
    place: Place
    rule: Content


def read_items(taker: Taker, stars: list[Content]) -> None:
    """Fill the items of all stars; a part belongs to the item of parts above it."""
    wholes: list[_Whole] = []
    above: dict[int, _Whole | None] = {}
    for line in taker.grid.of(tables.ITEMS.sheet):
        at = taker.star(line, stars)
        if at is None:
            continue
        if line.text(tables.BLOCK) == words.PART:
            _part(taker, line, above.get(at))
            continue
        above[at] = whole = _item(taker, line, ("stars", at), stars[at]["items"])
        wholes += [whole] if whole else []
    for whole in wholes:
        _caps(taker, whole)


def _item(taker: Taker, line: Line, star: Place, items: list[Content]) -> _Whole | None:
    place: Place = (*star, "items", len(items))
    entry = taker.row(tables.ITEMS, line, place)
    items.append(entry)
    taker.name("item", entry)
    if line.text(tables.ITEM_KIND) != _OF_PARTS:
        _rule(taker, line, place, entry)
        return None
    rule: Content = {"kind": "composite", "parts": []}
    _into(taker, line, place, entry, rule)
    taker.note((*place, "rule", "parts"), line.spot, words.PART)
    return _Whole(line, place, rule)


def _part(taker: Taker, line: Line, whole: _Whole | None) -> None:
    if whole is None:
        zh = f"分项应紧跟在计分办法为“{_OF_PARTS}”的评分项后面"
        taker.grid.refuse(line.at(tables.BLOCK), zh)
        return
    parts = whole.rule["parts"]
    place: Place = (*whole.place, "rule", "parts", len(parts))
    entry = taker.row(tables.ITEMS, line, place)
    del entry["block"]
    parts.append(entry)
    _rule(taker, line, place, entry)


def _rule(taker: Taker, line: Line, place: Place, entry: Content) -> None:
    rule = taker.judged("rule", _COLUMNS, line, (*place, "rule"))
    _into(taker, line, place, entry, rule)


def _into(taker: Taker, line: Line, place: Place, entry: Content, rule: Content | None) -> None:
    """Put the rule into its item, together with the highest points."""
    for key in ("star", "kind", "parameters"):
        entry.pop(key, None)
    most = entry.pop("max_points", None)
    if rule is not None and most is not None:
        rule["max_points"] = most
    entry["rule"] = rule
    taker.spots[(*place, "rule")] = line.at(tables.ITEM_KIND)
    taker.note((*place, "rule", "max_points"), line.at(tables.MOST), tables.MOST.title)


def _caps(taker: Taker, whole: _Whole) -> None:
    """Read an item's inner caps, which name its parts."""
    taker.names.forget("part")
    for part in whole.rule["parts"]:
        taker.name("part", part)
    place: Place = (*whole.place, "rule")
    whole.rule.update(taker.form(RULES["composite"], _COLUMNS, whole.line, place))


def read_of_stars(taker: Taker, table: Table, stars: list[Content]) -> None:
    """Fill the bottom lines, or the groups, of all stars."""
    for line in taker.grid.of(table.sheet):
        at = taker.star(line, stars)
        if at is None:
            continue
        place: Place = ("stars", at, table.key, len(stars[at][table.key]))
        entry = taker.row(table, line, place)
        for key in ("star", "kind", "parameters"):
            entry.pop(key, None)
        if table is tables.BOTTOM_LINES:
            entry["rule"] = taker.judged("bottom", _LINE_COLUMNS, line, (*place, "rule"))
            taker.spots[(*place, "rule")] = line.at(tables.LINE_KIND)
        stars[at][table.key].append(entry)
