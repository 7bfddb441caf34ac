"""Facts from a table."""

import asyncio
from dataclasses import dataclass

from services.registry.facts.store import catalogue
from services.registry.facts.store import ledger as store
from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options, Summary
from services.registry.imports.domain.values import Plan, Planner
from services.registry.imports.usecases.naming import places_of
from services.registry.imports.usecases.planned import CHUNK, Progress
from shared.context import Work
from shared.tables import new_id


@dataclass(frozen=True)
class Facts:
    """A table of facts, compared with the ledger."""

    plan: Plan
    rows: int

    @property
    def summary(self) -> Summary:
        """How many rows are new, correct a value of the same day, or are known."""
        return Summary(
            rows=self.rows,
            created=len(self.plan.entries) - self.plan.corrected,
            changed=self.plan.corrected,
            unchanged=self.plan.known,
            counties=frozenset(each.county_id for each in self.plan.entries),
        )

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Add the entries to the ledger; it says itself who filled them in."""
        entries = self.plan.entries
        for start in range(0, len(entries), CHUNK):
            await store.add(work.session, entries[start : start + CHUNK])
            await progress(start + CHUNK)
        for county_id in self.summary.counties:
            mine = [str(each.id) for each in entries if each.county_id == county_id]
            after = {"import": str(of.id), "file_hash": of.file_hash, "facts": mine}
            await work.audit(
                "fact.import", "organization", county_id, county_id=county_id, after=after
            )


async def hold(_: Work) -> None:
    """Nothing to hold: the ledger only grows, and the last entry counts."""


async def plan(work: Work, table: Table, options: Options) -> Facts:
    """Compare a table with the ledger; ImportRejected names every fault."""
    places = await places_of(work, table, options, Kind.FACTS)
    counties = {each.county_id for each in places.organizations.values()}
    known = await catalogue.catalogue(work.session, counties)
    said = {line["code"] for line in table.lines}
    stored = await store.last_entered(work.session, places.organizations, said)
    planner = Planner(places, known, stored, work.caller, work.moment.real, table.faults, new_id)
    planned = await asyncio.to_thread(planner.run, table.lines)
    table.faults.require_none()
    return Facts(planned, len(table.lines))
