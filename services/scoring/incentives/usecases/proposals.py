"""后进整顿: the list of proposals, and a person's decision on each."""

from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.incentives.domain.proposals import (
    Decision,
    Proposal,
    ProposalState,
    confirm,
    decline,
)
from services.scoring.incentives.store import proposals as store
from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.determinations import Actor
from shared import directory
from shared.caller import Role
from shared.context import Context

_OFFICE = (Role.ORGANIZATION_DEPARTMENT,)
# Never announced: those who act on it, those above them and the inspector.
_READERS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)


async def page(
    ctx: Context, cycle_id: UUID, state: ProposalState | None, after: UUID | None, limit: int
) -> tuple[Policy, list[Proposal]]:
    """Return proposals within the caller's reach, one more than `limit`, and their policy."""
    ctx.caller.require(*_READERS)
    roots = ctx.caller.organizations(*_READERS)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        policy = await cycles.policy(work.session, cycle)
        return policy, await store.page(work.session, cycle.id, roots, state, after, limit + 1)


async def decide(
    ctx: Context,
    proposal_id: UUID,
    reason: str,
    measures: list[str] | None = None,
    *,
    confirmed: bool,
) -> tuple[Policy, Proposal]:
    """Confirm a proposal, with all its measures or some, or decline it; the reason is kept."""
    ctx.caller.require(*_OFFICE)
    async with ctx.work() as work:
        cycle_id = (await store.find(work.session, proposal_id)).cycle_id
        cycle = await cycles.share(work.session, cycle_id)
        found = await store.lock(work.session, proposal_id)
        roots = ctx.caller.organizations(*_OFFICE)
        await directory.require_within(work.session, roots, found.county_id)
        if ctx.caller.user_id is None:
            message = "people decide about people"
            raise TypeError(message)
        by = Actor(ctx.caller.user_id, ctx.caller.person_id)
        decision = Decision(by, work.moment.real, reason)
        if confirmed:
            after = confirm(found, ctx.caller, decision, measures)
        else:
            after = decline(found, ctx.caller, decision)
        stored = await store.save(work.session, after)
        await work.audit(
            "rectification.confirm" if confirmed else "rectification.decline",
            "rectification_proposal",
            stored.id,
            county_id=stored.county_id,
            before={"state": found.state.value},
            after={"state": stored.state.value, "measures": list(stored.measures)},
            reason=reason,
        )
        return await cycles.policy(work.session, cycle), stored
