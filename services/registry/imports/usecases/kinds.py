"""Which module compares and writes each kind of table."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from services.registry.facts.store import catalogue
from services.registry.imports.domain.columns import Column, columns_of
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.reading import Table, read_table
from services.registry.imports.domain.summary import Options
from services.registry.imports.usecases import coverage, divisions, facts, organizations, people
from services.registry.imports.usecases.planned import Planned
from services.registry.organizations import store
from services.registry.organizations.domain.scope import sight_of
from shared.context import Work


@dataclass(frozen=True)
class Keeping:
    """How a kind of table is compared (`plan`) once nobody else may change it (`hold`)."""

    hold: Callable[[Work], Awaitable[None]]
    plan: Callable[[Work, Table, Options], Awaitable[Planned]]


KEEPING = {
    Kind.DIVISIONS: Keeping(divisions.hold, divisions.plan),
    Kind.ORGANIZATIONS: Keeping(organizations.hold, organizations.plan),
    Kind.PEOPLE: Keeping(people.hold, people.plan),
    Kind.FACTS: Keeping(facts.hold, facts.plan),
    Kind.COVERAGE: Keeping(coverage.hold, coverage.plan),
}


async def columns_for(work: Work, kind: Kind) -> tuple[Column, ...]:
    """Return the columns of a kind; of facts, those of the caller's counties can be picked."""
    if kind is not Kind.FACTS:
        return columns_of(kind)
    own = await catalogue.own(work.session, await counties_of(work))
    return columns_of(kind, [*catalogue.shipped(), *own])


async def counties_of(work: Work) -> set[UUID]:
    """Return the counties in which the caller has a grant."""
    roots = await store.find_all(work.session, sight_of(work.caller).roots)
    return {each.county_id for each in roots.values() if each.county_id is not None}


async def compare(work: Work, kind: Kind, content: bytes, name: str, options: Options) -> Planned:
    """Read a file and compare it with the register; raises what is wrong with it."""
    columns = await columns_for(work, kind)
    # Reading takes seconds of computing: other requests go on meanwhile.
    table = await asyncio.to_thread(read_table, content, name, columns)
    return await KEEPING[kind].plan(work, table, options)
