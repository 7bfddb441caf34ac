"""How an objection is checked: taken up, put to the branch in redacted words, answered."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.notifications.calendar import store as calendars
from services.notifications.objections.domain.finding import Inquiry, InquiryClosed, NotAsked
from services.notifications.objections.domain.objection import MACHINE, Objection, State
from services.notifications.objections.store import cases, checking
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.tables import new_id

ANSWERERS = (Role.VILLAGE, Role.TOWNSHIP)


async def accept(
    ctx: Context, objection_id: UUID, organization_ids: frozenset[UUID] | None
) -> Objection:
    """Take an objection up; the inspector may say which organizations it really concerns."""
    async with ctx.work() as work:
        before = await own(work, objection_id)
        state = MACHINE.fire("accept", before.state, ctx.caller)
        after = replace(before, state=state, acted_on=work.moment.today)
        if organization_ids is not None:
            for each in sorted(organization_ids):
                await directory.require_within(work.session, [before.county_id], each)
            after = after.identified(organization_ids)
        after = await cases.save(work.session, after)
        await _audit(work, "objection.accept", after)
        return after


async def ask(
    ctx: Context, objection_id: UUID, organization_id: UUID, text: str, working_days: int
) -> Inquiry:
    """Put a redacted text to an organization of the county and give it days to answer."""
    async with ctx.work() as work:
        before = await own(work, objection_id)
        state = MACHINE.fire("ask", before.state, ctx.caller)
        await directory.require_within(work.session, [before.county_id], organization_id)
        calendar = await calendars.calendar(work.session)
        today = work.moment.today
        inquiry = Inquiry(
            new_id(),
            objection_id,
            before.county_id,
            organization_id,
            text,
            today,
            calendar.add(today, working_days),
        )
        await checking.add_inquiry(work.session, inquiry)
        after = await cases.save(work.session, replace(before, state=state, acted_on=today))
        await _audit(work, "objection.ask", after)
        return inquiry


async def inquiries(ctx: Context, after: UUID | None, limit: int) -> list[Inquiry]:
    """Return what the caller's own organization was asked."""
    ctx.caller.require(*ANSWERERS)
    async with ctx.read() as work:
        mine = ctx.caller.organizations(*ANSWERERS)
        return await checking.inquiries_to(work.session, mine, after, limit)


async def answer(ctx: Context, inquiry_id: UUID, text: str) -> Inquiry:
    """Answer an inquiry for one's own organization; raises NotAsked for another's."""
    ctx.caller.require(*ANSWERERS)
    async with ctx.work() as work:
        asked = await checking.inquiry(work.session, inquiry_id)
        if asked.organization_id not in ctx.caller.organizations(*ANSWERERS):
            raise NotAsked(
                "这份征询没有发给您的单位，请用被征询单位的账号答复。",
                "This inquiry was put to another organization.",
            )
        objection = await cases.lock(work.session, asked.objection_id)
        asked = await checking.inquiry(work.session, inquiry_id)
        if asked.answer is not None or not objection.is_open:
            raise InquiryClosed(
                "这份征询已经答复或者所涉事项已经办结，不能再答复。",
                "The inquiry was answered already, or its case is decided.",
            )
        answered = replace(
            asked, answer=text, answered_on=work.moment.today, answered_by=ctx.caller.user_id
        )
        await checking.save_inquiry(work.session, answered)
        await _go_on(work, objection, "answer")
        await work.audit("inquiry.answer", "inquiry", asked.id, county_id=asked.county_id)
        return answered


async def lapse_overdue(ctx: Context) -> None:
    """Let cases go on whose branch kept silent; idempotent."""
    async with ctx.read() as work:
        waiting = await checking.overdue(work.session, work.moment.today)
    for objection_id in waiting:
        async with ctx.work() as work:
            await _lapse(work, objection_id, work.moment.today)


async def own(work: Work, objection_id: UUID) -> Objection:
    """Lock an objection of the inspector's own county; Forbidden or OutOfScope otherwise."""
    work.caller.require(Role.INSPECTOR)
    found = await cases.lock(work.session, objection_id)
    roots = work.caller.organizations(Role.INSPECTOR)
    await directory.require_within(work.session, roots, found.county_id)
    return found


async def _lapse(work: Work, objection_id: UUID, today: date) -> None:
    objection = await cases.lock(work.session, objection_id)
    for inquiry in await checking.inquiries(work.session, objection_id):
        if inquiry.is_open and inquiry.due_on < today:
            await checking.save_inquiry(work.session, replace(inquiry, lapsed=True))
    await _go_on(work, objection, "go_on")


async def _go_on(work: Work, objection: Objection, verb: str) -> None:
    """Move a waiting case on once nobody who was asked is still to answer."""
    if objection.state is not State.ANSWERING:
        return
    asked = await checking.inquiries(work.session, objection.id)
    if not any(each.is_open for each in asked):
        state = MACHINE.fire(verb, objection.state, work.caller)
        moved = replace(objection, state=state, acted_on=work.moment.today)
        await cases.save(work.session, moved)


async def _audit(work: Work, action: str, objection: Objection) -> None:
    await work.audit(
        action,
        "objection",
        objection.id,
        county_id=objection.county_id,
        after={"state": objection.state.value},
    )
