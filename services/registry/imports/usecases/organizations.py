"""Organizations from a table: founded, renamed, moved, and called by the sender's codes."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.kinds import SENDERS, Kind
from services.registry.imports.domain.organizations.changes import REASON, outcomes
from services.registry.imports.domain.organizations.lines import Row, rows_of
from services.registry.imports.domain.organizations.plan import Plan, Planner
from services.registry.imports.domain.organizations.register import Register
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options, Summary
from services.registry.imports.store import codes
from services.registry.imports.usecases.planned import CHUNK, Progress
from services.registry.organizations import store
from services.registry.organizations.domain.events import Action, Event, Outcome, Part
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.timeline import first_period
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import current, feed, periods
from services.registry.organizations.store import events as event_store
from shared.caller import Role
from shared.context import Work
from shared.contracts.registry import OrganizationChanged
from shared.tables import new_id

_SENDERS = SENDERS[Kind.ORGANIZATIONS]


@dataclass(frozen=True)
class Organizations:
    """A table of organizations, compared with the register."""

    plan: Plan
    outcomes: list[Outcome]
    register: Register
    rows: int

    @property
    def summary(self) -> Summary:
        """How many rows are new, change something, or are known."""
        changed = self.plan.changed
        counties = {each.county_id for each in self.plan.made}
        counties |= {self.register.forest.organizations[each].county_id for each in changed}
        return Summary(
            rows=self.rows,
            created=len(self.plan.made),
            changed=len(changed),
            unchanged=self.plan.known - len(changed),
            counties=frozenset(each for each in counties if each is not None),
        )

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Found, correct, rename and move, and tell each county's followers once."""
        await _found(work, self.plan.made, progress)
        counties = {each.id: each.county_id or each.id for each in self.plan.made}
        await codes.add(work.session, of.options.system, counties, self.plan.codes)
        await _correct(work, self.plan.corrected.values())
        moment = work.moment
        for outcome in self.outcomes:
            await event_store.carry_out(
                work.session, outcome, work.caller.user_id, moment.today, moment.real
            )
        await progress(self.rows)
        await self._tell(work, of)

    async def _tell(self, work: Work, of: Import) -> None:
        stored = self.register.forest.organizations
        touched = [*self.plan.made, *(stored[each] for each in self.plan.changed)]
        for county_id in self.summary.counties:
            mine = [each.id for each in touched if each.county_id == county_id]
            made = sum(each.county_id == county_id for each in self.plan.made)
            await work.audit(
                "organization.import",
                "organization",
                county_id,
                county_id=county_id,
                after={
                    "import": str(of.id),
                    "file_hash": of.file_hash,
                    "created": made,
                    "changed": [str(each) for each in mine[made:]],
                },
            )
            await work.emit(OrganizationChanged(count=len(mine)), county_id, county_id)


async def plan(
    work: Work, table: Table, options: Options, senders: Sequence[Role] = _SENDERS
) -> Organizations:
    """Compare a table with the register; ImportRejected names every fault.

    What the caller reaches as one of the `senders` is what the table may name.
    """
    rows = await asyncio.to_thread(rows_of, table)
    on = options.effective_on or work.moment.today
    register = await _register(work, rows, options, on, senders)
    everywhere = sight_of(work.caller, *senders).everywhere
    planner = Planner(register, table.faults, everywhere, new_id)
    planned = await asyncio.to_thread(planner.run, rows)
    found: list[Outcome] = []
    if not table.faults.count:
        found = await _outcomes(work, planned, on, table.faults)
    table.faults.require_none()
    return Organizations(planned, found, register, len(table.lines))


async def _register(
    work: Work, rows: Collection[Row], options: Options, on: date, senders: Sequence[Role]
) -> Register:
    said = {code for row in rows for code in (row.code, row.parent) if code is not None}
    named = {row.division_code for row in rows if row.division_code is not None}
    return await register_of(work, said, named, options, on, senders)


async def register_of(
    work: Work,
    said: Collection[str],
    named: Collection[str],
    options: Options,
    on: date,
    senders: Sequence[Role],
) -> Register:
    """Return what is known of these codes of organizations and of divisions."""
    session = work.session
    ids = {found for code in said if (found := id_of(code)) is not None}
    known = await codes.known(session, options.system, said)
    ids |= {each for found in known.values() for each in found}
    places = await divisions.current(session, named)
    sight = sight_of(work.caller, *senders)
    return Register(
        forest=await periods.forest(session, [], ids, on),
        codes=known,
        divisions=places,
        places=await store.living_of_divisions(session, [each.id for each in places.values()]),
        reach=await store.reach(session, sight),
    )


async def _outcomes(work: Work, planned: Plan, on: date, faults: Faults) -> list[Outcome]:
    named = {*planned.renamed, *(parent for _, parent in planned.moved.values())}
    if not named:
        return []
    forest = await periods.forest(work.session, planned.moved, named, on)
    return outcomes(planned, forest, on, faults, new_id)


async def hold(work: Work) -> None:
    """Be the only one who changes organizations, on a register that shows what holds today."""
    await store.serialise_writers(work.session)
    if not await feed.is_settled(work.session, work.moment.today):
        await feed.settle(work.session, work.moment.today, work.moment.real)


async def _found(work: Work, made: list[Organization], progress: Progress) -> None:
    """Write new organizations, parents first; their versions are the other half of the work."""
    now = work.moment.real
    for start in range(0, len(made), CHUNK):
        await current.insert(work.session, made[start : start + CHUNK], now)
        await progress((start + CHUNK) // 2)
    by_county: dict[UUID | None, list[Organization]] = {}
    for each in made:
        by_county.setdefault(each.county_id, []).append(each)
    done = 0
    for county_id, mine in by_county.items():
        founded = min(each.founded_on for each in mine)
        parts = {each.id: Part.MADE for each in mine}
        event = Event(new_id(), county_id, Action.FOUND, founded, REASON, parts)
        await event_store.add(work.session, event, work.caller.user_id, now)
        for start in range(0, len(mine), CHUNK):
            chunk = mine[start : start + CHUNK]
            await periods.begin(work.session, [first_period(each, event.id) for each in chunk])
            done += len(chunk)
            await progress((len(made) + done) // 2)


async def _correct(work: Work, corrected: Iterable[Organization]) -> None:
    """Enter credit codes and places in the order where they stand, as declared corrections."""
    now, today = work.moment.real, work.moment.today
    for each in corrected:
        after = replace(each, version=each.version + 1)
        await store.update(work.session, after, now)
        parts = {each.id: Part.SUBJECT}
        event = Event(new_id(), each.county_id, Action.CORRECT, today, REASON, parts)
        await event_store.add(work.session, event, work.caller.user_id, now)
