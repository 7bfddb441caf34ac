"""What is compared: parts of a policy, and what each of them says."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """One thing that a part says: its value is compared, its text is read.

    `key` says which statement it is; where no key is the same, statements of one `alias` are.
    `listed` are the single texts of a list. Statements of one `rows` have an order of their own.
    `code` tells two values apart that people write alike. `plain` texts need no label; `joint`
    stands between label and text.
    """

    key: Hashable
    label: str
    value: object
    text: str
    alias: Hashable = None
    listed: tuple[str, ...] | None = None
    rows: str = ""
    code: str = ""
    plain: bool = False
    joint: str = ""

    @property
    def told(self) -> str:
        """The statement by itself, as it stands in a list of several."""
        return self.text if self.plain else f"{self.label}{self.joint}{self.text}"


@dataclass(frozen=True)
class Judging:
    """How a part is judged or paid: the kind, and what the kind lets it say."""

    label: str
    kind: str
    name: str
    statements: tuple[Statement, ...]

    @property
    def told(self) -> str:
        """Kind and contents in one."""
        said = "；".join(one.told for one in self.statements)
        return f"“{self.name}”，{said}" if said else f"“{self.name}”"


@dataclass(frozen=True)
class Part:
    """One row of the annex, or one group of its single settings.

    `key` and `alias` as in a statement; parts of one `scope` have an order of their own.
    `what` is the kind of part; `name` and `star` are as people call them.
    """

    sheet: str
    key: Hashable
    what: str
    code: str
    name: str
    statements: tuple[Statement, ...]
    alias: Hashable = None
    scope: Hashable = ""
    star: str = ""
    clause: str = ""
    page: str = ""
    judging: Judging | None = None
    single: bool = False
