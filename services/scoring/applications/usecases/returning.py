"""A township sends an application back."""

from uuid import UUID

from services.scoring.applications import domain, store
from services.scoring.applications.domain import Listed
from services.scoring.applications.usecases.holding import hold, record
from services.scoring.cycles import store as cycles
from shared.caller import Role
from shared.context import Context
from shared.contracts.scoring import ApplicationReturned


async def give_back(ctx: Context, application_id: UUID, reason: str) -> Listed:
    """Return an application with a reason; the village has at least the extension."""
    async with ctx.work() as work:
        held = await hold(work, application_id, Role.TOWNSHIP)
        policy = await cycles.policy(work.session, held.cycle)
        returned = domain.give_back(
            held.application,
            held.cycle,
            policy.procedure.application,
            ctx.caller,
            reason,
            work.moment.today,
            await cycles.calendar(work.session),
        )
        saved = await store.save(work.session, returned)
        due_on = saved.due_on or held.cycle.apply_until
        await record(work, "return", saved, after={"due_on": due_on.isoformat()}, reason=reason)
        event = ApplicationReturned(
            cycle_id=saved.cycle_id,
            application_id=saved.id,
            organization_id=saved.organization_id,
            reason=reason,
            due_on=due_on,
        )
        await work.emit(event, saved.cycle_id, saved.county_id)
        return Listed(saved, due_on)
