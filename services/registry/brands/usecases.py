"""What is done with brand projects: begun, taken from stage to stage, concluded, read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.brands import domain, store
from services.registry.brands.domain import STAGES_CODE, WRITERS, Project, Stage
from services.registry.facts.domain.ledger import DerivedValue
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from shared.context import Context, Work
from shared.tables import new_id

Told = tuple[Project, list[Stage]]


@dataclass(frozen=True)
class Draft:
    """A project to begin."""

    organization_id: UUID
    name: str
    aim: str
    begun_on: date
    generated: bool = False


@dataclass(frozen=True)
class Reached:
    """A stage that was reached."""

    reached_on: date
    title: str
    result: str


async def begin(ctx: Context, draft: Draft) -> Told:
    """Begin the one project of a branch."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        place = await organizations.require_within(
            work.session, sight_of(ctx.caller, *WRITERS), draft.organization_id
        )
        made = Project(id=new_id(), county_id=place.county_id or place.id, **vars(draft))
        domain.check_begin(made, place, work.moment.today)
        await store.add(work.session, made)
        await _record(work, "brand.begin", made)
    return made, []


async def reach(ctx: Context, project_id: UUID, reached: Reached) -> Told:
    """Enter that a project has reached a stage, and what came of it."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        project = await _to_change(work, project_id)
        domain.check_day(project, reached.reached_on, work.moment.today)
        stage = Stage(
            id=new_id(),
            county_id=project.county_id,
            project_id=project.id,
            entered_by=ctx.caller.user_id,
            entered_at=work.moment.real,
            **vars(reached),
        )
        await store.add_stage(work.session, stage)
        await _record(work, "brand.reach", project, stage)
        return project, await store.stages_of(work.session, project.id)


async def conclude(ctx: Context, project_id: UUID, ended_on: date, outcome: str) -> Told:
    """Conclude a project with its outcome; the branch may then begin another one."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        before = await _to_change(work, project_id)
        domain.check_day(before, ended_on, work.moment.today)
        after = replace(before, ended_on=ended_on, outcome=outcome)
        await store.update(work.session, after)
        await _record(work, "brand.conclude", after)
        return after, await store.stages_of(work.session, after.id)


async def _to_change(work: Work, project_id: UUID) -> Project:
    seen = await organizations.reach(work.session, sight_of(work.caller, *WRITERS))
    return await store.find(work.session, seen, project_id, for_change=True)


async def _record(work: Work, action: str, project: Project, stage: Stage | None = None) -> None:
    after = {"organization": str(project.organization_id), "name": project.name}
    if stage is not None:
        after |= {"stage": str(stage.id)}
    await work.audit(action, "brand_project", project.id, county_id=project.county_id, after=after)


async def read(ctx: Context, project_id: UUID) -> Told:
    """Return a project with its stages."""
    async with ctx.read() as work:
        seen = await organizations.reach(work.session, sight_of(ctx.caller))
        found = await store.find(work.session, seen, project_id)
        return found, await store.stages_of(work.session, project_id)


async def list_projects(
    ctx: Context, under: UUID | None, running_on: date | None, page: tuple[UUID | None, int]
) -> list[Project]:
    """Return up to `limit + 1` projects of the caller's part of the tree."""
    async with ctx.read() as work:
        sight, path = sight_of(ctx.caller), None
        if under is not None:
            path = (await organizations.require_within(work.session, sight, under)).path
        seen = await organizations.reach(work.session, sight)
        return await store.listed(work.session, seen, page, path, running_on)


class BrandFacts:
    """What the ledger says of the calendar year up to a day; see facts' `DerivedFacts`.

    Where no branch of the county has a project yet, there is no fact: absent is not zero.
    """

    async def values(
        self, work: Work, places: Sequence[Organization], codes: Collection[str], as_of: date
    ) -> list[DerivedValue]:
        """Return what follows on a day from the projects of these organizations."""
        if STAGES_CODE not in codes:
            return []
        counties = {each.county_id for each in places if each.county_id is not None}
        kept = await store.counties_with_projects(work.session, counties, as_of)
        mine = [
            each for each in places if each.county_id in kept and domain.may_have_one(each, as_of)
        ]
        first = date(as_of.year, 1, 1)
        ids = {each.id for each in mine}
        reached = await store.stages_reached(work.session, ids, first, as_of)
        return [domain.derived(each.id, reached.get(each.id, 0), as_of) for each in mine]
