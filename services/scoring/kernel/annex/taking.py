"""Taking rows into the plain document: every value with its cell, every fault in the grid."""

from typing import Any

from services.scoring.kernel.annex.forms import Form
from services.scoring.kernel.annex.grid import Grid, Line
from services.scoring.kernel.annex.kinds import KINDS, kind_of
from services.scoring.kernel.annex.names import Names, code_of
from services.scoring.kernel.annex.signs import UnreadableError
from services.scoring.kernel.annex.tables import CODE, STAR, Column, Table
from services.scoring.kernel.phrases import SENTENCES
from services.scoring.kernel.spots import DocumentFault, Place, Spot, dotted

Content = dict[str, Any]
_NOT_HERE = "这一行不填写这一列，请清空"


class Taker:
    """What has been declared so far, and where each part of the document stands."""

    def __init__(self, grid: Grid) -> None:
        """Start with the codes that people wrote."""
        self.grid = grid
        self.names = Names()
        self.spots: dict[Place, Spot] = {}
        self._labels: dict[str, str] = {}
        self._taken = {
            code
            for lines in grid.lines.values()
            for line in lines
            if (code := line.cells.get(CODE.title))
        }

    def row(self, table: Table, line: Line, place: Place) -> Content:
        """Return the single values of a row; a row with a name gets a code where it has none."""
        entry: Content = {}
        self.spots[place] = line.spot
        for column in table.columns:
            if not column.ignored:
                self.note((*place, column.key), line.at(column), column.title)
                self.cell(column, line.text(column), place, entry)
        if CODE in table.columns and "name" in entry and CODE.key not in entry:
            entry[CODE.key] = code_of(entry["name"], self._taken)
            self._taken.add(entry[CODE.key])
        return entry

    def cell(self, column: Column, raw: str, place: Place, entry: Content) -> None:
        """Take one cell that says something into its entry."""
        if not raw:
            return
        try:
            entry[column.key] = column.codec.read(raw, self.names)
        except UnreadableError as error:
            self.grid.refuse(self.spots[(*place, column.key)], str(error))

    def judged(
        self, group: str, columns: tuple[Column, Column], line: Line, place: Place
    ) -> Content | None:
        """Return kind and parameters of a rule or linkage; None where there is no such kind."""
        kind, _ = columns
        self.note((*place, "kind"), line.at(kind), kind.title)
        try:
            chosen = kind_of(group, line.text(kind))
        except UnreadableError as error:
            self.grid.refuse(line.at(kind), str(error))
            return None
        return {"kind": chosen} | self.form(KINDS[group][chosen], columns, line, place)

    def form(self, form: Form, columns: tuple[Column, Column], line: Line, place: Place) -> Content:
        """Return what the parameter cell says by this form."""
        _, parameters = columns
        content, wrong = form.read(line.text(parameters), self.names)
        for key, label in form.labels.items():
            self.note((*place, key), line.at(parameters), label)
        for zh in wrong:
            self.grid.refuse(line.at(parameters), zh)
        return content

    def star(self, line: Line, stars: list[Content]) -> int | None:
        """Return which star a row belongs to, or refuse it."""
        raw = line.text(STAR)
        try:
            code = self.names.code("star", raw)
        except UnreadableError as error:
            self.grid.refuse(line.at(STAR), str(error) if raw else "缺少星，每一行都要填写")
            return None
        codes = [star.get("code") for star in stars]
        if code in codes:
            return codes.index(code)
        self.grid.refuse(line.at(STAR), f"工作表“星”里没有“{raw}”")
        return None

    def name(self, kind: str, entry: Content) -> None:
        """Let later rows name what this one declares."""
        if "code" in entry and "name" in entry:
            self.names.add(kind, entry["code"], entry["name"])

    def note(self, place: Place, spot: Spot, label: str) -> None:
        """Remember where a part stands and what its column is called."""
        self.spots[place] = spot
        self._labels[dotted(place)] = label

    def labelled(self, fault: DocumentFault) -> DocumentFault:
        """Return a fault of the grammar in the words of the sheets."""
        where = fault.where
        while where and where not in self._labels:
            where = where.rpartition(".")[0]
        label = self._labels.get(where)
        said = _NOT_HERE if fault.zh == SENTENCES["extra_forbidden"] else fault.zh
        zh = f"“{label}”：{said}" if label else fault.zh
        return DocumentFault(fault.spot, fault.where, zh)
