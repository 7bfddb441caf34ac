"""两新 units from a table."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.registry.coverage.domain.states import State
from services.registry.coverage.domain.units import Unit
from services.registry.coverage.store import states as state_store
from services.registry.coverage.store import units as store
from services.registry.divisions import store as divisions
from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.coverage.ledger import Ledger, Stored
from services.registry.imports.domain.coverage.plan import Plan, Planner
from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.places import Places
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options, Summary
from services.registry.imports.usecases.naming import places_of
from services.registry.imports.usecases.planned import CHUNK, Progress
from services.registry.organizations import store as organizations
from shared.context import Work
from shared.tables import new_id


@dataclass(frozen=True)
class Coverage:
    """A table of units, compared with the ledger."""

    plan: Plan
    rows: int

    @property
    def summary(self) -> Summary:
        """How many units are new, are called or stand otherwise, or are known so already."""
        touched: list[Unit | State] = [*self.plan.made, *self.plan.corrected, *self.plan.states]
        return Summary(
            rows=self.rows,
            created=len(self.plan.made),
            changed=self.plan.changed,
            unchanged=self.plan.known - self.plan.changed,
            counties=frozenset(each.county_id for each in touched),
        )

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Register and correct the units, and add to the ledger what is said of them."""
        made, states = self.plan.made, self.plan.states
        for start in range(0, len(made), CHUNK):
            await store.add(work.session, made[start : start + CHUNK])
            await progress((start + CHUNK) // 2)
        for unit in self.plan.corrected:
            await store.update(work.session, unit)
        for start in range(0, len(states), CHUNK):
            await state_store.add(work.session, states[start : start + CHUNK])
            await progress(start + CHUNK)
        for county_id in self.summary.counties:
            await self._record(work, of, county_id)

    async def _record(self, work: Work, of: Import, county_id: UUID) -> None:
        named: dict[str, Sequence[Unit | State]] = {
            "made": self.plan.made,
            "corrected": self.plan.corrected,
            "states": self.plan.states,
        }
        after = {
            name: [str(each.id) for each in found if each.county_id == county_id]
            for name, found in named.items()
        }
        await work.audit(
            "coverage.import",
            "organization",
            county_id,
            county_id=county_id,
            after={"import": str(of.id), "file_hash": of.file_hash} | after,
        )


async def hold(work: Work) -> None:
    """Let nobody write the ledger between the comparison and its end."""
    await store.lock_all(work.session)


async def plan(work: Work, table: Table, options: Options) -> Coverage:
    """Compare a table with the ledger; ImportRejected names every fault."""
    named = ("organization", "branch")
    places = await places_of(work, table, options, Kind.COVERAGE, named)
    ledger, places = await _ledger(work, table, places)
    moment, sender = work.moment, work.caller.user_id
    planner = Planner(places, ledger, table.faults, sender, moment.real, moment.today, new_id)
    planned = await asyncio.to_thread(planner.run, table.lines)
    table.faults.require_none()
    return Coverage(planned, len(table.lines))


async def _ledger(work: Work, table: Table, places: Places) -> tuple[Ledger, Places]:
    session, lines = work.session, table.lines
    branches = {
        each.id for line in lines if line["branch"] for each in places.named(line["branch"])
    }
    counties = {each.county_id or each.id for each in places.organizations.values()}
    codes = {line["credit_code"] for line in lines} - {""}
    covered = await state_store.of_covered(session, branches)
    ids = {found for line in lines if (found := id_of(line["unit"])) is not None}
    alike = await store.alike(session, counties, places.organizations, codes)
    known = {unit.id: unit for unit in alike} | await store.find_all(session, {*ids, *covered})
    stored = Stored(
        units=known,
        states=await state_store.of_units(session, known),
        divisions=await divisions.current(session, {line["division_code"] for line in lines}),
    )
    # Where the known units lie now, to tell whether the sender may move them.
    lying = await organizations.find_all(session, {unit.organization_id for unit in known.values()})
    return Ledger(stored), places.with_more(lying)
