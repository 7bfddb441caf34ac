"""What a file would do, or has done, to the register; and what its sender says of it as a whole."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Summary:
    """How many rows were new, said something new, or were known already; in which counties."""

    rows: int
    created: int
    changed: int
    unchanged: int
    counties: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Options:
    """What holds for all rows: from when changes hold, whence the data come, whose codes.

    `system` names the numbering that the codes of organizations belong to: another system's
    own, or none in particular.
    """

    effective_on: date | None = None
    source: str = ""
    system: str = "import"
