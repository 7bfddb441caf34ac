"""Who reads what of announcements: the county its drafts, the public its notices."""

from uuid import UUID

from services.notifications.announcements import store
from services.notifications.announcements.domain import notice as documents
from services.notifications.announcements.domain.announcement import Announcement, Entry
from services.notifications.announcements.domain.notice import Notice
from shared.caller import Role
from shared.context import Context

READERS = (Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR, Role.COMMITTEE)


async def find(ctx: Context, announcement_id: UUID) -> tuple[Announcement, list[Entry]]:
    """Return an announcement of the caller's counties with its lines, drafts too."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*READERS)
        found = await store.find_within(work.session, announcement_id, roots)
        return found, await store.entries(work.session, announcement_id)


async def listing(ctx: Context, after: UUID | None, limit: int) -> list[Announcement]:
    """Return the announcements of the caller's counties, the newest first."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*READERS)
        return await store.listing(work.session, roots, after, limit)


async def notice(ctx: Context, announcement_id: UUID) -> Notice:
    """Return a published notice as the public reads it today."""
    async with ctx.read() as work:
        found = await store.find_public(work.session, announcement_id)
        entries = await store.entries(work.session, announcement_id)
        return documents.compose(found, entries, work.moment.today)


async def edition(ctx: Context, announcement_id: UUID) -> tuple[int, documents.Phase]:
    """Return what tells one state of a public notice from another, without reading its lines."""
    async with ctx.read() as work:
        found = await store.find_public(work.session, announcement_id)
        return found.version, documents.phase(found, work.moment.today)


async def notices(ctx: Context, after: UUID | None, limit: int) -> list[Notice]:
    """Return the public notices without their lines, the newest first."""
    async with ctx.read() as work:
        found = await store.public_listing(work.session, after, limit)
        return [documents.compose(each, (), work.moment.today) for each in found]
