"""Inspectors are told of cases on which nobody has acted for long."""

from dataclasses import replace
from uuid import UUID

from services.notifications.calendar import store as calendars
from services.notifications.objections.domain.objection import Objection
from services.notifications.objections.domain.silence import is_silent, wait_of
from services.notifications.objections.store import cases
from shared.context import Context, Work
from shared.contracts.notifications import FindingDue


async def remind(ctx: Context) -> None:
    """Tell the inspectors of every silent case; running it twice on a day tells them once."""
    async with ctx.read() as work:
        calendar = await calendars.calendar(work.session)
        waiting = await cases.waiting(work.session)
        silent = [each.id for each in waiting if is_silent(each, work.moment.today, calendar)]
    for objection_id in silent:
        async with ctx.work() as work:
            await _remind(work, objection_id)


async def _remind(work: Work, objection_id: UUID) -> None:
    objection: Objection = await cases.lock(work.session, objection_id)
    calendar = await calendars.calendar(work.session)
    wait = wait_of(objection)
    if wait is None or not is_silent(objection, work.moment.today, calendar):
        return
    event = FindingDue(
        objection_id=objection.id,
        announcement_id=objection.announcement_id,
        county_id=objection.county_id,
        wait=wait.value,
        received_on=objection.received_on,
    )
    await cases.save(work.session, replace(objection, acted_on=work.moment.today))
    await work.emit(event, objection.announcement_id, objection.county_id)
    await work.audit(
        "objection.remind",
        "objection",
        objection.id,
        county_id=objection.county_id,
        after={"wait": wait.value},
    )
