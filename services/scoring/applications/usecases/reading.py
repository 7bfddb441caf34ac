"""Reading applications, their history and their receipts, each within the reader's sight."""

from uuid import UUID

from services.scoring.applications import store
from services.scoring.applications.domain import (
    READERS,
    Change,
    Gap,
    Listed,
    Reading,
    StarStanding,
    Submission,
    Wanted,
    draft_hidden,
    gaps,
    is_writer,
    last_day,
    readers_in,
    standings,
)
from services.scoring.applications.usecases.holding import own_of, shown
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, require_within
from shared.caller import Role
from shared.context import Context, Work


async def find(ctx: Context, application_id: UUID) -> Reading:
    """Return an application as the caller may see it; DraftNotVisible for others' drafts."""
    async with ctx.read() as work:
        return await _reading(work, application_id)


async def completeness(ctx: Context, application_id: UUID) -> tuple[list[Gap], list[StarStanding]]:
    """Return what the sheet lacks and what each star's self score comes to."""
    async with ctx.read() as work:
        reading = await _reading(work, application_id)
        cycle = await cycles.find(work.session, reading.application.cycle_id)
        plan = await cycles.plan(work.session, cycle)
        own = await own_of(work, reading.application)
    return gaps(plan, reading.sheet, own), standings(plan, reading.sheet, own)


async def page(
    ctx: Context, cycle_id: UUID, wanted: Wanted, after: UUID | None, limit: int
) -> list[Listed]:
    """Return the applications of a cycle within the caller's part of the tree."""
    async with ctx.read() as work:
        cycle, scope = await _scope(work, cycle_id)
        found = await store.page(work.session, cycle_id, scope, wanted, after, limit)
        calendar = await cycles.calendar(work.session)
    return [Listed(each, last_day(each, cycle, calendar)) for each in found]


async def count(ctx: Context, cycle_id: UUID, wanted: Wanted) -> int:
    """Return how many applications `page` lists in all."""
    async with ctx.read() as work:
        _, scope = await _scope(work, cycle_id)
        return await store.count(work.session, cycle_id, scope, wanted)


async def _scope(work: Work, cycle_id: UUID) -> tuple[Cycle, frozenset[UUID]]:
    """The cycle, and the roots below which the caller reads applications in its step."""
    work.caller.require(*READERS, Role.DEPARTMENT)
    roots = work.caller.organizations(*READERS, Role.DEPARTMENT)
    cycle = await cycles.find_visible(work.session, cycle_id, roots)
    return cycle, work.caller.organizations(*readers_in(cycle, work.caller))


async def history(
    ctx: Context, application_id: UUID, after: UUID | None, limit: int
) -> list[Change]:
    """Return every change; for its writer and the inspector only."""
    async with ctx.read() as work:
        application = await store.find(work.session, application_id)
        if not is_writer(application, ctx.caller):
            raise draft_hidden()
        return await store.changes(work.session, application_id, after, limit)


async def receipts(ctx: Context, application_id: UUID) -> list[Submission]:
    """Return the receipts of everything submitted."""
    async with ctx.read() as work:
        await _reading(work, application_id)
        return await store.submissions(work.session, application_id)


async def receipt(ctx: Context, application_id: UUID, number: int) -> Submission:
    """Return one receipt with what it covers."""
    async with ctx.read() as work:
        await _reading(work, application_id)
        return await store.submission(work.session, application_id, number)


async def _reading(work: Work, application_id: UUID) -> Reading:
    application = await store.find(work.session, application_id)
    cycle = await cycles.find(work.session, application.cycle_id)
    writer = is_writer(application, work.caller)
    reading = await shown(work, cycle, application, writer=writer)
    if not writer:
        roots = work.caller.organizations(*readers_in(cycle, work.caller))
        require_within(application.path, roots)
    return reading
