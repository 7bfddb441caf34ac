"""What people do with the working-day calendar."""

from dataclasses import asdict
from datetime import date

from services.notifications.calendar import domain, store
from services.notifications.calendar.domain import Day, Draft, Notice
from shared.caller import Role
from shared.context import Context
from shared.contracts.notifications import CalendarChanged
from shared.tables import new_id
from shared.workdays import Period

# The job that lets running periods follow the calendar; announcements owns it.
FOLLOW = "follow_calendar"


async def upload(ctx: Context, draft: Draft) -> Notice:
    """Add a notice as the next edition for its year; it counts for everybody at once.

    Raises CalendarNoticeInvalid with a fault for every wrong place.
    """
    ctx.caller.require(Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        domain.check(draft, work.moment.today)
        await store.hold(work.session)
        before = await store.notices(work.session)
        edition = 1 + sum(each.year == draft.year for each in before)
        uploader, moment = ctx.caller.user_id, work.moment.business
        said = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
        notice = Notice(
            **said, id=new_id(), edition=edition, uploaded_by=uploader, uploaded_at=moment
        )
        await store.add(work.session, notice)
        after = (notice, *before)
        event = CalendarChanged(
            days=domain.overrides_after(before, after),
            complete_years=sorted(domain.complete_years(after)),
        )
        await work.emit(event, domain.CALENDAR_ID, None)
        await work.audit(
            "calendar.upload", "calendar_notice", notice.id, county_id=None, after=_record(notice)
        )
        work.wake(FOLLOW)
        return notice


async def notices(ctx: Context) -> tuple[Notice, ...]:
    """Return every uploaded notice, the newest first."""
    async with ctx.read() as work:
        return await store.notices(work.session)


async def period(ctx: Context, start: date, working_days: int, *, first_day_counts: bool) -> Period:
    """Return the period of a notice published on `start`; OutsideCalendar beyond all reach."""
    async with ctx.read() as work:
        calendar = await store.calendar(work.session)
    return calendar.period(start, working_days, first_day_counts=first_day_counts)


async def days(ctx: Context, year: int) -> list[Day]:
    """Return the verdict on every day of a year."""
    async with ctx.read() as work:
        known = await store.notices(work.session)
    settled, calendar = domain.in_force(known), domain.calendar_of(known)
    return [domain.day_verdict(day, settled, calendar) for day in domain.days_of(year)]


def _record(notice: Notice) -> dict[str, object]:
    kept = asdict(notice)
    return {
        "year": kept["year"],
        "edition": kept["edition"],
        "kind": kept["kind"],
        "reference": kept["reference"],
        "days": [day.model_dump(mode="json") for day in notice.days],
    }
