"""Running periods follow the calendar."""

from uuid import UUID

from services.notifications.announcements import store
from services.notifications.announcements.domain import announcement as domain
from services.notifications.announcements.usecases.records import audit, period
from services.notifications.calendar import store as calendars
from shared.context import Context


async def follow_calendar(ctx: Context) -> None:
    """Let running periods follow the working days as they are known now; idempotent."""
    async with ctx.read() as work:
        running = [each.id for each in await store.running(work.session)]
    for announcement_id in running:
        await _follow(ctx, announcement_id)


async def _follow(ctx: Context, announcement_id: UUID) -> None:
    async with ctx.work() as work:
        before = await store.lock(work.session, announcement_id)
        calendar = await calendars.calendar(work.session)
        after = domain.following(before, calendar)
        if after == before:
            return
        saved = await store.save(work.session, after)
        await audit(work, "announcement.recompute", saved, before=period(before))
