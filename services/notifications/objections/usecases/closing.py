"""The end of a period: all without an open case take effect, contested ones are held alone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain import announcement as domain
from services.notifications.announcements.domain.announcement import MACHINE, Announcement
from services.notifications.calendar import store as calendars
from services.notifications.objections.domain.objection import announced, held
from services.notifications.objections.store import cases
from shared.context import Context, Work
from shared.contracts.notifications import AnnouncementClosed


async def close_ended(ctx: Context) -> None:
    """Close every announcement whose last day has passed; running it twice changes nothing."""
    async with ctx.read() as work:
        today = work.moment.today
        running = await announcements.running(work.session)
        ended = [each.id for each in running if each.ended(today)]
    for announcement_id in ended:
        async with ctx.work() as work:
            await _close(work, announcement_id)


async def _close(work: Work, announcement_id: UUID) -> None:
    """Close one announcement, unless the calendar or another sweep was faster."""
    found = await announcements.lock(work.session, announcement_id)
    calendar = await calendars.calendar(work.session)
    found = domain.following(found, calendar)
    if found.state is not domain.State.PUBLISHED or not found.ended(work.moment.today):
        return
    entries = await announcements.entries(work.session, announcement_id)
    cases_now = await cases.of_announcement(work.session, announcement_id)
    contested = sorted(held(cases_now, announced(found, entries)))
    closed = _closed(work, found)
    await announcements.save(work.session, closed)
    assert closed.closed_on is not None  # noqa: S101 -- set by closing
    event = AnnouncementClosed(
        announcement_id=found.id,
        cycle_id=found.cycle_id,
        determination_id=found.determination_id,
        closed_on=closed.closed_on,
        held=contested,
    )
    await work.emit(event, found.id, found.county_id)
    await work.audit(
        "announcement.close",
        "announcement",
        found.id,
        county_id=found.county_id,
        after={
            "closed_on": closed.closed_on.isoformat(),
            "held": [str(each) for each in contested],
        },
    )


def _closed(work: Work, found: Announcement) -> Announcement:
    """The period ends at 24:00 of its last day, however late the sweep comes."""
    assert found.last_day is not None  # noqa: S101 -- a published announcement has its period
    state = MACHINE.fire("close", found.state, work.caller)
    return replace(found, state=state, closed_on=found.last_day + timedelta(days=1))
