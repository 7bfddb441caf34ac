"""What is wrong with a file: every place at once, by row and by the column's own title."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.registry.divisions.domain import FAULTS_SHOWN, ImportRejected
from shared.errors import Fault, Text


@dataclass
class Faults:
    """Faults as they are found; all are counted and the first thousand rows' are kept.

    `titles` say what each column is called in this very file.
    """

    titles: Mapping[str, str]
    found: list[tuple[int, str, Text]] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, key: str, zh: str, en: str) -> None:
        """Remember that a cell is wrong, and what to do about it."""
        self.say(row, key, Text(zh, en))

    def say(self, row: int, key: str, text: Text) -> None:
        """Remember a fault that has been put into words elsewhere."""
        self.count += 1
        if self.count <= FAULTS_SHOWN:
            self.found.append((row, self.titles.get(key, key), text))

    def require_none(self) -> None:
        """Raise ImportRejected with every fault, in the order of the rows."""
        if self.count:
            raise rejected(self)


def rejected(faults: Faults) -> ImportRejected:
    """Return the problem that names the faults, at most the first thousand of them."""
    shown = sorted(faults.found, key=lambda fault: fault[0])
    return ImportRejected(
        f"文件中有 {faults.count} 处错误，请按 errors 中的行号和列名逐处改正后重新上传；"
        "本次没有保存任何一行。",
        f"The file has {faults.count} faults, listed by row and column; nothing was saved.",
        faults=tuple(Fault(f"row {row}, column {name}", text) for row, name, text in shown),
        fault_count=faults.count,
    )
