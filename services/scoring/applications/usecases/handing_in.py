"""A village hands its application in, or takes it back before the township has acted."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.scoring.applications import store
from services.scoring.applications.domain import (
    APPLICATION,
    Reading,
    Submission,
    document_of,
    require_complete,
    require_in_time,
    require_lines,
    withdraw,
)
from services.scoring.applications.usecases.holding import Held, hold, own_of, record, shown
from services.scoring.cycles import store as cycles
from shared.caller import Role
from shared.canonical import content_hash
from shared.context import Context, Work
from shared.tables import new_id


async def submit(ctx: Context, application_id: UUID) -> Submission:
    """Hand in what stands on the sheet; the receipt proves what was received."""
    async with ctx.work() as work:
        held = await hold(work, application_id, Role.VILLAGE)
        state = APPLICATION.fire("submit", held.application.state, ctx.caller)
        await _require_ready(work, held)
        submission = _receive(work, held)
        await store.add_submission(work.session, submission)
        submitted = replace(
            held.application,
            state=state,
            submitted=held.application.sheet,
            submitted_at=submission.received_at,
            receipt_hash=submission.hash,
            numbers=submission.number,
            due_on=None,
            returned_on=None,
        )
        saved = await store.save(work.session, submitted)
        receipt = {"number": submission.number, "hash": submission.hash}
        await record(work, "submit", saved, after=receipt)
        return submission


async def take_back(ctx: Context, application_id: UUID, reason: str | None) -> Reading:
    """Withdraw a submission before the township has acted; nothing counts from then on."""
    async with ctx.work() as work:
        held = await hold(work, application_id, Role.VILLAGE)
        calendar = await cycles.calendar(work.session)
        withdrawn = withdraw(held.application, held.cycle, ctx.caller, work.moment.today, calendar)
        saved = await store.save(work.session, withdrawn)
        await record(work, "withdraw", saved, reason=reason)
        return await shown(work, held.cycle, saved)


async def _require_ready(work: Work, held: Held) -> None:
    calendar = await cycles.calendar(work.session)
    require_in_time(held.application, held.cycle, work.moment.today, calendar)
    plan = await cycles.plan(work.session, held.cycle)
    own = await own_of(work, held.application)
    require_complete(plan, held.application.sheet, own)
    require_lines(plan, held.application.sheet, own)


def _receive(work: Work, held: Held) -> Submission:
    number = held.application.numbers + 1
    content = _content(work, held, number)
    return Submission(
        id=new_id(),
        application_id=held.application.id,
        county_id=held.application.county_id,
        number=number,
        received_at=work.moment.business,
        submitted_by=work.caller.user_id,
        content=content,
        hash=content_hash(content),
    )


def _content(work: Work, held: Held, number: int) -> Mapping[str, object]:
    """What the receipt's hash covers: whose, under which policy, when, and every item."""
    return {
        "application_id": str(held.application.id),
        "cycle_id": str(held.cycle.id),
        "organization_id": str(held.application.organization_id),
        "policy_hash": held.cycle.policy_hash,
        "number": number,
        "received_at": work.moment.business.isoformat(),
        "stars": document_of(held.application.sheet),
    }
