"""People and their posts from a table."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.imports import Import
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.posts import Plan, Planner
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options, Summary
from services.registry.imports.usecases.naming import places_of
from services.registry.imports.usecases.planned import CHUNK, Progress
from services.registry.people import store
from services.registry.people.domain.terms import Term
from shared.context import Work
from shared.contracts.registry import TermChanged
from shared.tables import new_id


@dataclass(frozen=True)
class Posts:
    """A table of people and posts, compared with the stored terms."""

    plan: Plan
    rows: int

    @property
    def summary(self) -> Summary:
        """How many rows are new, end a term, or are known."""
        ended = len(self.plan.ended)
        terms = [*(term for _, term in self.plan.begun), *self.plan.ended]
        return Summary(
            rows=self.rows,
            created=len(self.plan.begun),
            changed=ended,
            unchanged=self.plan.known - ended,
            counties=frozenset(term.county_id for term in terms),
        )

    async def write(self, work: Work, of: Import, progress: Progress) -> None:
        """Register the people, enter and end the terms, and tell each organization's followers."""
        begun = [term for _, term in self.plan.begun]
        for start in range(0, len(self.plan.people), CHUNK):
            await store.add_people(work.session, self.plan.people[start : start + CHUNK])
        for start in range(0, len(begun), CHUNK):
            await store.add_terms(work.session, begun[start : start + CHUNK])
            await progress(start + CHUNK)
        for term in self.plan.ended:
            await store.update_term(work.session, term)
        appointed = await store.appoint(work.session, begun)
        for county_id in self.summary.counties:
            mine = [str(each.id) for each in appointed if each.county_id == county_id]
            await _tell(work, of, county_id, begun, self.plan.ended, mine)


async def _tell(
    work: Work,
    of: Import,
    county_id: UUID,
    begun: list[Term],
    ended: list[Term],
    appointed: list[str],
) -> None:
    mine = {
        "begun": [term for term in begun if term.county_id == county_id],
        "ended": [term for term in ended if term.county_id == county_id],
    }
    after = {
        name: [term.record().model_dump(mode="json") for term in terms]
        for name, terms in mine.items()
    }
    await work.audit(
        "term.import",
        "organization",
        county_id,
        county_id=county_id,
        after={"import": str(of.id), "file_hash": of.file_hash, "reserve": appointed} | after,
    )
    places = sorted({term.organization_id for terms in mine.values() for term in terms})
    events = [(TermChanged(organization_id=each), each) for each in places]
    await work.emit_all(events, county_id)


async def hold(work: Work) -> None:
    """Let nobody enter a term between the comparison and its end."""
    await store.lock_terms(work.session)


async def plan(work: Work, table: Table, options: Options) -> Posts:
    """Compare a table with the stored terms; ImportRejected names every fault."""
    places = await places_of(work, table, options, Kind.PEOPLE)
    ids = list(places.organizations)
    terms = await store.terms_of(work.session, ids)
    said = {found for line in table.lines if (found := id_of(line["person"])) is not None}
    people = await store.people_of(work.session, {term.person_id for term in terms} | said)
    planner = Planner(places, terms, people, table.faults, new_id)
    planned = await asyncio.to_thread(planner.run, table.lines)
    table.faults.require_none()
    return Posts(planned, len(table.lines))
