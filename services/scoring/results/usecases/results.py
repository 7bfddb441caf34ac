"""Reading results, lists and frozen inputs, and confirming that a branch never applied."""

from typing import Any
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.ranking import RankingPage
from services.scoring.results.domain.results import Result, Tally, confirmed_not_applied
from services.scoring.results.domain.snapshot import Snapshot
from services.scoring.results.store import rankings, results, snapshots
from services.scoring.results.usecases import settling
from shared import directory
from shared.caller import Role
from shared.context import Context, Work

_COUNTY = (
    Role.DEPARTMENT,
    Role.ORGANIZATION_DEPARTMENT,
    Role.COMMITTEE,
    Role.INSPECTOR,
)
READERS = (Role.VILLAGE, Role.TOWNSHIP, *_COUNTY)
_RANKED = (Role.TOWNSHIP, *_COUNTY)
# Frozen inputs hold who is in which post and what it pays.
_AUDITORS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)
_OFFICE = (Role.ORGANIZATION_DEPARTMENT,)


async def page(
    ctx: Context, cycle_id: UUID, filters: dict[str, Any], after: UUID | None, limit: int
) -> tuple[Policy, list[Result]]:
    """Return results the caller may see, one more than `limit`, with the policy that names them."""
    ctx.caller.require(*READERS)
    roots = ctx.caller.organizations(*READERS)
    async with ctx.read() as work:
        cycle = await _ready(work, cycle_id)
        policy = await cycles.policy(work.session, cycle)
        found = await results.page(work.session, cycle.id, roots, filters, after, limit + 1)
        return policy, found


async def count(ctx: Context, cycle_id: UUID, filters: dict[str, Any]) -> int:
    """Return how many results `page` gives in all."""
    roots = ctx.caller.organizations(*READERS)
    async with ctx.read() as work:
        return await results.count(work.session, cycle_id, roots, filters)


async def find(ctx: Context, result_id: UUID) -> tuple[Policy, Result]:
    """Return one result the caller may see, with its policy."""
    ctx.caller.require(*READERS)
    roots = ctx.caller.organizations(*READERS)
    async with ctx.read() as work:
        result = await results.find(work.session, result_id, roots)
        return await _policy(work, result.cycle_id), result


async def tally(ctx: Context, cycle_id: UUID) -> tuple[Policy, Tally]:
    """Return how many branches within the caller's reach hold each level and star."""
    ctx.caller.require(*READERS)
    roots = ctx.caller.organizations(*READERS)
    async with ctx.read() as work:
        cycle = await _ready(work, cycle_id)
        counted = await results.tally(work.session, cycle.id, roots)
        return await cycles.policy(work.session, cycle), counted


async def ranking(
    ctx: Context, cycle_id: UUID, township_id: UUID | None, start: int, limit: int
) -> RankingPage:
    """Return a page of the county's list, or of one township's; ResultsNotReady otherwise."""
    ctx.caller.require(*_RANKED)
    roots = ctx.caller.organizations(*_RANKED)
    async with ctx.sessions() as session:
        found = await rankings.page(session, cycle_id, township_id, roots, (start, start + limit))
    if found is None:
        raise snapshots.not_ready()
    return found


async def snapshot(ctx: Context, cycle_id: UUID, determination_id: UUID | None) -> Snapshot:
    """Return the frozen inputs of a determination, or the newest."""
    ctx.caller.require(*_AUDITORS)
    roots = ctx.caller.organizations(*_AUDITORS)
    async with ctx.read() as work:
        cycle = await cycles.find_visible(work.session, cycle_id, roots)
        return await snapshots.newest(work.session, cycle.id, determination_id)


async def confirm_not_applied(ctx: Context, result_id: UUID, reason: str) -> tuple[Policy, Result]:
    """Confirm that a branch submitted nothing; only then does anything follow for its pay."""
    ctx.caller.require(*_OFFICE)
    roots = ctx.caller.organizations(*_OFFICE)
    async with ctx.read() as work:
        cycle_id = (await results.find(work.session, result_id, roots)).cycle_id
    async with ctx.work() as work:
        cycle = await cycles.lock(work.session, cycle_id)
        await directory.require_within(work.session, roots, cycle.county_id)
        before = await results.lock(work.session, result_id)
        if ctx.caller.user_id is None:
            message = "a person confirms that a branch never applied"
            raise TypeError(message)
        by = Actor(ctx.caller.user_id, ctx.caller.person_id)
        moment = work.moment
        after = confirmed_not_applied(before, by, moment.real, moment.today)
        await work.audit(
            "result.confirm_not_applied",
            "result",
            after.id,
            county_id=cycle.county_id,
            after={"organization_id": str(after.organization_id)},
            reason=reason,
        )
        await settling.store_states(work, cycle, [before], [after], "results.take_effect")
        return await cycles.policy(work.session, cycle), after


async def _ready(work: Work, cycle_id: UUID) -> Cycle:
    """Return the cycle; ResultsNotReady before its first determination was confirmed."""
    roots = work.caller.organizations(*READERS)
    cycle = await cycles.find_visible(work.session, cycle_id, roots)
    await snapshots.require_taken(work.session, cycle.id)
    return cycle


async def _policy(work: Work, cycle_id: UUID) -> Policy:
    return await cycles.policy(work.session, await cycles.find(work.session, cycle_id))
