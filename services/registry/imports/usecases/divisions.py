"""Divisions from a table: those that are new, and those that are called something else."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import date

from services.registry.divisions import domain, store
from services.registry.divisions.domain import Division, ImportRejected, Line
from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options, Summary
from services.registry.imports.usecases.planned import CHUNK, Progress
from shared.context import Work
from shared.errors import Fault
from shared.tables import new_id

_COLUMN = re.compile(r"(?<=column )\w+$")


@dataclass(frozen=True)
class Divisions:
    """A table of divisions, compared with the stored ones."""

    created: list[Division]
    changed: list[Division]
    begin: date
    rows: int

    @property
    def summary(self) -> Summary:
        """How many rows are new, change something, or are known."""
        unchanged = self.rows - len(self.created) - len(self.changed)
        return Summary(self.rows, len(self.created), len(self.changed), unchanged)

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Write new divisions, and new versions of those that changed."""
        for start in range(0, len(self.created), CHUNK):
            await store.add(work.session, self.created[start : start + CHUNK])
            await progress(start + CHUNK)
        await store.end_versions(work.session, [each.id for each in self.changed], self.begin)
        await store.add_versions(work.session, self.changed)
        if self.created or self.changed:
            after = {
                "import": str(of.id),
                "file_hash": of.file_hash,
                "created": len(self.created),
                "changed": len(self.changed),
                "source": of.options.source,
            }
            await work.audit("division.import", "division", of.id, county_id=None, after=after)


async def plan(work: Work, table: Table, options: Options) -> Divisions:
    """Compare a table with the stored divisions; ImportRejected names every fault."""
    table.faults.require_none()
    lines = [
        Line(line.row, line["code"], line["name"], line["level"], line["parent_code"])
        for line in table.lines
    ]
    stored = await store.current(
        work.session, {code for line in lines for code in (line.code, line.parent_code)}
    )
    begin = options.effective_on or work.moment.today
    try:
        created, changed = await asyncio.to_thread(
            domain.compare, lines, stored, begin, options.source, new_id
        )
    except ImportRejected as problem:
        raise _called_as_in(table, problem) from problem
    return Divisions(created, changed, begin, len(lines))


async def hold(work: Work) -> None:
    """Let one import run at a time."""
    await store.lock_all(work.session)


def _called_as_in(table: Table, problem: ImportRejected) -> ImportRejected:
    """Return the problem with the columns called as in the file."""
    titles = table.faults.titles

    def renamed(fault: Fault) -> Fault:
        pointer = _COLUMN.sub(lambda found: titles.get(found[0], found[0]), fault.pointer)
        return replace(fault, pointer=pointer)

    return ImportRejected(
        problem.detail.zh,
        problem.detail.en,
        faults=tuple(renamed(fault) for fault in problem.faults),
        **problem.extra,
    )
