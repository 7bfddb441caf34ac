"""What a parameter cell may hold for each kind: settings by name, and rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.scoring.kernel.annex.cells import Codec
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.rows import Content, Row
from services.scoring.kernel.annex.signs import Entry, UnreadableError, entries


@dataclass(frozen=True)
class Setting:
    """One `名称=值` of a cell; what is not written is not said."""

    label: str
    key: str
    codec: Codec


@dataclass(frozen=True)
class Form:
    """The parameters of one kind: its settings and the list that its other entries make."""

    settings: Sequence[Setting] = ()
    list_key: str = ""
    row: Row | None = None
    said: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Know the labels, which rows cannot begin with."""
        object.__setattr__(self, "said", frozenset(one.label for one in self.settings))

    @property
    def labels(self) -> dict[str, str]:
        """What a clerk calls the keys of the document that a cell of this form gives."""
        rows = {} if self.row is None else {self.list_key: self.row.example}
        return {one.key: f"{one.label}=…" for one in self.settings} | rows

    def write(self, content: Content, names: Names) -> str:
        """Return the cell, one entry a line."""
        lines = [
            f"{one.label}={one.codec.write(content[one.key], names)}"
            for one in self.settings
            if one.key in content
        ]
        if self.row is not None:
            lines += [self._line(row, names, self.row) for row in content.get(self.list_key, ())]
        return "\n".join(lines)

    def read(self, raw: str, names: Names) -> tuple[Content, list[str]]:
        """Return what the cell says, and a sentence for each entry that cannot be read."""
        content: Content = {}
        rows: list[Any] = []
        wrong: list[str] = []
        for entry in entries(raw):
            try:
                self._take(entry, names, content, rows)
            except UnreadableError as error:
                wrong.append(str(error))
        return content | ({self.list_key: rows} if rows else {}), wrong

    def _take(self, entry: Entry, names: Names, content: Content, rows: list[Any]) -> None:
        setting = next((one for one in self.settings if one.label == entry.left), None)
        if setting is not None:
            if setting.key in content:
                raise UnreadableError(f"“{setting.label}”写了两次")
            if not entry.right:
                raise UnreadableError(f"“{setting.label}”后面缺少内容，请写成“{setting.label}=…”")
            content[setting.key] = setting.codec.read(entry.right, names)
        elif self.row is None:
            known = "、".join(f"{one.label}=…" for one in self.settings)
            other = f"可以写：{known}" if known else "这种办法不写参数"
            raise UnreadableError(f"“{entry.left}”不是这里的参数，{other}")
        else:
            rows.append(self.row.read(entry, names))

    def _line(self, row: Content, names: Names, codec: Row) -> str:
        line = codec.write(row, names)
        return f"\\{line}" if entries(line)[0].left in self.said else line
