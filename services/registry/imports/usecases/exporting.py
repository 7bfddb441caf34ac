"""Tables taken out in the form in which they come in, page by page, within the caller's sight."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO
from uuid import UUID

from services.registry.coverage.domain.states import Standing
from services.registry.coverage.store import standings
from services.registry.divisions import store as divisions
from services.registry.facts.store import catalogue
from services.registry.facts.store import ledger as facts
from services.registry.imports.domain.kinds import KIND_NAMES, Kind
from services.registry.imports.domain.writing import Form, writer
from services.registry.imports.store import codes
from services.registry.imports.usecases.kinds import columns_for, counties_of
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach, sight_of
from services.registry.organizations.domain.tree import Organization, OrganizationUnknown
from services.registry.organizations.store import dated
from services.registry.people import store as people
from shared.context import Context, Work
from shared.sheets.spool import spool
from shared.tables import new_id

_PAGE = 1_000
Cells = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Wanted:
    """Which rows: at and below an organization, as of a day, with codes of a numbering."""

    under: UUID | None = None
    as_of: date | None = None
    system: str = "import"


@dataclass(frozen=True)
class Scope:
    """What of it the caller may see on that day."""

    wanted: Wanted
    as_of: date
    reach: Reach
    path: str | None


async def template(ctx: Context, kind: Kind, form: Form) -> IO[bytes]:
    """Return an empty table with its header, drop-downs and explanations."""
    async with ctx.read() as work:
        columns = await columns_for(work, kind)
    file = spool()
    made = writer(form, file, KIND_NAMES[kind], columns)
    made.close()
    file.seek(0)
    return file


async def export(ctx: Context, kind: Kind, form: Form, wanted: Wanted) -> IO[bytes]:
    """Return a table of what the caller sees; it can be imported as it is."""
    file = spool()
    async with ctx.read() as work:
        columns = await columns_for(work, kind)
        scope = await scope_of(work, wanted)
        made = writer(form, file, KIND_NAMES[kind], columns)
        async for rows in _PAGES[kind](work, scope):
            await asyncio.to_thread(made.write, rows)
        await asyncio.to_thread(made.close)
    if kind is Kind.PEOPLE:
        await record_names(ctx, wanted)
    file.seek(0)
    return file


async def record_names(ctx: Context, wanted: Wanted) -> None:
    """Keep who took names out, where the county's inspector sees it."""
    async with ctx.work() as work:
        after = {"under": str(wanted.under) if wanted.under else None}
        counties: set[UUID | None] = {*await counties_of(work)}
        for county_id in counties or {None}:
            who = ctx.caller.user_id or new_id()
            await work.audit("people.export", "user", who, county_id=county_id, after=after)


async def scope_of(work: Work, wanted: Wanted) -> Scope:
    """Look up what the caller may see of what is asked; OrganizationUnknown outside of it."""
    as_of = wanted.as_of or work.moment.today
    reach = await dated.reach_on(work.session, sight_of(work.caller), as_of)
    path = None
    if wanted.under is not None:
        path = await dated.path_on(work.session, wanted.under, as_of)
        if path is None or not reach.covers(path):
            raise OrganizationUnknown(
                "没有找到这个组织，或当日不存在，请核对编号。", "No such organization on that day."
            )
    return Scope(wanted, as_of, reach, path)


async def _divisions(work: Work, scope: Scope) -> AsyncIterator[Cells]:
    wanted, after = divisions.Filter(scope.as_of), None
    while found := (await divisions.listed(work.session, wanted, after, _PAGE))[:_PAGE]:
        parents = await divisions.codes_on(
            work.session, {each.parent_id for each in found if each.parent_id}, scope.as_of
        )
        yield [
            (
                each.code,
                each.name,
                each.level.value,
                parents.get(each.parent_id, "") if each.parent_id else "",
            )
            for each in found
        ]
        after = found[-1].code


async def _organizations(work: Work, scope: Scope) -> AsyncIterator[Cells]:
    wanted, after = dated.Filter(scope.reach, scope.as_of, under=scope.path), None
    while found := (await dated.listed(work.session, wanted, after, _PAGE, now=False))[:_PAGE]:
        ids = {each.id for each in found} | {each.parent_id for each in found if each.parent_id}
        named = await codes.of(work.session, scope.wanted.system, ids)
        yield [_organization(each, named) for each in found]
        after = found[-1].path


def _organization(each: Organization, named: dict[UUID, str]) -> Sequence[str]:
    return (
        named.get(each.id, str(each.id)),
        named.get(each.parent_id, str(each.parent_id)) if each.parent_id else "",
        each.name,
        each.short_name,
        each.kind.value,
        each.sector.value,
        each.tier.value,
        each.founded_on.isoformat(),
        each.division_code or "",
        each.credit_code or "",
        str(each.sort),
    )


async def _people(work: Work, scope: Scope) -> AsyncIterator[Cells]:
    # Without a day, all that ever were: so that the table comes back as it is.
    wanted = people.TermFilter(scope.reach, scope.wanted.as_of, scope.path)
    after: UUID | None = None
    while found := (await people.list_terms(work.session, wanted, after, _PAGE))[:_PAGE]:
        who = await people.people_of(work.session, {each.person_id for each in found})
        names = await _names(work, scope, {each.organization_id for each in found})
        yield [
            (
                *names[each.organization_id],
                str(each.person_id),
                who[each.person_id].name,
                each.post.value,
                each.starts_on.isoformat(),
                each.ends_on.isoformat() if each.ends_on else "",
            )
            for each in found
        ]
        after = found[-1].id


async def _facts(work: Work, scope: Scope) -> AsyncIterator[Cells]:
    wanted = facts.Filter(scope.reach, scope.as_of, scope.path)
    after: tuple[UUID, str] | None = None
    while found := (await facts.newest(work.session, wanted, after, _PAGE))[:_PAGE]:
        names = await _names(work, scope, {each.organization_id for each in found})
        known = await catalogue.catalogue(work.session, {each.county_id for each in found})
        rows = []
        for each in found:
            meant = known.find(each.code, each.county_id)
            value = meant.shown(each.value) if meant else str(each.value)
            place = names[each.organization_id]
            rows.append((*place, each.code, value, each.valid_from.isoformat(), each.source))
        yield rows
        after = (found[-1].organization_id, found[-1].code)


async def _coverage(work: Work, scope: Scope) -> AsyncIterator[Cells]:
    wanted, after = standings.Filter(scope.reach, scope.as_of, scope.path), None
    while found := (await standings.listed(work.session, wanted, after, _PAGE))[:_PAGE]:
        ids = {each.unit.organization_id for each in found}
        ids |= {each.state.branch_id for each in found if each.state.branch_id}
        names = await _names(work, scope, ids)
        lying = {each.unit.division_id for each in found if each.unit.division_id}
        codes_then = await divisions.codes_on(work.session, lying, scope.as_of)
        yield [_unit(each, names, codes_then) for each in found]
        after = found[-1].unit.id


def _unit(
    found: Standing, names: dict[UUID, tuple[str, str]], division_codes: dict[UUID, str]
) -> Sequence[str]:
    unit, state = found.unit, found.state
    return (
        *names[unit.organization_id],
        str(unit.id),
        unit.name,
        unit.kind.value,
        unit.credit_code or "",
        division_codes.get(unit.division_id, "") if unit.division_id else "",
        str(state.employees),
        str(state.members),
        names[state.branch_id][0] if state.branch_id in names else "",
        state.valid_from.isoformat(),
    )


async def _names(work: Work, scope: Scope, ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    found = await organizations.find_all(work.session, ids)
    named = await codes.of(work.session, scope.wanted.system, ids)
    return {each.id: (named.get(each.id, str(each.id)), each.short_name) for each in found.values()}


_PAGES: dict[Kind, Callable[[Work, Scope], AsyncIterator[Cells]]] = {
    Kind.DIVISIONS: _divisions,
    Kind.ORGANIZATIONS: _organizations,
    Kind.PEOPLE: _people,
    Kind.FACTS: _facts,
    Kind.COVERAGE: _coverage,
}
