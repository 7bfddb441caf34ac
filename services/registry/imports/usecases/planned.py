"""What a trial run leaves to be done: how much it is, and how it is written."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.summary import Summary
from shared.context import Work

# Rows written at once; progress is shown after each.
CHUNK = 2_000
Progress = Callable[[int], Awaitable[None]]


class Planned(Protocol):
    """A file that has been compared with the register and has no faults."""

    @property
    def summary(self) -> Summary:
        """How many rows are new, change something, or are known."""

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Write all of it within the open transaction, telling how many rows are done."""
