"""What 组织部 does with the announcements of its own county."""

from dataclasses import asdict, replace
from uuid import UUID

from services.notifications.announcements import store
from services.notifications.announcements.domain import announcement as domain
from services.notifications.announcements.domain import wording
from services.notifications.announcements.domain.announcement import (
    MACHINE,
    Announcement,
    Entry,
    Parts,
)
from services.notifications.announcements.usecases.records import audit
from services.notifications.calendar import store as calendars
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.notifications import AnnouncementPublished
from shared.errors import Stale

Detail = tuple[Announcement, list[Entry]]


async def edit(ctx: Context, announcement_id: UUID, parts: Parts, version: int) -> Detail:
    """Fill in the parts of a draft's notice; only parts given are replaced."""
    async with ctx.work() as work:
        before = await _own(work, announcement_id)
        if before.version != version:
            raise _stale()
        given = {name: text for name, text in asdict(parts).items() if text is not None}
        edited = domain.edited(before, replace(before.parts, **given))
        after = await store.save(work.session, edited)
        await audit(work, "announcement.edit", after, before=asdict(before.parts))
        return after, await store.entries(work.session, announcement_id)


async def publish(ctx: Context, announcement_id: UUID) -> Detail:
    """Publish a notice: today is the day of publication, and its period follows.

    Raises NoticeIncomplete or PersonalNumber, naming every place.
    """
    async with ctx.work() as work:
        before = await _own(work, announcement_id)
        state = MACHINE.fire("publish", before.state, ctx.caller)
        entries = await store.entries(work.session, announcement_id)
        domain.require_complete(before, entries)
        _refuse_numbers(before, entries)
        calendar = await calendars.calendar(work.session)
        started = domain.started(before, calendar, work.moment.today)
        after = await store.save(work.session, replace(started, state=state))
        await store.save_entries(work.session, announcement_id, entries)
        await work.emit(_published(after), after.id, after.county_id)
        await audit(work, "announcement.publish", after)
        return after, entries


async def withdraw(ctx: Context, announcement_id: UUID, reason: str) -> Detail:
    """Take a draft down before it is published; it can be restored."""
    return await _turn(ctx, announcement_id, "withdraw", reason)


async def restore(ctx: Context, announcement_id: UUID, reason: str) -> Detail:
    """Put a withdrawn draft back."""
    return await _turn(ctx, announcement_id, "restore", reason)


async def _turn(ctx: Context, announcement_id: UUID, verb: str, reason: str) -> Detail:
    async with ctx.work() as work:
        before = await _own(work, announcement_id)
        state = MACHINE.fire(verb, before.state, ctx.caller)
        after = await store.save(work.session, replace(before, state=state))
        await audit(work, f"announcement.{verb}", after, reason=reason)
        return after, await store.entries(work.session, announcement_id)


async def _own(work: Work, announcement_id: UUID) -> Announcement:
    """Lock an announcement of the caller's own county; OutOfScope for another's."""
    work.caller.require(Role.ORGANIZATION_DEPARTMENT)
    found = await store.lock(work.session, announcement_id)
    roots = work.caller.organizations(Role.ORGANIZATION_DEPARTMENT)
    await directory.require_within(work.session, roots, found.county_id)
    return found


def _refuse_numbers(announcement: Announcement, entries: list[Entry]) -> None:
    texts = {
        "/title": announcement.title,
        "/policy_title": announcement.policy_title,
        **{f"/{name}": text for name, text in asdict(announcement.parts).items() if text},
        **{f"/entries/{n}/name": entry.name or "" for n, entry in enumerate(entries)},
    }
    wording.refuse_personal_numbers(texts)


def _published(announcement: Announcement) -> AnnouncementPublished:
    days = (announcement.published_on, announcement.first_day, announcement.last_day)
    published_on, first_day, last_day = days
    assert published_on and first_day and last_day  # noqa: S101, PT018 -- set by publication
    return AnnouncementPublished(
        announcement_id=announcement.id,
        cycle_id=announcement.cycle_id,
        determination_id=announcement.determination_id,
        published_on=published_on,
        first_day=first_day,
        last_day=last_day,
        provisional=announcement.provisional,
    )


def _stale() -> Stale:
    return Stale(
        "公示内容已被他人更新，请重新读取后再修改，您这次的修改没有保存。",
        "The announcement has changed since you read it: read it again; nothing was saved.",
    )
