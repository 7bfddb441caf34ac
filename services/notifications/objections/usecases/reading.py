"""Who reads objections: the inspectors of the county; others learn only who is held."""

from dataclasses import dataclass
from uuid import UUID

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain.announcement import Announcement
from services.notifications.objections.domain.finding import Finding, Inquiry
from services.notifications.objections.domain.objection import (
    Clue,
    Objection,
    State,
    announced,
    held,
)
from services.notifications.objections.domain.sealing import Statement
from services.notifications.objections.store import cases, checking, statements
from shared import directory
from shared.caller import Role
from shared.context import Context
from shared.sealing.envelope import Seal

SEE_HOLDS = (Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR, Role.COMMITTEE)


@dataclass(frozen=True)
class Dossier:
    """All an inspector sees of one objection."""

    objection: Objection
    announcement: Announcement
    statement: Statement
    inquiries: list[Inquiry]
    findings: list[Finding]


async def listing(
    ctx: Context,
    after: UUID | None,
    limit: int,
    announcement_id: UUID | None,
    state: State | None,
) -> list[Objection]:
    """Return the objections of the inspector's counties, without their statements."""
    ctx.caller.require(Role.INSPECTOR)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(Role.INSPECTOR)
        return await cases.listing(
            work.session, roots, after, limit, announcement_id=announcement_id, state=state
        )


async def dossier(ctx: Context, objection_id: UUID) -> Dossier:
    """Open one objection with its statement; that it was opened is recorded."""
    ctx.caller.require(Role.INSPECTOR)
    async with ctx.work() as work:
        roots = ctx.caller.organizations(Role.INSPECTOR)
        found = await cases.find(work.session, objection_id, roots)
        await work.audit("objection.read", "objection", found.id, county_id=found.county_id)
        return Dossier(
            found,
            await announcements.find(work.session, found.announcement_id),
            await statements.read(work.session, ctx.port(Seal), found.id),
            await checking.inquiries(work.session, found.id),
            await checking.findings(work.session, found.id),
        )


async def clues(ctx: Context, after: UUID | None, limit: int) -> list[Clue]:
    """Return the clues of the inspector's counties, without their statements."""
    ctx.caller.require(Role.INSPECTOR)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(Role.INSPECTOR)
        return await cases.clues(work.session, roots, after, limit)


async def clue(ctx: Context, clue_id: UUID) -> tuple[Clue, Statement]:
    """Open one clue with its statement; that it was opened is recorded."""
    ctx.caller.require(Role.INSPECTOR)
    async with ctx.work() as work:
        roots = ctx.caller.organizations(Role.INSPECTOR)
        found = await cases.find_clue(work.session, clue_id, roots)
        await work.audit("clue.read", "clue", found.id, county_id=found.county_id)
        return found, await statements.read(work.session, ctx.port(Seal), found.id)


async def holds(ctx: Context, announcement_id: UUID) -> list[tuple[UUID, str]]:
    """Return who is held by an open case, and nothing about the cases: ids and names."""
    ctx.caller.require(*SEE_HOLDS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*SEE_HOLDS)
        found = await announcements.find_within(work.session, announcement_id, roots)
        entries = await announcements.entries(work.session, announcement_id)
        open_cases = await cases.of_announcement(work.session, announcement_id)
        ids = held(open_cases, announced(found, entries))
        everyone = await directory.below(work.session, found.county_id)
        return [(each.id, each.name) for each in everyone if each.id in ids]
